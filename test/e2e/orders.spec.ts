import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';

/** Products, carts, addresses and orders over HTTP. */
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

  describe('products', () => {
    it('are made, changed and listed by staff', async () => {
      const made = await staff.post('/orders/api/products/', {
        name: ' Kanga ',
        price: 12.5,
        currency: 'usd',
        stock: 3,
      });
      expect(made).toMatchObject({
        status: 201,
        body: { name: 'Kanga', price: '12.50', currency: 'USD', stock: 3, available: 3 },
      });
      const path = `/orders/api/products/${String(made.body['id'])}/`;
      const changed = await staff.send('PATCH', path, { price: '13.00', stock: 4 });
      expect(changed).toMatchObject({ status: 200, body: { price: '13.00', stock: 4 } });
      expect((await customer.get(path)).body).toMatchObject({ price: '13.00' });
      const found = await customer.get<{ results: { name: string }[] }>(
        '/orders/api/products/?search=kang&available=true&currency=usd&ordering=-price',
      );
      expect(found.body.results.map(({ name }) => name)).toEqual(['Kanga']);
      await staff.send('PATCH', path, { active: false });
      expect((await customer.get(path)).status).toBe(404);
      expect((await staff.get(path)).body).toMatchObject({ active: false });
    });

    it.each([
      [{ name: ' ' }, 'name'],
      [{ price: '0' }, 'price'],
      [{ price: '1.001' }, 'price'],
      [{ price: '-1.00' }, 'price'],
      [{ currency: 'XXX' }, 'currency'],
      [{ stock: -1 }, 'stock'],
      [{ stock: 1.5 }, 'stock'],
      [{ reserved: 1 }, 'reserved'],
    ])('are refused with %j', async (wrong, field) => {
      const { status, body } = await staff.post('/orders/api/products/', {
        name: 'Kanga',
        price: '12.50',
        currency: 'USD',
        stock: 3,
        ...wrong,
      });
      expect(status).toBe(400);
      expect(body).toHaveProperty(`errors.${field}`);
    });

    it('keep as many as are held for orders', async () => {
      const { product } = await counter.anOrder('COD');
      const { status, body } = await staff.send('PATCH', `/orders/api/products/${product}/`, {
        stock: 0,
      });
      expect({ status, body }).toMatchObject({ status: 409, body: { code: 'stock_reserved' } });
    });
  });

  describe('the cart', () => {
    it('is filled, changed and emptied', async () => {
      const [drum, flute] = [await counter.product(), await counter.product(1, { price: '9.99' })];
      await counter.fill(drum, 2);
      await counter.fill(drum);
      await counter.fill(flute, 2);
      const { body } = await customer.get<{ items: Record<string, unknown>[] }>(
        '/orders/api/cart/',
      );
      expect(body).toMatchObject({
        currency: 'USD',
        total: '94.98',
        items: [
          { product: drum, quantity: 3, unit_price: '25.00', total: '75.00', available: true },
          { product: flute, quantity: 2, total: '19.98', available: false },
        ],
      });
      const item = (index: number) =>
        `/orders/api/cart/items/${String(body.items[index]?.['id'])}/`;
      const changed = await customer.send('PATCH', item(1), { quantity: 1 });
      expect(changed).toMatchObject({ status: 200, body: { total: '84.99' } });
      expect((await counter.customer2.send('PATCH', item(1), { quantity: 5 })).status).toBe(404);
      expect((await customer.send('DELETE', item(0))).status).toBe(204);
      expect((await customer.send('DELETE', item(0))).status).toBe(404);
      expect((await customer.send('DELETE', '/orders/api/cart/')).status).toBe(204);
      expect((await customer.get('/orders/api/cart/')).body).toMatchObject({
        items: [],
        total: null,
      });
    });

    it('holds one currency, at most a thousand of a product, and nothing of another account', async () => {
      const [drum, shillings] = [
        await counter.product(),
        await counter.product(1, { currency: 'TZS' }),
      ];
      await counter.fill(drum, 1000);
      const add = (body: Record<string, unknown>) => customer.post('/orders/api/cart/items/', body);
      expect(await add({ product: shillings })).toMatchObject({
        status: 400,
        body: { code: 'cart_currency_mismatch' },
      });
      expect(await add({ product: drum })).toMatchObject({
        status: 400,
        body: { code: 'too_many_of_one' },
      });
      expect(await add({ product: 6 })).toMatchObject({ status: 404 });
      expect(await add({ product: 'drum' })).toMatchObject({ status: 400 });
      expect(await add({ product: drum, quantity: 0 })).toMatchObject({ status: 400 });
      await customer.send('DELETE', '/orders/api/cart/');
      expect(await add({ product: shillings })).toMatchObject({
        status: 201,
        body: { currency: 'TZS' },
      });
    });
  });

  it('addresses are a user’s own', async () => {
    const made = await customer.post('/orders/api/addresses/', {
      recipient: 'Asha Juma',
      line1: '1 Uhuru Street',
      city: 'Dodoma',
      country: 'tz',
      phone: '0653 294 241',
    });
    expect(made).toMatchObject({ status: 201, body: { country: 'TZ', phone: '255653294241' } });
    const path = `/orders/api/addresses/${String(made.body['id'])}/`;
    expect(await customer.send('PATCH', path, { city: 'Iringa', phone: null })).toMatchObject({
      status: 200,
      body: { city: 'Iringa', line1: '1 Uhuru Street', phone: null },
    });
    for (const other of [counter.customer2, staff]) {
      expect((await other.get(path)).status).toBe(404);
      expect((await other.send('PATCH', path, {})).status).toBe(404);
    }
    expect((await customer.send('DELETE', path)).status).toBe(204);
    expect((await customer.get(path)).status).toBe(404);
    const wrong = await customer.post('/orders/api/addresses/', {
      recipient: '',
      line1: 'x',
      city: 'y',
      country: 'Tanzania',
      phone: '12',
    });
    expect(wrong.status).toBe(400);
    expect(Object.keys(wrong.body['errors'] as object).toSorted()).toEqual([
      'country',
      'recipient',
    ]);
  });

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
      expect(placed.map(({ status }) => status).toSorted()).toEqual([201, 400]);
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
