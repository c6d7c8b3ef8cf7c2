import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import type { ProductRow } from './product.types.js';

export class ProductDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '0b1d7a52-4c8e-4f5b-9f0a-3b8f6f1f5a01' })
  uuid!: string;

  @ApiProperty({ example: 'Ceramic water filter' })
  name!: string;

  @ApiProperty({ example: 'Eight litres, with a spare candle.' })
  description!: string;

  @ApiProperty({ example: '799.00' })
  price!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ example: 40, description: 'On the shelf, those held for unpaid orders included.' })
  stock!: number;

  @ApiProperty({ example: 2, description: 'Held for orders that are not paid yet.' })
  reserved!: number;

  @ApiProperty({ example: 38, description: 'What can be ordered now.' })
  available!: number;

  @ApiProperty({ example: true, description: 'False: not shown to customers and not sold.' })
  active!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export function presentProduct(row: ProductRow): ProductDto {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    price: formatMinor(row.price_minor, row.currency),
    currency: row.currency,
    stock: row.stock,
    reserved: row.reserved,
    available: row.stock - row.reserved,
    active: row.active,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
