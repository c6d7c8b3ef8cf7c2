import { anOrderRoom, type OrderRoom } from '../support/order-room.js';

/** What a shelf, an order and its money become; the shelf as [stock, reserved]. */
describe('orders', () => {
  let room: OrderRoom;

  beforeAll(async () => {
    room = await anOrderRoom();
  });
  afterAll(() => room.database.drop());

  const aDrum = (stock = 10) => room.product({ stock });

  describe('are placed', () => {
    it('with prices that stay, whatever becomes of the product', async () => {
      const drum = await aDrum();
      const order = await room.place([[drum.id, 3]]);
      await room.products.change(room.admin, { id: drum.id }, { price: '99.00', name: 'Big drum' });
      const read = await room.order(order.id);
      expect(read).toMatchObject({ total_minor: '3000', status: 'pending', stock_state: 'held' });
      expect(read.items).toEqual([
        { product: drum.id, name: 'Drum', unit_price: '1000', quantity: 3, total: '3000' },
      ]);
    });

    it('with the address as it was', async () => {
      const drum = await aDrum();
      const { caller, address } = await room.shopper([[drum.id, 1]]);
      const order = await room.desk.place(caller, { address, method: 'COD' }, null);
      await room.addresses.change(caller, { id: address }, { city: 'Dodoma' });
      expect((await room.order(order.id)).ship_to).toMatchObject({ city: 'Dar es Salaam' });
      await room.addresses.remove(caller, { id: address });
      expect(await room.order(order.id)).toMatchObject({
        address_id: null,
        ship_to: { city: 'Dar es Salaam' },
      });
    });

    it('with a pending payment of the total, and an entry in the audit trail', async () => {
      const drum = await aDrum();
      const order = await room.place([[drum.id, 2]]);
      expect(
        await room.rows(
          `SELECT status, amount_minor, payment_method, customer_id FROM payments
           WHERE payable_kind = 'order' AND payable_id = $1`,
          [order.id],
        ),
      ).toEqual([
        {
          status: 'pending',
          amount_minor: '2000',
          payment_method: 'COD',
          customer_id: order.user_id,
        },
      ]);
      const trail = await room.rows<{ action: string }>(
        `SELECT action FROM audit_entries WHERE object_type = 'order' AND object_id = $1`,
        [order.id],
      );
      expect(trail.map(({ action }) => action)).toEqual(['order.placed']);
    });

    it('out of the cart, which is a new one afterwards', async () => {
      const drum = await aDrum();
      const { caller, address } = await room.shopper([[drum.id, 1]]);
      const before = await room.carts.read(caller);
      await room.desk.place(caller, { address, method: 'COD' }, null);
      expect((await room.carts.read(caller)).cart).toBeNull();
      await expect(room.desk.place(caller, { address, method: 'COD' }, null)).rejects.toMatchObject(
        { code: 'cart_empty' },
      );
      const { cart } = await room.carts.addItem(caller, drum.id, 1);
      expect(cart?.id).not.toBe(before.cart?.id);
    });

    it('not with more than there is, and then nothing of it is written', async () => {
      const [drum, flute] = [await aDrum(), await room.product({ name: 'Flute', stock: 1 })];
      const { caller, address } = await room.shopper([
        [drum.id, 1],
        [flute.id, 2],
      ]);
      await expect(room.desk.place(caller, { address, method: 'COD' }, null)).rejects.toMatchObject(
        { code: 'out_of_stock', message: 'Not enough in stock: Flute' },
      );
      expect(await room.shelf(drum.id)).toEqual([10, 0]);
      expect((await room.carts.read(caller)).items).toHaveLength(2);
    });

    it('not with what is not sold any more', async () => {
      const drum = await aDrum();
      const { caller, address } = await room.shopper([[drum.id, 1]]);
      await room.products.change(room.admin, { id: drum.id }, { active: false });
      await expect(room.desk.place(caller, { address, method: 'COD' }, null)).rejects.toMatchObject(
        { code: 'product_unavailable' },
      );
    });

    it('not to another user’s address', async () => {
      const drum = await aDrum();
      const { caller } = await room.shopper([[drum.id, 1]]);
      await expect(
        room.desk.place(caller, { address: 1, method: 'COD' }, null),
      ).rejects.toMatchObject({ kind: 'not_found', code: 'address_not_found' });
    });
  });

  describe('at the same time', () => {
    it('get the last piece once', async () => {
      const last = await aDrum(1);
      const shoppers = await Promise.all([1, 2, 3, 4].map(() => room.shopper([[last.id, 1]])));
      const placed = await Promise.allSettled(
        shoppers.map(({ caller, address }) =>
          room.desk.place(caller, { address, method: 'COD' }, null),
        ),
      );
      expect(placed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refusals = placed.flatMap((one): unknown[] =>
        one.status === 'rejected' ? [one.reason] : [],
      );
      expect(refusals).toEqual(
        refusals.map(() => expect.objectContaining({ code: 'out_of_stock' })),
      );
      expect(await room.shelf(last.id)).toEqual([1, 1]);
    });

    it('take a cart once, however often it is ordered', async () => {
      const drum = await aDrum();
      const { caller, address } = await room.shopper([[drum.id, 1]]);
      const placed = await Promise.allSettled(
        [1, 2, 3].map(() => room.desk.place(caller, { address, method: 'COD' }, null)),
      );
      expect(placed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await room.shelf(drum.id)).toEqual([10, 1]);
    });

    it('wait for each other, not in a circle, when they want the same in another order', async () => {
      const [drum, flute] = [await aDrum(20), await room.product({ name: 'Flute', stock: 20 })];
      const shoppers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          room.shopper(
            i % 2 === 0
              ? [
                  [drum.id, 1],
                  [flute.id, 1],
                ]
              : [
                  [flute.id, 1],
                  [drum.id, 1],
                ],
          ),
        ),
      );
      await Promise.all(
        shoppers.map(({ caller, address }) =>
          room.desk.place(caller, { address, method: 'COD' }, null),
        ),
      );
      expect(await room.shelf(drum.id)).toEqual([20, 10]);
      expect(await room.shelf(flute.id)).toEqual([20, 10]);
    });

    it('are opened one cart, whoever adds first', async () => {
      const [drum, flute] = [await aDrum(), await room.product({ name: 'Flute' })];
      const { caller } = await room.shopper([]);
      await Promise.all([drum, flute, drum].map(({ id }) => room.carts.addItem(caller, id, 1)));
      const { items } = await room.carts.read(caller);
      expect(items.map(({ quantity }) => quantity).toSorted((a, b) => a - b)).toEqual([1, 2]);
    });
  });

  describe('and their money', () => {
    it('are sold when it comes', async () => {
      const drum = await aDrum();
      const { id } = await room.place([[drum.id, 3]]);
      expect(await room.shelf(drum.id)).toEqual([10, 3]);
      expect(await room.settle(id, 3000n)).toBe(3000n);
      expect(await room.order(id)).toMatchObject({ status: 'paid', stock_state: 'sold' });
      expect(await room.shelf(drum.id)).toEqual([7, 0]);
      expect(await room.settle(id, 3000n)).toBe(0n);
    });

    it('take no more than the total, and nothing for less', async () => {
      const drum = await aDrum();
      const { id } = await room.place([[drum.id, 1]]);
      expect(await room.settle(id, 999n)).toBe(0n);
      expect(await room.order(id)).toMatchObject({ status: 'pending', stock_state: 'held' });
      expect(await room.settle(id, 1500n)).toBe(1000n);
    });

    it('are released when no payment is left, and held again for the next one', async () => {
      const drum = await aDrum(3);
      const { id } = await room.place([[drum.id, 3]]);
      await room.release(id);
      await room.release(id);
      expect(await room.shelf(drum.id)).toEqual([3, 0]);
      expect(await room.order(id)).toMatchObject({ status: 'pending', stock_state: 'released' });
      await room.hold(id);
      await room.hold(id);
      expect(await room.shelf(drum.id)).toEqual([3, 3]);
    });

    it('cannot be held again when the goods are gone', async () => {
      const drum = await aDrum(1);
      const { id } = await room.place([[drum.id, 1]]);
      await room.release(id);
      await room.place([[drum.id, 1]]);
      await expect(room.hold(id)).rejects.toMatchObject({
        kind: 'refused',
        code: 'out_of_stock',
      });
      expect(await room.shelf(drum.id)).toEqual([1, 1]);
    });

    it('are paid late while there are goods, and cancelled when there are none', async () => {
      const drum = await aDrum(2);
      const [first, second] = [await room.place([[drum.id, 1]]), await room.place([[drum.id, 1]])];
      await room.release(first.id);
      await room.release(second.id);
      expect(await room.settle(first.id, 1000n)).toBe(1000n);
      expect(await room.shelf(drum.id)).toEqual([1, 0]);
      await room.place([[drum.id, 1]]);
      expect(await room.settle(second.id, 1000n)).toBe(0n);
      expect(await room.order(second.id)).toMatchObject({ status: 'cancelled', paid_minor: '0' });
      const [entry] = await room.rows<{ changes: Record<string, unknown> }>(
        `SELECT changes FROM audit_entries
         WHERE action = 'order.payment_not_applied' AND object_id = $1`,
        [second.id],
      );
      expect(entry?.changes).toMatchObject({ amount: '10.00', out_of_stock: ['Drum'] });
    });

    it('race for the last piece of released orders: one is paid', async () => {
      const last = await aDrum(1);
      const ids: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        const { id } = await room.place([[last.id, 1]]);
        await room.release(id);
        ids.push(id);
      }
      const applied = await Promise.all(ids.map((id) => room.settle(id, 1000n)));
      expect(applied.filter((minor) => minor === 1000n)).toHaveLength(1);
      expect(await room.shelf(last.id)).toEqual([0, 0]);
    });

    it('give the goods back when all of it is refunded before they left', async () => {
      const drum = await aDrum();
      const { id } = await room.place([[drum.id, 2]]);
      await room.settle(id, 2000n);
      await room.reverse(id, 500n);
      expect(await room.order(id)).toMatchObject({ status: 'paid', stock_state: 'sold' });
      await room.reverse(id, 1500n);
      expect(await room.order(id)).toMatchObject({ status: 'refunded', stock_state: 'released' });
      expect(await room.shelf(drum.id)).toEqual([10, 0]);
      await expect(room.reverse(id, 1n)).rejects.toThrow('cannot give back');
    });

    it('keep the goods sold when they left before', async () => {
      const drum = await aDrum();
      const { id } = await room.place([[drum.id, 2]]);
      await room.settle(id, 2000n);
      await room.rows('UPDATE orders SET fulfilled_at = now() WHERE id = $1', [id]);
      await room.reverse(id, 2000n);
      expect(await room.order(id)).toMatchObject({ status: 'refunded', stock_state: 'sold' });
      expect(await room.shelf(drum.id)).toEqual([8, 0]);
      expect(await room.settle(id, 2000n)).toBe(2000n);
      expect(await room.order(id)).toMatchObject({ status: 'paid' });
    });

    it('come back when a refund failed later, unless the goods are gone', async () => {
      const drum = await aDrum(1);
      const { id } = await room.place([[drum.id, 1]]);
      await room.settle(id, 1000n);
      await room.reverse(id, 1000n);
      expect(await room.settle(id, 1000n)).toBe(1000n);
      await room.reverse(id, 1000n);
      await room.place([[drum.id, 1]]);
      expect(await room.settle(id, 1000n)).toBe(0n);
    });

    it('is not taken by a cancelled order', async () => {
      const drum = await aDrum();
      const { id } = await room.place([[drum.id, 1]]);
      await room.release(id);
      await room.rows(`UPDATE orders SET status = 'cancelled' WHERE id = $1`, [id]);
      expect(await room.settle(id, 1000n)).toBe(0n);
      await room.hold(id);
      expect(await room.shelf(drum.id)).toEqual([10, 0]);
      expect((await room.payable.find({ id }))?.owedMinor).toBe(0n);
    });
  });
});
