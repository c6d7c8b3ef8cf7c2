import { DEMO_PASSWORD, DEMO_USERS, type Api } from '../support/api.js';
import { expectBooksToAgree } from '../support/books.js';
import { OrderCounter } from '../support/order-counter.js';
import { Desk } from './desk.js';
import { StripePage } from './pages/stripe.page.js';
import { SwaggerPage } from './pages/swagger.page.js';
import { MOBILE } from './visit.js';

const CREATE = '/orders/api/create-stripe-order/';

describe('an order that a person with a browser pays at Stripe', () => {
  let desk: Desk;
  let counter: OrderCounter;
  let customer: Api;

  beforeAll(async () => {
    desk = await Desk.open();
    customer = await desk.app.api.login('customer');
  });
  afterEach(() => expectBooksToAgree(desk.app.database.dataSource));
  afterAll(() => desk?.close());

  it('begins in Swagger UI with the example that stands there, and ends with the completed order', () =>
    desk.visit(async (visit) => {
      const cart = (await customer.get('/orders/api/cart/')).body;
      const swagger = new SwaggerPage(await visit.tab());
      await swagger.open(`${desk.app.url}/api/schema/swagger-ui/`);
      await swagger.logIn(DEMO_USERS.customer, DEMO_PASSWORD);
      const create = swagger.operation('POST', CREATE);
      expect(await create.offeredBody()).toEqual({ shipping_address: 1 });
      const started = await create.send();
      expect(started).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^cs_/) } });

      const stripe = await StripePage.open(await visit.tab(), String(started.body['url']));
      expect(cart['total']).toBe('989.00');
      expect(await stripe.text()).toMatch(/USD 989\s[^]*Order ORD-\d{6}/);
      await visit.picture('asked');
      await stripe.payWith('4242 4242 4242 4242');
      await stripe.page.waitForURL(`${desk.app.url}/api/payments/verify/**`);
      expect(await stripe.text()).toContain('"status":"success"');
      await visit.picture('paid');

      const order = await customer.get(`/orders/api/orders/${String(started.body['order'])}/`);
      expect(order.body).toMatchObject({
        status: 'paid',
        amount_paid: cart['total'],
        stock_state: 'sold',
      });
      const payment = await customer.get(
        `/orders/api/payments/${String(started.body['payment'])}/`,
      );
      expect(payment.body).toMatchObject({
        method: 'stripe',
        status: 'completed',
        transaction_id: started.body['id'],
      });
    }));

  it.each([
    ['at a desk', {}],
    ['on a real phone', MOBILE],
  ])('survives a declined card and asks the bank, %s', (_where, device) =>
    desk.visit(async (visit) => {
      counter ??= await OrderCounter.open(desk.app);
      const product = await counter.product(1);
      await counter.fill(product);
      const started = await counter.stripe();
      expect(started.status).toBe(200);
      const stripe = await StripePage.open(await visit.tab(), String(started.body['url']));
      await stripe.payWith('4000 0000 0000 0002');
      expect(await stripe.refused()).toContain('declined');
      await visit.picture('declined');
      expect(await counter.order(started.body['order'])).toMatchObject({
        status: 'pending',
        stock_state: 'held',
      });
      await stripe.payWith('4000 0027 6000 3184');
      await stripe.authenticate('Complete');
      await stripe.page.waitForURL(`${desk.app.url}/api/payments/verify/**`);
      await counter.untilOrder(started.body['order'], { status: 'paid' });
      expect(await counter.shelf(product)).toEqual([0, 0]);
    }, device),
  );
});
