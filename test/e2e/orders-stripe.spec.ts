import { type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';
import { waitFor } from '../support/wait.js';
import { Providers } from '../../src/providers/index.js';

/** From a cart to Stripe's page and back: `create-stripe-order` of document 003. */
describe('an order paid at Stripe', () => {
  let app: TestApp;
  let counter: OrderCounter;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ APPROVAL_LIMITS: 'none' });
    counter = await OrderCounter.open(app);
    ({ customer, staff } = counter);
  });
  afterEach(async () => {
    await customer.send('DELETE', '/orders/api/cart/');
    await app.sandbox.reset();
    await expectBooksToAgree(app.database.dataSource);
  });
  afterAll(() => app.close());

  const session = async (product: number, quantity = 1) => {
    await counter.fill(product, quantity);
    const { status, body } = await counter.stripe();
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };

  it('is paid there, sold, and refunded by Stripe, which puts it back on the shelf', async () => {
    const product = await counter.product(5);
    const started = await session(product, 2);
    const order = await counter.order(started['order']);
    expect(order).toMatchObject({ method: 'stripe', status: 'pending', total: '50.00' });
    expect(await counter.shelf(product)).toEqual([5, 2]);
    await counter.onPage(started['url'], 'pay');
    await counter.untilOrder(order['id'], { status: 'paid', amount_paid: '50.00' });
    expect(await counter.shelf(product)).toEqual([3, 0]);
    const [payment] = await counter.payments(order['id']);
    expect(payment).toMatchObject({
      id: started['payment'],
      method: 'stripe',
      status: 'completed',
      transaction_id: started['id'],
    });
    const mail = await waitFor('the confirmation', async () =>
      (await app.sandbox.mails('customer@malipo.test')).find(({ text }) =>
        text.includes(String(order['reference'])),
      ),
    );
    expect(mail.subject).toMatch(/^Payment Confirmation - Order #/);
    expect(mail.text).toContain('Shop: Malipo Demo');
    const refund = await staff.post(
      `/api/v1/payments/payments/${String(started['payment'])}/refunds/`,
      { reason: 'Changed their mind' },
    );
    expect(refund.status).toBe(201);
    await counter.untilOrder(order['id'], { status: 'refunded', stock_state: 'released' });
    expect(await counter.shelf(product)).toEqual([5, 0]);
    expect(await counter.stripe({ order: order['id'] })).toMatchObject({
      status: 400,
      body: { code: 'order_not_payable' },
    });
  });

  it('has one session, however often it is asked for', async () => {
    const started = await session(await counter.product());
    const key = { 'Idempotency-Key': 'stripe-again' };
    const named = { shipping_address: 1, order: started['order'] };
    const repeats = [
      await counter.stripe(),
      await counter.stripe({ order: started['order'] }),
      await customer.post('/orders/api/create-stripe-order/', named, key),
      await customer.post('/orders/api/create-stripe-order/', named, key),
    ];
    for (const repeat of repeats) {
      expect(repeat).toMatchObject({ status: 200, body: started });
    }
    expect(repeats[3]?.headers.get('idempotent-replayed')).toBe('true');
    expect(await counter.sessionsAskedFor()).toBe(1);
    expect(await counter.payments(started['order'])).toHaveLength(1);
  });

  it('has one session when it is asked for twice at once', async () => {
    await counter.fill(await counter.product());
    const before = (await customer.get<{ count: number }>('/orders/api/orders/')).body.count;
    const both = await Promise.all([counter.stripe(), counter.stripe(), counter.stripe()]);
    for (const { status, body, headers } of both) {
      expect([200, 409]).toContain(status);
      if (status === 200) continue;
      // The page is being opened: the same request a moment later gets it.
      expect(body).toMatchObject({ code: 'attempt_in_progress' });
      expect(headers.get('retry-after')).toBe('1');
    }
    expect(both.map(({ status }) => status)).toContain(200);
    expect(await counter.sessionsAskedFor()).toBe(1);
    const after = (await customer.get<{ count: number }>('/orders/api/orders/')).body.count;
    expect(after).toBe(before + 1);
  });

  it('is charged what was ordered, though cart and prices change while Stripe is asked', async () => {
    const drum = await counter.product(100);
    for (let round = 0; round < 5; round += 1) {
      await counter.fill(drum);
      const [started] = await Promise.all([
        counter.stripe(),
        customer.post('/orders/api/cart/items/', { product: drum, quantity: 1 }),
        staff.send('PATCH', `/orders/api/products/${drum}/`, { price: `${30 + round}.00` }),
      ]);
      expect(started.status).toBe(200);
      const order = await counter.order(started.body['order']);
      const lines = order['items'] as { total: string }[];
      const page = (await app.sandbox.checkouts()).find(({ url }) => url === started.body['url']);
      expect(page?.amount).toBe(order['total']);
      expect(lines).toMatchObject([{ total: order['total'] }]);
      const [payment] = await counter.payments(order['id']);
      expect(payment?.['amount']).toBe(order['total']);
      await customer.send('DELETE', '/orders/api/cart/');
    }
  });

  it('may have been ordered another way: its payment becomes Stripe’s', async () => {
    const { id, product } = await counter.anOrder('COD');
    const [cod] = await counter.payments(id);
    const started = await counter.stripe({ order: id });
    expect(started).toMatchObject({ status: 200, body: { order: id, payment: cod?.['id'] } });
    expect(await counter.payments(id)).toMatchObject([{ method: 'stripe', status: 'processing' }]);
    await counter.onPage(started.body['url'], 'pay');
    await counter.untilOrder(id, { status: 'paid', method: 'stripe' });
    expect(await counter.shelf(product)).toEqual([9, 0]);
  });

  it('can be called off while its page is open, which is closed; when it was paid first, it stays', async () => {
    const product = await counter.product(2);
    const [first, second] = [await session(product), await session(product)];
    const cancel = (order: unknown) =>
      customer.post(`/orders/api/orders/${String(order)}/cancel/`, { reason: 'Found it cheaper' });
    expect(await cancel(first['order'])).toMatchObject({
      status: 200,
      body: { status: 'cancelled', stock_state: 'released' },
    });
    expect(await counter.payments(first['order'])).toMatchObject([
      { status: 'failed', status_detail: 'expired', failure_reason: expect.stringMatching(/off$/) },
    ]);
    await expect(counter.onPage(first['url'], 'pay')).rejects.toThrow('pay answered');
    expect(await counter.shelf(product)).toEqual([2, 1]);

    await app.sandbox.fault({ webhook: 'none' }, 'stripe');
    await counter.onPage(second['url'], 'pay');
    expect(await cancel(second['order'])).toMatchObject({
      status: 409,
      body: { code: 'order_has_payments' },
    });
    expect(await counter.order(second['order'])).toMatchObject({ status: 'paid' });
    expect(await counter.shelf(product)).toEqual([1, 0]);
  });

  describe('is refused', () => {
    it('when it is paid already', async () => {
      expect(await counter.stripe({ order: 2 })).toMatchObject({
        status: 400,
        body: {
          error: 'Payment already completed for this order',
          code: 'payment_already_completed',
        },
      });
    });

    it('when it does not exist or is somebody else’s, or the address is', async () => {
      for (const order of [999_999, 4, '00000000-0000-4000-8000-000000000000']) {
        expect(await counter.stripe({ order })).toMatchObject({
          status: 404,
          body: { code: 'order_not_found' },
        });
      }
      const address = await counter.address(counter.customer2);
      expect(
        await counter.stripe({ order: 3, shipping_address: address }, counter.customer2),
      ).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
      expect(await counter.stripe({ order: 3, shipping_address: address })).toMatchObject({
        status: 404,
        body: { code: 'address_not_found' },
      });
      // Staff see the order, but it is not theirs to pay here.
      expect(await counter.stripe({ order: 3 }, staff)).toMatchObject({ status: 404 });
    });

    it('when it is cancelled', async () => {
      const { id } = await counter.anOrder('stripe');
      await customer.post(`/orders/api/orders/${id}/cancel/`);
      expect(await counter.stripe({ order: id })).toMatchObject({
        status: 400,
        body: { code: 'order_not_payable' },
      });
    });

    it('with an empty cart, an address missing or something unknown', async () => {
      const { id } = await counter.anOrder('COD');
      expect(await counter.stripe()).toMatchObject({ status: 400, body: { code: 'cart_empty' } });
      expect((await counter.order(id))['method']).toBe('COD');
      for (const body of [{}, { shipping_address: 'home' }, { shipping_address: 1, amount: 1 }]) {
        expect((await customer.post('/orders/api/create-stripe-order/', body)).status).toBe(400);
      }
    });

    it('when Stripe is not set up, or takes no such currency, and then the cart is as it was', async () => {
      const product = await counter.product(3, { currency: 'TZS' });
      await counter.fill(product);
      const provider = app.app.get(Providers, { strict: false }).get('stripe');
      const enabled = jest
        .spyOn(Object.getPrototypeOf(provider) as { enabled: boolean }, 'enabled', 'get')
        .mockReturnValue(false);
      expect(await counter.stripe()).toMatchObject({
        status: 400,
        body: { code: 'gateway_not_configured', error: expect.stringContaining('Stripe') },
      });
      expect(await counter.place('stripe')).toMatchObject({
        status: 400,
        body: { code: 'gateway_not_configured' },
      });
      enabled.mockRestore();
      expect(await counter.stripe()).toMatchObject({
        status: 400,
        body: { code: 'unsupported_currency' },
      });
      expect((await customer.get('/orders/api/cart/')).body).toMatchObject({
        items: [{ product }],
      });
      expect(await counter.shelf(product)).toEqual([3, 0]);
    });
  });

  describe('when Stripe fails', () => {
    it('before it did anything, waits with its goods on sale, and goes on with the same request', async () => {
      const product = await counter.product(1);
      await counter.fill(product);
      await app.sandbox.fault({ initiate: 'rate_limited', count: 1 }, 'stripe');
      const failed = await counter.stripe();
      expect(failed).toMatchObject({ status: 502, body: { code: 'gateway_rejected' } });
      const id = failed.body['order'];
      expect(await counter.order(id)).toMatchObject({
        status: 'pending',
        stock_state: 'released',
      });
      expect(await counter.shelf(product)).toEqual([1, 0]);
      const again = await counter.stripe();
      expect(again).toMatchObject({ status: 200, body: { order: id } });
      expect(await counter.shelf(product)).toEqual([1, 1]);
      await counter.onPage(again.body['url'], 'pay');
      await counter.untilOrder(id, { status: 'paid' });
    });

    it('goes on under the same idempotency key, too', async () => {
      await counter.fill(await counter.product());
      const send = () =>
        customer.post(
          '/orders/api/create-stripe-order/',
          { shipping_address: 1 },
          { 'Idempotency-Key': 'stripe-was-down' },
        );
      await app.sandbox.fault({ initiate: 'rate_limited', count: 1 }, 'stripe');
      const failed = await send();
      expect(failed.status).toBe(502);
      expect(await send()).toMatchObject({
        status: 200,
        body: { order: failed.body['order'] },
      });
    });

    it('by declining, tells so, and the order can be paid later', async () => {
      await counter.fill(await counter.product());
      await app.sandbox.fault({ initiate: 'decline', count: 1 }, 'stripe');
      const declined = await counter.stripe();
      expect(declined).toMatchObject({ status: 400, body: { code: 'gateway_declined' } });
      expect(await counter.stripe({ order: declined.body['order'] })).toMatchObject({
        status: 200,
      });
    });

    it('to answer, does not know the page: the next request gets another one', async () => {
      await counter.fill(await counter.product());
      await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'stripe');
      const lost = await counter.stripe();
      expect(lost).toMatchObject({ status: 503, body: { code: 'session_unknown' } });
      expect(lost.headers.get('retry-after')).toBe('5');
      const again = await counter.stripe();
      expect(again).toMatchObject({ status: 200, body: { order: lost.body['order'] } });
      await counter.onPage(again.body['url'], 'pay');
      await counter.untilOrder(lost.body['order'], { status: 'paid' });
    });

    it('by telling another amount, is not paid, and a person looks', async () => {
      await counter.fill(await counter.product());
      await app.sandbox.fault({ initiate: 'wrong_amount', count: 1 }, 'stripe');
      const started = await counter.stripe();
      expect(started.status).toBe(200);
      await counter.onPage(started.body['url'], 'pay');
      await waitFor('the attempt on the list', async () => {
        const { body } = await staff.get<{ results: { payment: number }[] }>(
          '/api/v1/payments/transactions/?needs_review=true',
        );
        return body.results.some(({ payment }) => payment === started.body['payment']);
      });
      expect(await counter.order(started.body['order'])).toMatchObject({ status: 'pending' });
    });
  });

  it('whose goods somebody else bought meanwhile cannot be tried again', async () => {
    const product = await counter.product(1);
    await counter.fill(product);
    await app.sandbox.fault({ initiate: 'rate_limited', count: 1 }, 'stripe');
    const failed = await counter.stripe();
    const address = await counter.address(counter.customer2);
    await counter.fill(product, 1, counter.customer2);
    expect((await counter.place('COD', address, counter.customer2)).status).toBe(201);
    expect(await counter.stripe({ order: failed.body['order'] })).toMatchObject({
      status: 400,
      body: { code: 'out_of_stock' },
    });
    expect(await counter.shelf(product)).toEqual([1, 1]);
  });
});
