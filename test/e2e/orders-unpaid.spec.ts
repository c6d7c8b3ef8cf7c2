import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';
import { waitFor } from '../support/wait.js';

const LIFETIME_S = 600;
const DAY_S = 86_400;

/** Goods are not held for ever, and money that comes too late does not buy what is gone. */
describe('an order that nobody pays', () => {
  let app: TestApp;
  let counter: OrderCounter;
  let clockS = 0;

  const start = async (settings: Record<string, string> = {}): Promise<void> => {
    app = await startApp({
      ORDERS_UNPAID_LIFETIME_S: String(LIFETIME_S),
      APPROVAL_LIMITS: 'none',
      ...settings,
    });
    counter = await OrderCounter.open(app);
    clockS = 0;
  };
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  const passTime = async (seconds: number): Promise<void> => {
    clockS += seconds;
    await app.sandbox.moveClock(clockS);
  };
  const looksAt = async (id: unknown): Promise<number> => {
    const rows: { looks: number }[] = await app.database.dataSource.query(
      `SELECT sum(attempts)::int AS looks FROM outbox
       WHERE topic = 'order.unpaid' AND payload ->> 'orderId' = $1`,
      [String(id)],
    );
    return rows[0]?.looks ?? 0;
  };
  const stripeOrder = async (product: number) => {
    await counter.fill(product);
    const { status, body } = await counter.stripe();
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };

  it('is on sale again after its time, unless it is paid on delivery', async () => {
    await start();
    const [online, onDelivery] = [await counter.anOrder('ONLINE'), await counter.anOrder('COD')];
    await passTime(LIFETIME_S - 60);
    expect(await counter.order(online.id)).toMatchObject({ stock_state: 'held' });
    await passTime(61);
    await counter.untilOrder(online.id, { status: 'pending', stock_state: 'released' });
    expect(await counter.shelf(online.product)).toEqual([10, 0]);
    expect(await counter.order(onDelivery.id)).toMatchObject({ stock_state: 'held' });
    expect(await looksAt(onDelivery.id)).toBe(0);
    // It may still be paid while there are goods, and is held anew.
    expect(await counter.stripe({ order: online.id })).toMatchObject({ status: 200 });
    expect(await counter.shelf(online.product)).toEqual([10, 1]);
  });

  it('keeps its goods while its page at Stripe is open, and loses them when that expires', async () => {
    await start();
    const product = await counter.product(1);
    const { order } = await stripeOrder(product);
    await passTime(LIFETIME_S + 1);
    await waitFor('a look at the order', async () => (await looksAt(order)) > 0);
    expect(await counter.order(order)).toMatchObject({ stock_state: 'held' });
    await passTime(DAY_S);
    await counter.untilOrder(order, { status: 'pending', stock_state: 'released' });
    expect(await counter.payments(order)).toMatchObject([
      { status: 'failed', status_detail: 'expired' },
    ]);
    expect(await counter.shelf(product)).toEqual([1, 0]);
  });

  describe('in time, but later, at a page that we had given up', () => {
    beforeEach(() => start({ STRIPE_LIFETIME_S: '60', STRIPE_POLL_SCHEDULE_S: '30,3600' }));

    /** Closed here; the page at the gateway is still open. */
    const givenUp = async (stock: number) => {
      const product = await counter.product(stock);
      const started = await stripeOrder(product);
      await passTime(61);
      await counter.untilOrder(started['order'], { stock_state: 'released' });
      return { product, order: started['order'], page: started['url'] };
    };

    it('is sold as long as there is one', async () => {
      const { product, order, page } = await givenUp(2);
      await counter.onPage(page, 'pay');
      await counter.untilOrder(order, { status: 'paid', stock_state: 'sold' });
      expect(await counter.shelf(product)).toEqual([1, 0]);
    });

    it('is not sold when the last one is gone: the money is kept and goes back', async () => {
      const { product, order, page } = await givenUp(1);
      const address = await counter.address(counter.customer2);
      await counter.fill(product, 1, counter.customer2);
      const other = await counter.place('COD', address, counter.customer2);
      expect(other.status).toBe(201);
      await counter.onPage(page, 'pay');
      const payment = await waitFor('the late payment', async () => {
        const [row] = await counter.payments(order);
        return row?.['status'] === 'completed' ? row : null;
      });
      expect(await counter.order(order)).toMatchObject({
        status: 'cancelled',
        amount_paid: '0.00',
        amount_due: '0.00',
        stock_state: 'released',
      });
      expect((await counter.stripe({ order })).status).toBe(400);
      expect(await counter.shelf(product)).toEqual([1, 1]);
      const path = `/api/v1/payments/payments/${String(payment['id'])}/`;
      expect((await counter.staff.get(path)).body).toMatchObject({ excess_amount: '25.00' });
      const refund = await counter.staff.post(`${path}refunds/`, { reason: 'Sold out' });
      expect(refund.status).toBe(201);
      await waitFor('the money to be back', async () => {
        const { body } = await counter.staff.get(path);
        return body['status'] === 'refunded';
      });
      expect(await counter.order(order)).toMatchObject({ status: 'cancelled' });
    });
  });
});
