import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { formatMinor } from '../../common/index.js';
import { IsObjectId } from '../../http/index.js';
import type { CartItemRow, CartView } from './cart.types.js';

export const MAX_QUANTITY = 1_000;

export class AddCartItemDto {
  @ApiProperty({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    example: 4,
    description: 'The product: its id or uuid.',
  })
  @IsObjectId()
  product!: number | string;

  @ApiPropertyOptional({
    example: 1,
    default: 1,
    minimum: 1,
    maximum: MAX_QUANTITY,
    description: 'Added to what the cart holds of it already.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity?: number;
}

export class ChangeCartItemDto {
  @ApiProperty({ example: 3, minimum: 1, maximum: MAX_QUANTITY })
  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity!: number;
}

class CartItemDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '7a0a8c0e-8b0b-4a52-a2e9-2d9a3a4b7c01' })
  uuid!: string;

  @ApiProperty({ example: 4, description: 'Id of the product.' })
  product!: number;

  @ApiProperty({ example: 'Woven basket' })
  name!: string;

  @ApiProperty({ example: '45.00', description: 'The price now; an order keeps its own.' })
  unit_price!: string;

  @ApiProperty({ example: 2 })
  quantity!: number;

  @ApiProperty({ example: '90.00' })
  total!: string;

  @ApiProperty({ example: true, description: 'So many can be ordered now.' })
  available!: boolean;
}

export class CartDto {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'Null before the first item.',
  })
  id!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    example: '3c2f0e53-62a5-4a3c-9a9b-7f5d1e0a9b02',
  })
  uuid!: string | null;

  @ApiProperty({ type: [CartItemDto] })
  items!: CartItemDto[];

  @ApiProperty({ type: String, nullable: true, example: '90.00', description: 'Null while empty.' })
  total!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'USD', description: 'Null while empty.' })
  currency!: string | null;
}

export function presentCart({ cart, items }: CartView): CartDto {
  const currency = items[0]?.currency ?? null;
  const total = items.reduce((sum, item) => sum + totalMinor(item), 0n);
  return {
    id: cart?.id ?? null,
    uuid: cart?.uuid ?? null,
    items: items.map((item) => ({
      id: item.id,
      uuid: item.uuid,
      product: item.product_id,
      name: item.name,
      unit_price: formatMinor(item.price_minor, item.currency),
      quantity: item.quantity,
      total: formatMinor(totalMinor(item), item.currency),
      available: item.active && item.available >= item.quantity,
    })),
    total: currency === null ? null : formatMinor(total, currency),
    currency,
  };
}

function totalMinor(item: CartItemRow): bigint {
  return BigInt(item.price_minor) * BigInt(item.quantity);
}
