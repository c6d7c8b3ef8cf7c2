import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, ListQuery } from '../../http/index.js';

const MAX_STOCK = 1_000_000_000;

export class CreateProductDto {
  @ApiProperty({ example: 'Ceramic water filter', maxLength: 200 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ example: 'Eight litres, with a spare candle.', maxLength: 5000 })
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '799.00' })
  @IsAmount()
  price!: string | number;

  @ApiProperty({ example: 'USD', description: 'Stays what it is.' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiProperty({ example: 40, minimum: 0, maximum: MAX_STOCK })
  @IsInt()
  @Min(0)
  @Max(MAX_STOCK)
  stock!: number;

  @ApiPropertyOptional({ example: true, default: true })
  @IsOptional()
  @IsBoolean()
  active?: boolean;
}

/** Everything but the currency, which orders and carts count in. A field left out stays. */
export class UpdateProductDto extends PartialType(
  OmitType(CreateProductDto, ['currency'] as const),
  { skipNullProperties: false },
) {}

export class ProductsQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'filter', description: 'Part of name or description.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;

  @ApiPropertyOptional({ example: 'USD' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only what can be ordered now.' })
  @IsOptional()
  @CaseInsensitiveEnum(['true', 'false'])
  available?: 'true' | 'false';
}
