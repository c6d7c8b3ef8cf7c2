import { DEMO_PASSWORD, DEMO_USERS, type Api } from '../support/api.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';
import { Desk } from './desk.js';
import { PhonePage } from './pages/phone.page.js';
import { SwaggerPage } from './pages/swagger.page.js';
import { MOBILE } from './visit.js';

const PAYMENTS = '/api/v1/payments/payments/';

describe('a payment by a person with a browser', () => {
  let desk: Desk;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    desk = await Desk.open();
    customer = await desk.app.api.login('customer');
    staff = await desk.app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(desk.app.database.dataSource);
    await desk.app.sandbox.reset();
  });
  afterAll(() => desk?.close());

  const untilPayment = (id: number, status: string) =>
    waitFor(`payment ${id} to be ${status}`, async () => {
      const { body } = await customer.get(`${PAYMENTS}${id}/`);
      return body.status === status;
    });
  const bookingStatus = async (id: number) => (await staff.get(`/api/v1/bookings/${id}/`)).body;

  /** A booking of its own with a prompt on its way to the customer's phone. */
  const prompted = async (): Promise<{ booking: number; payment: number; reference: string }> => {
    const made = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: DEMO_USERS.customer,
      customer_phone: '255653294241',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    const booking = Number(made.body.id);
    const { body } = await customer.post(PAYMENTS, {
      booking,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const payment = Number(body.id);
    const started = await customer.post(`${PAYMENTS}${payment}/initiate-gateway/`);
    expect(started).toMatchObject({ status: 200 });
    return { booking, payment, reference: String(started.body.transaction_reference) };
  };

  it('starts in Swagger UI with the examples that stand there, rings on the phone and is paid there', () =>
    desk.visit(async (visit) => {
      const phone = await PhonePage.open(await visit.tab(), desk.app.sandbox.url);
      const swagger = new SwaggerPage(await visit.tab());
      await swagger.open(`${desk.app.url}/api/schema/swagger-ui/`);
      await swagger.logIn(DEMO_USERS.customer, DEMO_PASSWORD);

      const create = swagger.operation('POST', PAYMENTS);
      expect(await create.offeredBody()).toMatchObject({ booking: 123, amount: '50000.00' });
      const made = await create.send();
      expect(made).toMatchObject({ status: 201, body: { booking_reference: 'HTL-000008' } });
      const id = Number(made.body.id);
      const initiate = swagger.operation('POST', `${PAYMENTS}{id}/initiate-gateway/`);
      expect(await initiate.wantsBody()).toBe(false);
      const started = await initiate.send({ id });
      expect(started).toMatchObject({ status: 200, body: { success: true } });
      const reference = String(started.body.transaction_reference);

      await phone.page.bringToFront();
      await phone.prompt(reference).waitFor();
      expect(await phone.prompt(reference).innerText()).toMatch(/50,000[^]*\+255 653 294 241/);
      expect(await phone.page.title()).toMatch(/^\(1\)/);
      await visit.picture('ringing');
      await phone.answer(reference, 'Approve');
      await phone.outcome(reference, 'Approved').getByText('Malipo answered 200').waitFor();
      await visit.picture('approved');
      expect(phone.reloads).toBe(0);

      await untilPayment(id, 'completed');
      expect(await bookingStatus(123)).toMatchObject({ status: 'confirmed', amount_due: '0.00' });
      const read = await swagger.operation('GET', `${PAYMENTS}{id}/`).send({ id });
      expect(read).toMatchObject({ status: 200, body: { status: 'completed' } });
    }));

  it.each([
    ['at a desk', {}],
    ['on a real phone', MOBILE],
  ])('rings on the open phone page and is approved there, %s', (_where, device) =>
    desk.visit(async (visit) => {
      const phone = await PhonePage.open(await visit.tab(), desk.app.sandbox.url);
      await visit.picture('idle');
      const { booking, payment, reference } = await prompted();
      await phone.prompt(reference).waitFor();
      await visit.picture('ringing');
      expect(await phone.fits()).toBe(true);
      expect(await phone.inView(phone.prompt(reference).getByRole('button'))).toBe(true);
      await phone.answer(reference, 'Approve');
      await phone.outcome(reference, 'Approved').waitFor();
      await visit.picture('approved');
      expect(await phone.fits()).toBe(true);
      expect(phone.reloads).toBe(0);
      await untilPayment(payment, 'completed');
      expect(await bookingStatus(booking)).toMatchObject({ status: 'confirmed' });
    }, device),
  );

  it.each([
    ['at a desk', {}],
    ['on a real phone', MOBILE],
  ])('is declined on the phone page and leaves the booking unpaid, %s', (_where, device) =>
    desk.visit(async (visit) => {
      const phone = await PhonePage.open(await visit.tab(), desk.app.sandbox.url);
      const { booking, payment, reference } = await prompted();
      await phone.answer(reference, 'Decline');
      await phone.outcome(reference, 'Declined').waitFor();
      await visit.picture('declined');
      expect(phone.reloads).toBe(0);
      await untilPayment(payment, 'failed');
      expect(await bookingStatus(booking)).toMatchObject({ amount_due: '50000.00' });
    }, device),
  );

  it('shows two prompts at once and keeps the one that is not answered', () =>
    desk.visit(async (visit) => {
      const phone = await PhonePage.open(await visit.tab(), desk.app.sandbox.url);
      const [first, second] = [await prompted(), await prompted()];
      await phone.prompt(first.reference).waitFor();
      await phone.prompt(second.reference).waitFor();
      await visit.picture('two ringing', { fullPage: true });
      await phone.answer(first.reference, 'Approve');
      await phone.outcome(first.reference, 'Approved').waitFor();
      expect(await phone.prompt(second.reference).isVisible()).toBe(true);
      await phone.answer(second.reference, 'Ignore');
      await phone.outcome(second.reference, 'Ignored').waitFor();
      await untilPayment(first.payment, 'completed');
      await untilPayment(second.payment, 'expired');
    }));
});
