/** A row of `carts`; open until it is ordered. */
export interface CartRow {
  id: number;
  uuid: string;
  account_id: number;
  user_id: number;
  currency: string;
  order_id: number | null;
  updated_at: Date;
}

/** An item with what its product is now. */
export interface CartItemRow {
  id: number;
  uuid: string;
  product_id: number;
  quantity: number;
  name: string;
  currency: string;
  price_minor: string;
  active: boolean;
  /** Of the product, for everybody. */
  available: number;
}

export interface CartView {
  /** Null before the first item. */
  cart: CartRow | null;
  items: CartItemRow[];
}

export const CART_COLUMNS =
  'c.id, c.uuid, c.account_id, c.user_id, c.currency, c.order_id, c.updated_at';
export const CART_ITEM_COLUMNS = `i.id, i.uuid, i.product_id, i.quantity, p.name, p.currency,
  p.price_minor, p.active, p.stock - p.reserved AS available`;
