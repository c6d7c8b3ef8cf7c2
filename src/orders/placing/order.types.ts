import type { PostalAddress } from '../addresses/address.types.js';

export const ORDER_METHODS = ['COD', 'stripe', 'ONLINE'] as const;
export type OrderMethod = (typeof ORDER_METHODS)[number];

export const ORDER_STATUSES = ['pending', 'paid', 'cancelled', 'refunded'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * Where the goods of an order's lines are: `held` for it on the shelf, `released` to whoever comes first,
 * or `sold`, out of stock.
 */
export type StockState = 'held' | 'released' | 'sold';

export interface OrderItem {
  product: number;
  name: string;
  /** Minor units, as text. */
  unit_price: string;
  quantity: number;
  total: string;
}

/** A row of `orders` with its user and lines; bigints are text. */
export interface OrderRow {
  id: number;
  uuid: string;
  account_id: number;
  user_id: number;
  reference: string;
  method: OrderMethod;
  currency: string;
  total_minor: string;
  /** Completed payments net of refunds. */
  paid_minor: string;
  status: OrderStatus;
  stock_state: StockState;
  /** Null once the address is gone. */
  address_id: number | null;
  /** The address as it was when the order was placed. */
  ship_to: PostalAddress;
  version: number;
  fulfilled_at: Date | null;
  created_at: Date;
  updated_at: Date;
  user_name: string;
  user_email: string | null;
  user_phone: string | null;
  /** Name of the account that sells. */
  shop: string;
  items: OrderItem[];
}

export const ORDER_TABLES =
  'orders o JOIN users u ON u.id = o.user_id JOIN accounts s ON s.id = o.account_id';
export const ORDER_COLUMNS = `o.id, o.uuid, o.account_id, o.user_id, o.reference, o.method,
  o.currency, o.total_minor, o.paid_minor, o.status, o.stock_state, o.address_id, o.ship_to,
  o.version, o.fulfilled_at, o.created_at, o.updated_at, u.name AS user_name,
  u.email AS user_email, u.phone AS user_phone, s.name AS shop,
  (SELECT json_agg(json_build_object('product', i.product_id, 'name', i.name,
     'unit_price', i.unit_price_minor::text, 'quantity', i.quantity,
     'total', i.total_minor::text) ORDER BY i.id)
   FROM order_items i WHERE i.order_id = o.id) AS items`;

/**
 * What may still be paid, in minor units: the total of an order that waits for its money. What was refunded
 * in part is not owed again.
 */
export function owedMinor(row: Pick<OrderRow, 'status' | 'total_minor'>): bigint {
  return row.status === 'pending' ? BigInt(row.total_minor) : 0n;
}
