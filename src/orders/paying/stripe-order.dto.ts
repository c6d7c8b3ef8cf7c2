import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsObjectId } from '../../http/index.js';

const ID = { oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] };

export class CreateStripeOrderDto {
  @ApiProperty({ ...ID, example: 1, description: 'An address of yours: its id or uuid.' })
  @IsObjectId()
  shipping_address!: number | string;

  @ApiPropertyOptional({
    ...ID,
    description: 'A pending order of yours, instead of what is in your cart.',
  })
  @IsOptional()
  @IsObjectId()
  order?: number | string;
}

/** A Checkout session: `id` is Stripe's. */
export class StripeOrderDto {
  @ApiProperty({ example: 'cs_test_123456' })
  id!: string;

  @ApiProperty({
    example: 'https://checkout.stripe.com/c/pay/cs_test_123456',
    description: 'The page where the customer pays',
  })
  url!: string;

  @ApiProperty({ example: 4, description: 'Id of the order that is paid there' })
  order!: number;

  @ApiProperty({ example: 5, description: 'Id of its payment' })
  payment!: number;
}
