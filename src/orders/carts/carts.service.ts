import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ObjectId, parseObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { Products } from '../catalogue/products.service.js';
import {
  cartFull,
  cartItemNotFound,
  otherCurrency,
  productNotFound,
  tooManyOfOne,
} from '../order.errors.js';
import { MAX_QUANTITY } from './cart.dto.js';
import {
  CART_COLUMNS,
  CART_ITEM_COLUMNS,
  type CartItemRow,
  type CartRow,
  type CartView,
} from './cart.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** So that the lines of an order stay a page, and its total a number. */
const MAX_ITEMS = 100;

/** Each user's open cart. It holds nothing back: stock is held when it is ordered. */
@Injectable()
export class Carts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly products: Products,
  ) {}

  async read(caller: Principal, manager: Queries = this.dataSource): Promise<CartView> {
    const cart = await this.open(caller, manager, '');
    return { cart, items: cart ? await this.items(cart, manager) : [] };
  }

  /**
   * The open cart with its items and their products, all locked, products in the order of their ids so
   * that two who order the same wait instead of deadlocking. Null when there is nothing in it.
   */
  async lock(
    caller: Principal,
    manager: EntityManager,
  ): Promise<{ cart: CartRow; items: CartItemRow[] } | null> {
    const cart = await this.open(caller, manager, 'FOR UPDATE');
    if (!cart) return null;
    const items: CartItemRow[] = await manager.query(
      `SELECT ${CART_ITEM_COLUMNS} FROM cart_items i JOIN products p ON p.id = i.product_id
       WHERE i.cart_id = $1 ORDER BY p.id FOR NO KEY UPDATE OF p`,
      [cart.id],
    );
    return items.length > 0 ? { cart, items } : null;
  }

  /** The order that the caller's last ordered cart became, null before the first. */
  async lastOrder(caller: Principal, manager: EntityManager): Promise<number | null> {
    const rows: { order_id: number }[] = await manager.query(
      `SELECT order_id FROM carts WHERE user_id = $1 AND order_id IS NOT NULL
       ORDER BY id DESC LIMIT 1`,
      [caller.userId],
    );
    return rows[0]?.order_id ?? null;
  }

  /** From now on it is that order's; the next item opens another cart. */
  async markOrdered(manager: EntityManager, cart: CartRow, orderId: number): Promise<void> {
    await change(manager, 'UPDATE carts SET order_id = $2, updated_at = now() WHERE id = $1', [
      cart.id,
      orderId,
    ]);
  }

  /** @throws DomainError `product_not_found`, `cart_currency_mismatch`, `cart_full`, `too_many_of_one`. */
  addItem(caller: Principal, product: number | string, quantity: number): Promise<CartView> {
    const id = parseObjectId(product);
    if (!id) throw productNotFound();
    return this.transactions.run(async (manager) => {
      const wanted = await this.products.read(caller, id, manager);
      if (!wanted.active) throw productNotFound();
      const cart = await this.openOrMake(caller, wanted.currency, manager);
      assertRoom(await this.items(cart, manager), wanted.id, quantity);
      await manager.query(
        `INSERT INTO cart_items AS i (cart_id, account_id, currency, product_id, quantity)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (cart_id, product_id)
           DO UPDATE SET quantity = i.quantity + excluded.quantity`,
        [cart.id, cart.account_id, cart.currency, wanted.id, quantity],
      );
      return { cart, items: await this.items(cart, manager) };
    });
  }

  /** @throws DomainError `cart_item_not_found`. */
  changeItem(caller: Principal, id: ObjectId, quantity: number): Promise<CartView> {
    return this.transactions.run(async (manager) => {
      const cart = await this.open(caller, manager, 'FOR UPDATE');
      const [column, value] = named(id);
      const changed = await change(
        manager,
        `UPDATE cart_items SET quantity = $3 WHERE cart_id = $1 AND ${column} = $2 RETURNING id`,
        [cart?.id ?? null, value, quantity],
      );
      if (!cart || changed.length === 0) throw cartItemNotFound();
      return { cart, items: await this.items(cart, manager) };
    });
  }

  /** @throws DomainError `cart_item_not_found`. */
  async removeItem(caller: Principal, id: ObjectId): Promise<void> {
    await this.transactions.run(async (manager) => {
      const cart = await this.open(caller, manager, 'FOR UPDATE');
      const [column, value] = named(id);
      const removed = await change(
        manager,
        `DELETE FROM cart_items WHERE cart_id = $1 AND ${column} = $2 RETURNING id`,
        [cart?.id ?? null, value],
      );
      if (removed.length === 0) throw cartItemNotFound();
    });
  }

  async empty(caller: Principal): Promise<void> {
    await this.transactions.run(async (manager) => {
      const cart = await this.open(caller, manager, 'FOR UPDATE');
      if (cart) await change(manager, 'DELETE FROM cart_items WHERE cart_id = $1', [cart.id]);
    });
  }

  private async open(
    caller: Principal,
    manager: Queries,
    lock: '' | 'FOR UPDATE',
  ): Promise<CartRow | null> {
    const rows: CartRow[] = await manager.query(
      `SELECT ${CART_COLUMNS} FROM carts c WHERE c.user_id = $1 AND c.order_id IS NULL ${lock}`,
      [caller.userId],
    );
    return rows[0] ?? null;
  }

  /** Locked; an empty one takes any currency. */
  private async openOrMake(
    caller: Principal,
    currency: string,
    manager: EntityManager,
  ): Promise<CartRow> {
    const rows: CartRow[] = await manager.query(
      `INSERT INTO carts AS c (account_id, user_id, currency) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) WHERE order_id IS NULL DO UPDATE SET updated_at = now()
       RETURNING ${CART_COLUMNS}`,
      [caller.accountId, caller.userId, currency],
    );
    const cart = rows[0];
    if (!cart) throw new Error('the cart was not opened');
    if (cart.currency === currency) return cart;
    if ((await this.items(cart, manager)).length > 0) throw otherCurrency(cart.currency);
    await change(manager, 'UPDATE carts SET currency = $2 WHERE id = $1', [cart.id, currency]);
    return { ...cart, currency };
  }

  private items(cart: CartRow, manager: Queries): Promise<CartItemRow[]> {
    return manager.query(
      `SELECT ${CART_ITEM_COLUMNS} FROM cart_items i JOIN products p ON p.id = i.product_id
       WHERE i.cart_id = $1 ORDER BY i.id`,
      [cart.id],
    );
  }
}

function named(id: ObjectId): ['id' | 'uuid', number | string] {
  return 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
}

/** @throws DomainError `cart_full`, `too_many_of_one`. */
function assertRoom(items: CartItemRow[], productId: number, quantity: number): void {
  const there = items.find((item) => item.product_id === productId);
  if (!there && items.length >= MAX_ITEMS) throw cartFull(MAX_ITEMS);
  if ((there?.quantity ?? 0) + quantity > MAX_QUANTITY) throw tooManyOfOne(MAX_QUANTITY);
}
