import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';

describe('orders over HTTP', () => {
  let app: TestApp;
  let counter: OrderCounter;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    counter = await OrderCounter.open(app);
    ({ customer, staff } = counter);
  });
  afterEach(async () => {
    await customer.send('DELETE', '/orders/api/cart/');
    await expectBooksToAgree(app.database.dataSource);
  });
  afterAll(() => app.close());

  describe('an order', () => {
    it('is placed with its payment, shown to those it concerns, and cancelled with its payment', async () => {
      const product = await counter.product(5);
      await counter.fill(product, 2);
      const placed = await counter.place('cod');
      expect(placed).toMatchObject({
        status: 201,
        body: {
          status: 'pending',
          method: 'COD',
          total: '50.00',
          amount_due: '50.00',
          currency: 'USD',
          user: 1,
          stock_state: 'held',
          shipping_address: 1,
          ship_to: { city: 'Dar es Salaam' },
          items: [{ product, name: 'Drum', unit_price: '25.00', quantity: 2, total: '50.00' }],
        },
      });
      expect(placed.body['reference']).toMatch(/^ORD-\d{6}$/);
      expect(await counter.shelf(product)).toEqual([5, 2]);
      const id = placed.body['id'];
      expect(await counter.payments(id)).toMatchObject([
        { method: 'COD', status: 'pending', amount: '50.00', transaction_id: null },
      ]);
      const path = `/orders/api/orders/${String(id)}/`;
      expect((await customer.get(path)).body).toEqual(placed.body);
      expect((await counter.customer2.get(path)).status).toBe(404);
      const cancelled = await customer.post(`${path}cancel/`, { reason: 'Ordered twice' });
      expect(cancelled).toMatchObject({
        status: 200,
        body: { status: 'cancelled', amount_due: '0.00', stock_state: 'released' },
      });
      expect(await counter.shelf(product)).toEqual([5, 0]);
      expect(await counter.payments(id)).toMatchObject([
        { status: 'failed', status_detail: 'cancelled' },
      ]);
      expect(await customer.post(`${path}cancel/`)).toMatchObject({
        status: 409,
        body: { code: 'invalid_order_state' },
      });
    });

    it('is made once for one idempotency key, also by two at once', async () => {
      const product = await counter.product(5);
      await counter.fill(product);
      const send = () =>
        customer.post(
          '/orders/api/orders/',
          { shipping_address: 1, method: 'COD' },
          { 'Idempotency-Key': `place-${product}` },
        );
      const both = await Promise.all([send(), send()]);
      expect([201, 409]).toEqual(expect.arrayContaining(both.map(({ status }) => status)));
      const first = both.find(({ status }) => status === 201);
      const again = await send();
      expect(again).toMatchObject({ status: 201, body: { id: first?.body['id'] } });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await counter.shelf(product)).toEqual([5, 1]);
    });

    it('of the last piece is got by one of two customers', async () => {
      const last = await counter.product(1);
      await counter.fill(last, 1, customer);
      await counter.fill(last, 1, counter.customer2);
      const address = await counter.address(counter.customer2);
      const placed = await Promise.all([
        counter.place('COD', 1, customer),
        counter.place('COD', address, counter.customer2),
      ]);
      expect(placed.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 400]);
      expect(placed.find(({ status }) => status === 400)?.body).toMatchObject({
        code: 'out_of_stock',
        error: 'Not enough in stock: Drum',
      });
      expect(await counter.shelf(last)).toEqual([1, 1]);
      await counter.customer2.send('DELETE', '/orders/api/cart/');
    });

    it.each([
      [{ shipping_address: 1, method: 'barter' }, 400, 'method'],
      [{ method: 'COD' }, 400, 'shipping_address'],
      [{ shipping_address: 1, method: 'COD', total: '1.00' }, 400, 'total'],
    ])('is refused with %j', async (body, status, field) => {
      const answer = await customer.post('/orders/api/orders/', body);
      expect(answer.status).toBe(status);
      expect(answer.body).toHaveProperty(`errors.${field}`);
    });

    it('needs a cart with something in it and an address of one’s own', async () => {
      expect(await counter.place('COD')).toMatchObject({
        status: 400,
        body: { code: 'cart_empty' },
      });
      await counter.fill(await counter.product());
      expect(await counter.place('COD', 2)).toMatchObject({
        status: 404,
        body: { code: 'address_not_found' },
      });
    });

    it('in a currency that no gateway takes is cash on delivery only', async () => {
      await counter.fill(await counter.product(5, { currency: 'TND', price: '1.000' }));
      expect(await counter.place('stripe')).toMatchObject({
        status: 400,
        body: { code: 'unsupported_currency' },
      });
      expect((await counter.place('COD')).status).toBe(201);
    });

    it('is listed with its filters, by page and by keyset', async () => {
      const { id } = await counter.anOrder('ONLINE');
      const read = async (query: string) =>
        (await customer.get<{ results: { id: number }[] }>(`/orders/api/orders/${query}`)).body
          .results;
      expect((await read('?status=PENDING&method=online')).map((order) => order.id)).toContain(id);
      expect(await read('?status=cancelled&method=online')).toEqual([]);
      expect((await read('?reference=ord-000001')).map((order) => order.id)).toEqual([1]);
      expect((await read('?cursor=&page_size=1')).map((order) => order.id)).toEqual([id]);
      expect((await customer.get('/orders/api/orders/?status=lost')).status).toBe(400);
    });

    it('is fulfilled once it is paid', async () => {
      const { id } = await counter.anOrder('COD');
      expect(await staff.post(`/orders/api/orders/${id}/fulfil/`)).toMatchObject({
        status: 409,
        body: { code: 'invalid_order_state' },
      });
      expect(await staff.post('/orders/api/orders/2/fulfil/')).toMatchObject({
        status: 200,
        body: { status: 'paid', fulfilled_at: expect.stringMatching(/Z$/) },
      });
      expect((await customer.post('/orders/api/orders/2/fulfil/')).status).toBe(403);
      expect(await staff.post('/orders/api/orders/2/cancel/')).toMatchObject({
        status: 409,
        body: { code: 'order_has_payments' },
      });
    });
  });

  describe('an order’s payment', () => {
    it('must be its total', async () => {
      const { id } = await counter.anOrder('ONLINE');
      const [payment] = await counter.payments(id);
      for (const [amount, code] of [
        ['24.99', 'amount_not_exact'],
        ['25.01', 'amount_exceeds_owed'],
      ]) {
        expect(
          await customer.post('/api/v1/payments/payments/', {
            order: id,
            amount,
            payment_method: 'online',
          }),
        ).toMatchObject({ status: 400, body: { code } });
        expect(
          await customer.send('PATCH', `/api/v1/payments/payments/${String(payment?.['id'])}/`, {
            amount,
          }),
        ).toMatchObject({ status: 400, body: { code } });
      }
    });

    it('is made for one’s own existing order that is not paid', async () => {
      const pay = (user: Api, order: number) =>
        user.post('/api/v1/payments/payments/', {
          order,
          amount: '899.00',
          payment_method: 'online',
        });
      expect((await pay(counter.customer2, 2)).status).toBe(404);
      expect((await pay(customer, 999_999)).status).toBe(404);
      expect(await pay(customer, 2)).toMatchObject({ status: 400, body: { code: 'nothing_owed' } });
    });

    it('lets the stock go when it is cancelled', async () => {
      const { id, product } = await counter.anOrder('ONLINE', 1);
      const [payment] = await counter.payments(id);
      await customer.post(`/api/v1/payments/payments/${String(payment?.['id'])}/cancel/`);
      expect(await counter.order(id)).toMatchObject({
        status: 'pending',
        stock_state: 'released',
      });
      expect(await counter.shelf(product)).toEqual([1, 0]);
    });
  });

  describe('cash on delivery', () => {
    let cashier: Api;
    beforeAll(async () => {
      cashier = await app.api.login('cashier');
      const opened = await cashier.post('/api/v1/cash-drawers/sessions/', {
        drawer: 1,
        opening: [{ currency: 'USD', amount: '100.00' }],
      });
      if (opened.status !== 201) throw new Error(`the drawer was not opened: ${opened.status}`);
    });

    const collect = async (order: number, by: Api = cashier) => {
      const [payment] = await counter.payments(order);
      return by.post(`/api/v1/payments/payments/${String(payment?.['id'])}/collect/`);
    };

    it('is collected by staff, once, and then fulfilled', async () => {
      const { id, product } = await counter.anOrder('COD');
      expect((await collect(id, customer)).status).toBe(403);
      const both = await Promise.all([collect(id), collect(id)]);
      for (const answer of both) {
        expect(answer).toMatchObject({ status: 200, body: { status: 'completed' } });
      }
      expect(await counter.order(id)).toMatchObject({ status: 'paid', amount_paid: '25.00' });
      expect(await counter.shelf(product)).toEqual([9, 0]);
      expect(await counter.payments(id)).toMatchObject([{ method: 'COD', status: 'completed' }]);
      expect((await staff.post(`/orders/api/orders/${id}/fulfil/`)).status).toBe(200);
    });

    it('is not collected once its order is cancelled, nor when its goods are gone', async () => {
      const cancelled = await counter.anOrder('COD');
      await customer.post(`/orders/api/orders/${cancelled.id}/cancel/`);
      expect((await collect(cancelled.id)).status).toBe(409);

      const { id, product } = await counter.anOrder('COD', 1);
      await app.database.dataSource.query(
        `WITH o AS (UPDATE orders SET stock_state = 'released' WHERE id = $1)
         UPDATE products SET reserved = 0, stock = 0 WHERE id = $2`,
        [id, product],
      );
      expect(await collect(id)).toMatchObject({ status: 400, body: { code: 'out_of_stock' } });
      expect(await counter.order(id)).toMatchObject({ status: 'pending', amount_paid: '0.00' });
    });
  });

  it('stands in the audit trail, step by step', async () => {
    const { id } = await counter.anOrder('ONLINE');
    await customer.post(`/orders/api/orders/${id}/cancel/`);
    const rows: { action: string }[] = await app.database.dataSource.query(
      `SELECT action FROM audit_entries WHERE object_type = 'order' AND object_id = $1 ORDER BY id`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'order.placed',
      'order.stock_released',
      'order.cancelled',
    ]);
  });
});
