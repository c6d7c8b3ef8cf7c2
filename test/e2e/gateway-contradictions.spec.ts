import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { callback, CALLBACK_KEY } from '../support/azampay-callbacks.js';
import { expectBooksToAgree } from '../support/books.js';
import { aReconciliationRoom, RECONCILIATION } from '../support/reconciliation-room.js';
import { waitFor } from '../support/wait.js';

const DOOR = '/api/v1/payments/webhook/azam-pay/';
const LOOK_S = 800;

/** A gateway's events can come in any order, and AzamPay repeats none of them. */
describe('money behind a signed failure, whose success never arrived', () => {
  let app: TestApp;
  let staff: Api;
  let customer: Api;

  beforeAll(async () => {
    app = await startApp({
      AZAMPAY_PUBLIC_KEY: CALLBACK_KEY,
      AZAMPAY_POLL_SCHEDULE_S: String(LOOK_S),
    });
    staff = await app.api.login('staff');
    customer = await app.api.login('customer');
    await app.sandbox.fault({ webhook: 'none' });
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app?.close());

  /** Answered by the payer, and called failed by the only notification that arrived. */
  const calledFailed = async (answer: 'approve' | 'decline') => {
    const { body: booking } = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      customer_phone: '255653294241',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    const { body: payment } = await customer.post('/api/v1/payments/payments/', {
      booking: booking['id'],
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const path = `/api/v1/payments/payments/${String(payment['id'])}/`;
    const { status, body: started } = await customer.post(`${path}initiate-gateway/`);
    expect(status).toBe(200);
    const reference = String(started['transaction_reference']);
    const isNow = async (wanted: string) => (await customer.get(path)).body['status'] === wanted;
    await app.sandbox.answer(reference, answer);
    const failure = callback({ utilityref: reference, transactionstatus: 'failure' });
    const told = await app.api.send('POST', DOOR, failure, { 'content-type': 'application/json' });
    expect(told.status).toBe(200);
    await waitFor('the failure', () => isNow('failed'));
    return { transaction: Number(started['transaction_id']), booking: booking['id'], isNow };
  };
  const paidOf = async (booking: unknown) =>
    (await customer.get(`/api/v1/bookings/${String(booking)}/`)).body['amount_paid'];
  const questions = async (): Promise<number> =>
    (await app.sandbox.requests()).filter(({ path }) => path.includes('gettransactionstatus'))
      .length;

  it('is found by the look that was planned, which is the last', async () => {
    const paid = await calledFailed('approve');
    const declined = await calledFailed('decline');
    const before = await questions();
    await app.sandbox.moveClock(LOOK_S * 1.2);
    await waitFor('the money', () => paid.isNow('completed'));
    expect(await paidOf(paid.booking)).toBe('50000.00');
    await waitFor('both looks', async () => (await questions()) >= before + 2);
    await app.sandbox.moveClock(LOOK_S * 10);
    await waitFor('the end of all looks', async () => {
      const open: unknown[] = await app.database.dataSource.query(
        `SELECT FROM outbox WHERE topic = 'attempt.check' AND done_at IS NULL`,
      );
      return open.length === 0;
    });
    expect(await questions()).toBe(before + 2);
    expect(await declined.isNow('failed')).toBe(true);
    expect(await paidOf(declined.booking)).toBe('0.00');
  });

  it('is found by whoever asks the gateway about all of the last days', async () => {
    const room = await aReconciliationRoom(app);
    const { transaction, booking, isNow } = await calledFailed('approve');
    const asked = await staff.post(`${RECONCILIATION}runs/gateway/`, { provider: 'azampay' });
    const run = await room.completed(asked.body['id']);
    const items = await room.items(run['id']);
    const found = items.find(({ record }) => record['transaction'] === transaction);
    expect(found).toMatchObject({ outcome: 'matched', healed: true });
    expect(await isNow('completed')).toBe(true);
    expect(await paidOf(booking)).toBe('50000.00');
  });
});
