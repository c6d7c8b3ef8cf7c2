import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import { PostalAddressDto } from '../addresses/address.dto.js';
import { postalOf } from '../addresses/address.types.js';
import {
  ORDER_METHODS,
  ORDER_STATUSES,
  type OrderMethod,
  type OrderRow,
  type OrderStatus,
  owedMinor,
  type StockState,
} from './order.types.js';

class OrderItemDto {
  @ApiProperty({ example: 1, description: 'Id of the product.' })
  product!: number;

  @ApiProperty({ example: 'Ceramic water filter' })
  name!: string;

  @ApiProperty({ example: '799.00', description: 'As it was when the order was placed.' })
  unit_price!: string;

  @ApiProperty({ example: 2 })
  quantity!: number;

  @ApiProperty({ example: '1598.00' })
  total!: string;
}

export class OrderDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '4b0c7d7e-0d3c-4f0f-9d52-6a1f6c2b1e01' })
  uuid!: string;

  @ApiProperty({ example: 'ORD-000001' })
  reference!: string;

  @ApiProperty({ example: 1, description: 'Id of the user who ordered.' })
  user!: number;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'pending' })
  status!: OrderStatus;

  @ApiProperty({ enum: ORDER_METHODS, example: 'COD' })
  method!: OrderMethod;

  @ApiProperty({ type: [OrderItemDto] })
  items!: OrderItemDto[];

  @ApiProperty({ example: '1598.00' })
  total!: string;

  @ApiProperty({ example: '0.00', description: 'Completed payments net of refunds.' })
  amount_paid!: string;

  @ApiProperty({ example: '1598.00', description: 'What may still be paid.' })
  amount_due!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({
    enum: ['held', 'released', 'sold'],
    example: 'held',
    description:
      '`held`: kept for this order. `released`: back on sale; held again when a payment starts. `sold`: out of stock.',
  })
  stock_state!: StockState;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'Id of the address; null once it was removed.',
  })
  shipping_address!: number | null;

  @ApiProperty({ type: PostalAddressDto, description: 'The address when the order was placed.' })
  ship_to!: PostalAddressDto;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  fulfilled_at!: string | null;

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export function presentOrder(row: OrderRow): OrderDto {
  const shown = (minor: bigint | string): string => formatMinor(minor, row.currency);
  return {
    id: row.id,
    uuid: row.uuid,
    reference: row.reference,
    user: row.user_id,
    status: row.status,
    method: row.method,
    items: row.items.map((item) => ({
      ...item,
      unit_price: shown(item.unit_price),
      total: shown(item.total),
    })),
    total: shown(row.total_minor),
    amount_paid: shown(row.paid_minor),
    amount_due: shown(owedMinor(row)),
    currency: row.currency,
    stock_state: row.stock_state,
    shipping_address: row.address_id,
    ship_to: postalOf(row.ship_to),
    fulfilled_at: row.fulfilled_at?.toISOString() ?? null,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
