import { OutboxHandlers } from '../../src/database/index.js';
import { type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { callback } from '../support/azampay-callbacks.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const DOOR = '/api/v1/payments/webhook/azam-pay/';

/** Notifications over real HTTP, with a gateway that signs, hands out its key and can be asked. */
describe('notifications of a gateway that can be asked', () => {
  let app: TestApp;
  let admin: Api;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    // Nobody asks by the clock: whoever asks was made to.
    app = await startApp({ AZAMPAY_POLL_SCHEDULE_S: '800' });
    admin = await app.api.login('admin');
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const start = async (): Promise<{ paymentId: number; reference: string }> => {
    const booking = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      customer_phone: '255653294241',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    const payment = await customer.post('/api/v1/payments/payments/', {
      booking: booking.body['id'],
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const paymentId = Number(payment.body['id']);
    const path = `/api/v1/payments/payments/${paymentId}/initiate-gateway/`;
    const started = await customer.post(path);
    expect(started).toMatchObject({ status: 200 });
    return { paymentId, reference: String(started.body['transaction_reference']) };
  };
  const statusOf = async (id: number) =>
    (await admin.get(`/api/v1/payments/payments/${id}/`)).body['status'];
  const untilStatus = (id: number, status: string) =>
    waitFor(`payment ${id} to be ${status}`, async () => (await statusOf(id)) === status);
  const events = async (reference: string): Promise<Record<string, unknown>[]> => {
    const { body } = await admin.get<{ results: Record<string, unknown>[] }>(
      `/api/v1/webhook-events/?reference=${reference}`,
    );
    return body.results;
  };
  const questions = async (): Promise<number> =>
    (await app.sandbox.requests()).filter(({ path }) => path.includes('gettransactionstatus'))
      .length;
  const deliver = (body: string) =>
    app.api.send('POST', DOOR, body, { 'content-type': 'application/json' });

  it('are proven with the key that the gateway hands out, and complete the payment', async () => {
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(paymentId, 'completed');
    await waitFor(
      'the event',
      async () => (await events(reference))[0]?.['status'] === 'processed',
    );
    expect(await events(reference)).toMatchObject([
      { provider: 'azampay', verification: 'verified', payment: paymentId },
    ]);
    expect(await questions()).toBe(0);
  });

  it('are refused with a bad signature and leave nothing behind', async () => {
    await app.sandbox.fault({ webhook: 'bad_signature' });
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await waitFor('the refusal', async () => {
      const text = await (await fetch(new URL('/metrics', app.url))).text();
      return /webhook_deliveries_total\{[^}]*outcome="forged"\} [1-9]/.test(text);
    });
    expect(await events(reference)).toEqual([]);
    expect(await statusOf(paymentId)).toBe('processing');
    await app.sandbox.fault({});
    await app.sandbox.repeatCallback(reference);
    await untilStatus(paymentId, 'completed');
  });

  it('unsigned, make us ask the gateway, whose answer alone completes the payment', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    expect(await statusOf(paymentId)).toBe('processing');
    expect(await deliver(callback({ utilityref: reference }, 'nobody'))).toMatchObject({
      status: 200,
    });
    await untilStatus(paymentId, 'completed');
    await waitFor(
      'the event',
      async () => (await events(reference))[0]?.['status'] === 'processed',
    );
    expect(await events(reference)).toMatchObject([
      { verification: 'unsigned', reason: 'asked_the_gateway' },
    ]);
  });

  it('unsigned and untrue, move nothing, however many come, and ask at most once in 5 s', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const { paymentId, reference } = await start();
    const asked = await questions();
    const startedAt = Date.now();
    for (let i = 0; i < 25; i += 1) {
      const lie = callback({ utilityref: reference, message: `paid, really ${i}` }, 'nobody');
      expect((await deliver(lie)).status).toBe(200);
    }
    await waitFor('all of them', async () => {
      const all = await events(reference);
      return all.length > 19 && all.every(({ status }) => status === 'processed');
    });
    const periods = Math.ceil((Date.now() - startedAt) / 5_000);
    const questionsAsked = (await questions()) - asked;
    expect(questionsAsked).toBeGreaterThanOrEqual(1);
    expect(questionsAsked).toBeLessThanOrEqual(periods + 1);
    expect(await statusOf(paymentId)).toBe('processing');
  });

  it('unsigned about nothing that is open, wait for a person and ask nobody', async () => {
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(paymentId, 'completed');
    for (const utilityref of [reference, 'BOOKING-NOBODY']) {
      expect((await deliver(callback({ utilityref }, 'nobody'))).status).toBe(200);
      await waitFor('the parked event', async () =>
        (await events(utilityref)).some(
          ({ status, reason }) => status === 'parked' && reason === 'unsigned_without_open_attempt',
        ),
      );
    }
    expect(await questions()).toBe(0);
  });

  it('leave no work that nobody handles', async () => {
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(paymentId, 'completed');
    const { topics } = app.app.get(OutboxHandlers, { strict: false });
    const written: { topic: string }[] = await app.database.dataSource.query(
      'SELECT DISTINCT topic FROM outbox',
    );
    expect(written.length).toBeGreaterThan(1);
    for (const { topic } of written) expect(topics).toContain(topic);
  });
});
