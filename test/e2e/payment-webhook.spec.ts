import { createHmac } from 'node:crypto';
import { type Answer, type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';

const SECRET = 'a-secret-of-the-sender-of-at-least-32-bytes';
const ROUTE = '/orders/api/payment-webhook/';

/** Document 003's example of the generic webhook, for demo order 1. */
const PRINTED = {
  event_type: 'payment.completed',
  payment_id: 'txn_123456789',
  order_reference: '1',
  amount: '1598.00',
  status: 'completed',
  timestamp: '2023-01-15T15:30:00Z',
};

describe('the generic payment webhook', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ SIGNED_WEBHOOK_SECRET: SECRET });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const signed = (body: string): string => createHmac('sha256', SECRET).update(body).digest('hex');
  const send = (event: object | string, signature?: string): Promise<Answer> => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    return app.api.post(ROUTE, body, { 'x-webhook-signature': signature ?? signed(body) });
  };
  let made = 0;
  const product = async (price: string): Promise<number> => {
    made += 1;
    const { status, body } = await staff.post('/orders/api/products/', {
      name: `Lamp ${made}`,
      price,
      currency: 'USD',
      stock: 10,
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  /** An order of customer2, whose cart is nobody else's concern here. */
  const anOrder = async (method: 'COD' | 'ONLINE', price = '20.00'): Promise<number> => {
    const buyer = await app.api.login('customer2');
    const item = { product: await product(price), quantity: 1 };
    const added = await buyer.post('/orders/api/cart/items/', item);
    expect({ status: added.status, body: added.body }).toMatchObject({ status: 201 });
    const address = await buyer.post('/orders/api/addresses/', {
      recipient: 'Neema',
      phone: '255684000222',
      line1: 'Uhuru Street 4',
      city: 'Dar es Salaam',
      country: 'TZ',
    });
    const placed = await buyer.post('/orders/api/orders/', {
      shipping_address: address.body['id'],
      method,
    });
    expect({ status: placed.status, body: placed.body }).toMatchObject({ status: 201 });
    return Number(placed.body['id']);
  };
  const paymentsOf = async (order: number): Promise<Record<string, unknown>[]> =>
    app.database.dataSource.query(
      `SELECT p.id, p.status, p.payment_method, p.transaction_ref, p.amount_minor, p.applied_minor, p.excess_minor
       FROM payments p WHERE p.payable_kind = 'order' AND p.payable_id = $1 ORDER BY p.id`,
      [order],
    );
  /** What the audit trail tells of the way of an order's payments. */
  const stepsOf = async (order: number): Promise<unknown[]> => {
    const ids = (await paymentsOf(order)).map(({ id }) => String(id));
    const rows: { step: unknown }[] = await app.database.dataSource.query(
      `SELECT changes::jsonb -> 'status' AS step FROM audit_entries
       WHERE object_type = 'payment' AND object_id = ANY ($1) AND changes::jsonb ? 'status'
       ORDER BY id`,
      [ids],
    );
    return rows.map(({ step }) => step);
  };
  const confirmation = (order: number, values: object = {}): object => ({
    ...PRINTED,
    payment_id: `txn_order_${order}`,
    order_reference: String(order),
    amount: '20.00',
    ...values,
  });

  it('confirms the printed event of a pending COD order, which becomes ONLINE', async () => {
    const answer = await send(PRINTED);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'success', message: 'Payment confirmed' });
    const shown = await customer.get('/orders/api/payments/1/');
    expect(shown.body).toMatchObject({
      id: 1,
      order: 1,
      amount: '1598.00',
      method: 'ONLINE',
      status: 'completed',
      transaction_id: 'txn_123456789',
    });
  });

  it('answers a repeat the same and changes nothing', async () => {
    const order = await anOrder('ONLINE');
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(confirmation(order))));
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: 'success', message: 'Payment confirmed' },
      });
    }
    expect(await paymentsOf(order)).toMatchObject([
      { status: 'completed', transaction_ref: `txn_order_${order}`, applied_minor: '2000' },
    ]);
    const attempts: unknown[] = await app.database.dataSource.query(
      `SELECT 1 FROM payment_transactions WHERE gateway_transaction_id = $1`,
      [`txn_order_${order}`],
    );
    expect(attempts).toHaveLength(1);
  });

  it.each([
    ['another amount', { amount: '19.99' }, 'amount_mismatch'],
    ['a part of the amount', { amount: '10.00' }, 'amount_mismatch'],
    ['more decimals than the currency has', { amount: '20.001' }, 'amount_mismatch'],
    ['another currency', { currency: 'TZS' }, 'currency_mismatch'],
    ['an order that does not exist', { order_reference: '999999' }, 'unknown_reference'],
    ['no order at all', { order_reference: 'nonsense' }, 'unknown_reference'],
  ])('refuses %s with 400 and moves nothing', async (_case, values, code) => {
    const order = await anOrder('ONLINE');
    const event = confirmation(order, { payment_id: `txn_odd_${order}`, ...values });
    for (const answer of [await send(event), await send(event)]) {
      expect(answer).toMatchObject({ status: 400, body: { code } });
    }
    expect(await paymentsOf(order)).toMatchObject([{ status: 'pending', transaction_ref: null }]);
    const kept: unknown[] = await app.database.dataSource.query(
      `SELECT 1 FROM webhook_events WHERE status = 'parked' AND reason = $1
         AND gateway_transaction_id = $2`,
      [code, `txn_odd_${order}`],
    );
    expect(kept).toHaveLength(1);
  });

  it('compares the currency only where the event names one', async () => {
    const order = await anOrder('ONLINE');
    const answer = await send(confirmation(order, { currency: 'usd' }));
    expect(answer.status).toBe(200);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'completed' }]);
  });

  it('takes the order by its uuid, the signature with its prefix', async () => {
    const order = await anOrder('ONLINE');
    const rows: { uuid: string }[] = await app.database.dataSource.query(
      'SELECT uuid FROM orders WHERE id = $1',
      [order],
    );
    const body = JSON.stringify(confirmation(order, { order_reference: rows[0]?.uuid }));
    const answer = await send(body, `sha256=${signed(body).toUpperCase()}`);
    expect(answer.status).toBe(200);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'completed' }]);
  });

  it('refuses a forged, altered or missing signature with 401 and keeps nothing', async () => {
    const order = await anOrder('ONLINE');
    const event = confirmation(order);
    const body = JSON.stringify(event);
    const forged = [
      await send(body, 'f'.repeat(64)),
      await send(body, ''),
      await send(body.replace('20.00', '10.00'), signed(body)),
      await send(JSON.stringify(event, null, 1), signed(body)),
      await app.api.post(ROUTE, body),
    ];
    expect(forged.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const kept: unknown[] = await app.database.dataSource.query(
      'SELECT 1 FROM webhook_events WHERE gateway_transaction_id = $1',
      [`txn_order_${order}`],
    );
    expect(kept).toEqual([]);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'pending' }]);
  });

  it('keeps a second payment of a paid order as an overpayment', async () => {
    const order = await anOrder('ONLINE');
    expect((await send(confirmation(order))).status).toBe(200);
    const again = await send(confirmation(order, { payment_id: `txn_again_${order}` }));
    expect(again).toMatchObject({ status: 200, body: { message: 'Payment confirmed' } });
    const attempts: { overpayment: boolean }[] = await app.database.dataSource.query(
      `SELECT t.overpayment FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = 'order' AND p.payable_id = $1 ORDER BY t.id`,
      [order],
    );
    expect(attempts.map(({ overpayment }) => overpayment)).toEqual([false, true]);
  });

  it('refuses a gateway transaction that paid another order', async () => {
    const [first, second] = [await anOrder('ONLINE'), await anOrder('ONLINE')];
    expect((await send(confirmation(first))).status).toBe(200);
    const answer = await send(confirmation(second, { payment_id: `txn_order_${first}` }));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'gateway_transaction_already_used' },
    });
    expect(await paymentsOf(second)).toMatchObject([{ status: 'pending' }]);
  });

  it('ends a waiting online payment that failed, and takes later money all the same', async () => {
    const order = await anOrder('ONLINE');
    const failed = confirmation(order, { event_type: 'payment.failed', status: 'failed' });
    expect(await send(failed)).toMatchObject({
      status: 200,
      body: { status: 'success', message: 'Payment failure recorded' },
    });
    expect(await paymentsOf(order)).toMatchObject([{ status: 'failed' }]);
    expect(await stepsOf(order)).toEqual([
      ['pending', 'processing'],
      ['processing', 'failed'],
    ]);
    expect((await send(confirmation(order, { payment_id: `txn_late_${order}` }))).status).toBe(200);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'completed' }]);
  });

  it('leaves a COD payment alone when an online one failed', async () => {
    const order = await anOrder('COD');
    const failed = confirmation(order, { event_type: 'payment.failed', status: 'failed' });
    expect((await send(failed)).status).toBe(200);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'pending', payment_method: 'COD' }]);
  });

  it('acknowledges events that are about nothing of ours', async () => {
    const answer = await send({ ...PRINTED, event_type: 'customer.created' });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'success', message: 'Event ignored' },
    });
  });

  it('refuses what is no event', async () => {
    for (const body of ['not json', '[]', '{}', '{"event_type":"payment.completed"}']) {
      expect((await send(body)).status).toBe(400);
    }
  });
});
