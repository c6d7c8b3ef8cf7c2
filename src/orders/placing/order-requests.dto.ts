import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { CaseInsensitiveEnum, IsObjectId, ListQuery } from '../../http/index.js';
import {
  ORDER_METHODS,
  ORDER_STATUSES,
  type OrderMethod,
  type OrderStatus,
} from './order.types.js';

export class PlaceOrderDto {
  @ApiProperty({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    example: 1,
    description: 'An address of yours: its id or uuid.',
  })
  @IsObjectId()
  shipping_address!: number | string;

  @ApiProperty({ enum: ORDER_METHODS, example: 'COD' })
  @CaseInsensitiveEnum(ORDER_METHODS)
  method!: OrderMethod;
}

export class CancelOrderDto {
  @ApiPropertyOptional({ example: 'Ordered twice', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;
}

export class OrdersQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ORDER_STATUSES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(ORDER_STATUSES)
  status?: OrderStatus;

  @ApiPropertyOptional({ enum: ORDER_METHODS, example: 'COD' })
  @IsOptional()
  @CaseInsensitiveEnum(ORDER_METHODS)
  method?: OrderMethod;

  @ApiPropertyOptional({ example: 'ORD-000001' })
  @IsOptional()
  @IsString()
  @MaxLength(30)
  reference?: string;
}
