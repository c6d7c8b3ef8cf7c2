/** A row of `products`; bigints are text. */
export interface ProductRow {
  id: number;
  uuid: string;
  account_id: number;
  name: string;
  description: string;
  currency: string;
  price_minor: string;
  /** On the shelf, those held for unpaid orders included. */
  stock: number;
  reserved: number;
  /** False: not shown to customers and not sold. */
  active: boolean;
  created_at: Date;
  updated_at: Date;
}

export const PRODUCT_COLUMNS = `p.id, p.uuid, p.account_id, p.name, p.description, p.currency,
  p.price_minor, p.stock, p.reserved, p.active, p.created_at, p.updated_at`;
