import { anOrderRoom, type OrderRoom } from '../support/order-room.js';

describe('the goods of orders', () => {
  let room: OrderRoom;

  beforeAll(async () => {
    room = await anOrderRoom();
  });
  afterAll(() => room.database.drop());

  const aDrum = (stock = 10) => room.product({ stock });

  it('lose no piece, whatever happens to them at the same time', async () => {
    const products = [await aDrum(30), await room.product({ name: 'Flute', stock: 30 })];
    const ids = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const [first, second] = i % 2 === 0 ? products : products.toReversed();
        const order = await room.place([
          [first?.id ?? 0, 1 + (i % 3)],
          [second?.id ?? 0, 1],
        ]);
        return order.id;
      }),
    );
    const total = async (id: number): Promise<bigint> => BigInt((await room.order(id)).total_minor);
    const acts = [
      async (id: number) => room.settle(id, await total(id)),
      async (id: number) => room.reverse(id, await total(id)),
      (id: number) => room.hold(id),
      (id: number) => room.release(id),
    ];
    const act = async (id: number, which: number): Promise<unknown> => acts[which]?.(id);
    const outcomes = await Promise.allSettled(
      ids.flatMap((id, i) =>
        Array.from({ length: 8 }, (_, n) => act(id, (i * 5 + n * 3) % acts.length)),
      ),
    );
    const refusals = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as Error).message] : [],
    );
    expect(refusals.filter((text) => !/cannot give back|Not enough in stock/.test(text))).toEqual(
      [],
    );
    const shelves = await room.rows<{
      stock: number;
      sold: number;
      reserved: number;
      held: number;
    }>(
      `SELECT p.stock, p.reserved,
         coalesce(sum(i.quantity) FILTER (WHERE o.stock_state = 'sold'), 0)::int AS sold,
         coalesce(sum(i.quantity) FILTER (WHERE o.stock_state = 'held'), 0)::int AS held
       FROM products p JOIN order_items i ON i.product_id = p.id JOIN orders o ON o.id = i.order_id
       WHERE p.id = ANY ($1) GROUP BY p.id`,
      [products.map(({ id }) => id)],
    );
    expect(shelves).toHaveLength(2);
    for (const { stock, sold, reserved, held } of shelves) {
      expect({ pieces: stock + sold, reserved }).toEqual({ pieces: 30, reserved: held });
    }
  });

  /** The constraint that refuses it. */
  const brokenBy = async (sql: string): Promise<string | undefined> => {
    const error: unknown = await room.rows(sql).catch((reason: unknown) => reason);
    return (error as { driverError?: { constraint?: string } }).driverError?.constraint;
  };

  it('refuses stock below zero, and more reserved than there is', async () => {
    const { id } = await aDrum(1);
    for (const change of ['stock = -1', 'reserved = 2', 'reserved = -1']) {
      expect(await brokenBy(`UPDATE products SET ${change} WHERE id = ${id}`)).toBe(
        'products_reserved_in_stock',
      );
    }
  });

  it('refuses a total that is not that of the lines, and any change of a line', async () => {
    const drum = await aDrum();
    const { id } = await room.place([[drum.id, 1]]);
    expect(await brokenBy(`UPDATE orders SET total_minor = 999 WHERE id = ${id}`)).toBe(
      'orders_total_of_lines',
    );
    await expect(
      room.rows(`UPDATE order_items SET quantity = 2 WHERE order_id = ${id}`),
    ).rejects.toThrow(/permission denied|append-only/);
    const flute = await room.product({ name: 'Flute' });
    expect(
      await brokenBy(
        `INSERT INTO order_items (order_id, account_id, currency, product_id, name,
         unit_price_minor, quantity) VALUES (${id}, 1, 'USD', ${flute.id}, 'Flute', 1, 1)`,
      ),
    ).toBe('orders_total_of_lines');
  });

  it('refuses a status that money or stock contradict', async () => {
    const drum = await aDrum();
    const { id } = await room.place([[drum.id, 1]]);
    expect(
      await brokenBy(`UPDATE orders SET status = 'paid', stock_state = 'sold' WHERE id = ${id}`),
    ).toBe('orders_status_follows_money');
    expect(await brokenBy(`UPDATE orders SET status = 'cancelled' WHERE id = ${id}`)).toBe(
      'orders_stock_follows_status',
    );
  });

  it('refuses a second open cart, and a product of another currency or account in it', async () => {
    const drum = await aDrum();
    const { caller } = await room.shopper([[drum.id, 1]]);
    expect(
      await brokenBy(
        `INSERT INTO carts (account_id, user_id, currency) VALUES (1, ${caller.userId}, 'USD')`,
      ),
    ).toBe('carts_one_open');
    const { cart } = await room.carts.read(caller);
    for (const values of [{ currency: 'TZS' }, { account_id: 2 }]) {
      const other = await room.product(values);
      expect(
        await brokenBy(
          `INSERT INTO cart_items (cart_id, account_id, currency, product_id, quantity)
         VALUES (${cart?.id}, 1, 'USD', ${other.id}, 1)`,
        ),
      ).toBe('cart_items_product_fkey');
    }
  });
});
