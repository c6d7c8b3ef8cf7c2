import { createHmac } from 'node:crypto';
import { type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';
import { waitFor } from '../support/wait.js';

const SECRET = 'a-secret-of-the-sender-of-at-least-32-bytes';

const COD_PAYMENT = {
  id: 1,
  order: 1,
  user: 1,
  amount: '1598.00',
  method: 'COD',
  status: 'pending',
  transaction_id: null,
  created_at: '2023-01-15T14:30:00Z',
  updated_at: '2023-01-15T14:30:00Z',
};
const ONLINE_PAYMENT = {
  id: 2,
  order: 2,
  user: 1,
  amount: '899.00',
  method: 'ONLINE',
  status: 'completed',
  transaction_id: 'txn_123456789',
  created_at: '2023-01-20T10:15:00Z',
  updated_at: '2023-01-20T10:20:00Z',
};
const NOTIFICATION = {
  event_type: 'payment.completed',
  payment_id: 'txn_123456789',
  order_reference: '1',
  amount: '1598.00',
  status: 'completed',
  timestamp: '2023-01-15T15:30:00Z',
};

interface Payment extends Record<string, unknown> {
  id: number;
}

/** Document 003, sent as printed by the demo customer, compared field by field. */
describe('document 003', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ SIGNED_WEBHOOK_SECRET: SECRET, APPROVAL_LIMITS: 'none' });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const list = (query = '') =>
    customer.get<{ count: number; results: Payment[] }>(`/orders/api/payments/${query}`);

  it('lists the payments of the authenticated user, as printed', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body).toMatchObject({ next: null, previous: null });
    expect(body.count).toBe(body.results.length);
    expect(body.results.find(({ id }) => id === 1)).toMatchObject(COD_PAYMENT);
    expect(body.results.find(({ id }) => id === 2)).toMatchObject(ONLINE_PAYMENT);
    for (const payment of body.results) {
      expectAsPrinted(payment, COD_PAYMENT);
      expect(payment['user']).toBe(1);
    }
  });

  it('lists payments of orders only, and none of anybody else', async () => {
    const booking = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      payment_method: 'cash',
    });
    const id = Number(booking.body['id']);
    expect((await list()).body.results.map((payment) => payment.id)).not.toContain(id);
    expect((await customer.get(`/orders/api/payments/${id}/`)).status).toBe(404);
    const others = await (await app.api.login('customer2')).get('/orders/api/payments/');
    expect(others.body).toMatchObject({ count: 0, results: [] });
  });

  it('retrieves a payment, as printed', async () => {
    const { status, body } = await customer.get('/orders/api/payments/1/');
    expect(status).toBe(200);
    expect(body).toMatchObject(COD_PAYMENT);
    const paid = await customer.get('/orders/api/payments/2');
    expect(paid.body).toMatchObject(ONLINE_PAYMENT);
    const byUuid = await customer.get(`/orders/api/payments/${String(paid.body['uuid'])}/`);
    expect(byUuid.body).toEqual(paid.body);
  });

  it('needs a login', async () => {
    for (const path of ['payments/', 'payments/1/']) {
      expect((await app.api.get(`/orders/api/${path}`)).status).toBe(401);
    }
    const { status } = await app.api.post('/orders/api/create-stripe-order/', {
      shipping_address: 1,
    });
    expect(status).toBe(401);
  });

  it('filters by what is shown, whatever stands behind it', async () => {
    for (const status of ['pending', 'processing', 'completed', 'failed', 'refunded']) {
      const { body } = await list(`?status=${status.toUpperCase()}`);
      expect(new Set(body.results.map((payment) => payment['status']))).toEqual(
        new Set(body.results.length > 0 ? [status] : []),
      );
    }
    expect((await list('?status=succeeded')).body.results).toHaveLength(1);
    expect((await list('?status=cancelled')).body.count).toBe(0);
    expect((await list('?method=cod&order=1')).body.results).toMatchObject([{ id: 1 }]);
    expect((await list('?status=paid')).status).toBe(400);
  });

  it('creates a Stripe payment from the cart, which is completed by Stripe’s notification', async () => {
    const cart = await customer.get('/orders/api/cart/');
    const { status, body } = await customer.post('/orders/api/create-stripe-order/', {
      shipping_address: 1,
    });
    expect(status).toBe(200);
    expectAsPrinted(body, {
      id: 'cs_test_123456',
      url: 'https://checkout.stripe.com/c/pay/cs_test_123456',
    });
    expect(body['id']).toMatch(/^cs_test_/);

    const payment = await customer.get(`/orders/api/payments/${String(body['payment'])}/`);
    expectAsPrinted(payment.body, COD_PAYMENT);
    expect(payment.body).toMatchObject({
      order: body['order'],
      user: 1,
      amount: cart.body['total'],
      method: 'stripe',
      status: 'processing',
      transaction_id: body['id'],
    });
    const page = (await app.sandbox.checkouts()).find(({ url }) => url === body['url']);
    expect(page).toMatchObject({ provider: 'stripe', amount: cart.body['total'], currency: 'USD' });
    await app.sandbox.endCheckout(String(page?.reference), 'pay');
    const paid = await waitFor('the completed payment', async () => {
      const read = await customer.get(`/orders/api/payments/${String(body['payment'])}/`);
      return read.body['status'] === 'completed' ? read.body : null;
    });
    expect(paid).toMatchObject({ transaction_id: body['id'], status_detail: 'completed' });
    const order = await customer.get(`/orders/api/orders/${String(body['order'])}/`);
    expect(order.body).toMatchObject({ status: 'paid', amount_due: '0.00', stock_state: 'sold' });
  });

  it('confirms the printed notification of another gateway', async () => {
    const body = JSON.stringify(NOTIFICATION);
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const send = (headers: Record<string, string>) =>
      app.api.post('/orders/api/payment-webhook/', body, headers);
    const answer = await send({ 'X-Webhook-Signature': signature });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'success', message: 'Payment confirmed' });
    const paid = await customer.get('/orders/api/payments/1/');
    expect(paid.body).toMatchObject({
      ...COD_PAYMENT,
      method: 'ONLINE',
      status: 'completed',
      transaction_id: 'txn_123456789',
      updated_at: paid.body['updated_at'],
    });
    const order = await customer.get('/orders/api/orders/1/');
    expect(order.body).toMatchObject({ status: 'paid', amount_paid: '1598.00' });

    const forged = await send({ 'X-Webhook-Signature': signature.replace(/^./, 'x') });
    expect(forged.status).toBe(401);
  });

  describe('shows each status by a word it knows, the exact one beside it', () => {
    it.each([
      ['pending', 'pending'],
      ['pending_approval', 'pending'],
      ['processing', 'processing'],
      ['failed', 'failed'],
      ['cancelled', 'failed'],
      ['expired', 'failed'],
    ])('%s as %s', async (exact, shown) => {
      const set = (status: string) =>
        app.database.dataSource.query('UPDATE payments SET status = $1 WHERE id = 3', [status]);
      await set(exact);
      const { body } = await customer.get('/orders/api/payments/3/');
      expect(body).toMatchObject({ status: shown, status_detail: exact });
      expect((await list(`?status=${shown}`)).body.results.map(({ id }) => id)).toContain(3);
      await set('pending');
    });

    it('a refund in part as completed, in full as refunded', async () => {
      const refund = async (amount: string) => {
        const { status, body } = await staff.post('/api/v1/payments/payments/2/refunds/', {
          amount,
          reason: 'A lamp was broken',
        });
        expect({ status, body }).toMatchObject({ status: 201 });
        await waitFor('the refund that no gateway carries out', async () => {
          const refunds = await staff.get<{ results: Payment[] }>(
            '/api/v1/payments/payments/2/refunds/',
          );
          const made = refunds.body.results.find(({ id }) => id === body['id']);
          return made?.['status'] === 'needs_attention';
        });
        const settled = await staff.post(`/api/v1/payments/refunds/${String(body['id'])}/settle/`, {
          method: 'bank_transfer',
          evidence: `slip ${amount}`,
        });
        expect({ status: settled.status, body: settled.body }).toMatchObject({ status: 200 });
      };
      await refund('99.00');
      expect((await customer.get('/orders/api/payments/2/')).body).toMatchObject({
        status: 'completed',
        status_detail: 'partially_refunded',
        refunded_amount: '99.00',
      });
      expect((await customer.get('/orders/api/orders/2/')).body).toMatchObject({ status: 'paid' });
      await refund('800.00');
      expect((await customer.get('/orders/api/payments/2/')).body).toMatchObject({
        status: 'refunded',
        status_detail: 'refunded',
      });
      expect((await customer.get('/orders/api/orders/2/')).body).toMatchObject({
        status: 'refunded',
        stock_state: 'released',
      });
    });
  });

  it('is documented: its paths stand in the OpenAPI document, its webhooks do not', async () => {
    const { body } = await app.api.get<{ paths: Record<string, unknown> }>('/api/schema/');
    const paths = Object.keys(body.paths).filter((path) => path.startsWith('/orders/api/'));
    expect(paths).toEqual(
      expect.arrayContaining([
        '/orders/api/payments/',
        '/orders/api/payments/{id}/',
        '/orders/api/create-stripe-order/',
      ]),
    );
    expect(paths.filter((path) => path.includes('webhook'))).toEqual([]);
  });
});
