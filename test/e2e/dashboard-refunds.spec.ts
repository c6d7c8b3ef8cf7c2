import StripeSdk from 'stripe';
import { type Answer, type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const SECRET = 'whsec_of_this_test';

/** Refunds that somebody made in Stripe's own dashboard: heard of by event, and in the books like any other. */
describe('refunds made at the gateway', () => {
  let app: TestApp;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ STRIPE_WEBHOOK_SECRET: SECRET });
    staff = await app.api.login('staff');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const aPaidBooking = async (): Promise<{
    payment: string;
    reference: string;
    booking: number;
  }> => {
    const booking = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '90.00',
      currency: 'USD',
    });
    const { body } = await staff.post<{ data: Record<string, string> }>('/api/payments/initiate/', {
      booking_id: booking.body['id'],
      provider: 'stripe',
    });
    const reference = String(body.data['transaction_reference']);
    await app.sandbox.endCheckout(reference, 'pay');
    const payment = String(body.data['payment_id']);
    await waitFor('the payment', async () => (await read(payment))['status'] === 'completed');
    return { payment, reference, booking: Number(booking.body['id']) };
  };
  const read = async (payment: string) =>
    (await staff.get(`/api/v1/payments/payments/${payment}/`)).body;
  /** As Stripe tells of it: no key of ours, the running total, and the total before. */
  const tell = (
    reference: string,
    event: string,
    total: number,
    before: number,
  ): Promise<Answer> => {
    const body = JSON.stringify({
      id: event,
      object: 'event',
      type: 'charge.refunded',
      livemode: false,
      request: { id: null, idempotency_key: null },
      data: {
        object: {
          id: `ch_${reference.replaceAll(/[^A-Za-z0-9]/g, '')}`,
          object: 'charge',
          amount: 9000,
          amount_refunded: total,
          currency: 'usd',
          metadata: { reference },
        },
        previous_attributes: { amount_refunded: before },
      },
    });
    return app.api.post('/orders/api/stripe-webhook/', body, {
      'stripe-signature': StripeSdk.webhooks.generateTestHeaderString({
        payload: body,
        secret: SECRET,
      }),
    });
  };
  const refundsOf = async (payment: string) =>
    (
      await staff.get<{ results: Record<string, unknown>[] }>(
        `/api/v1/payments/payments/${payment}/refunds/?ordering=created_at`,
      )
    ).body.results;

  it('are taken into payment, booking and books, each once', async () => {
    const { payment, reference, booking } = await aPaidBooking();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => tell(reference, 'evt_first', 2000, 0)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    await waitFor('the refund', async () => (await read(payment))['refunded_amount'] === '20.00');
    expect((await tell(reference, 'evt_second', 3050, 2000)).status).toBe(200);
    await waitFor('the second', async () => (await read(payment))['refunded_amount'] === '30.50');
    expect(await refundsOf(payment)).toMatchObject([
      { amount: '20.00', status: 'completed', reason: 'Refunded at the gateway' },
      { amount: '10.50', status: 'completed' },
    ]);
    expect((await staff.get(`/api/v1/bookings/${booking}/`)).body).toMatchObject({
      status: 'partially_paid',
      amount_due: '30.50',
    });
  });

  it('wait for a person when they are more than is left', async () => {
    const { payment, reference } = await aPaidBooking();
    expect((await tell(reference, 'evt_much', 9001, 0)).status).toBe(200);
    const admin = await app.api.login('admin');
    await waitFor('the parked event', async () => {
      const { body } = await admin.get<{ results: { reason: string; reference: string }[] }>(
        '/api/v1/webhook-events/?status=parked',
      );
      return body.results.some(
        (event) => event.reference === reference && event.reason === 'refund_exceeds_payment',
      );
    });
    expect(await read(payment)).toMatchObject({ status: 'completed', refunded_amount: '0.00' });
  });
});
