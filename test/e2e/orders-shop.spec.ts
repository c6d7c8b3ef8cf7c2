import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';

/** Products, carts and addresses: what a customer needs before there is an order. */
describe('a shop over HTTP', () => {
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
});
