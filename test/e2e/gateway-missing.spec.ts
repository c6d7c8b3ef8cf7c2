import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

/** A gateway that knows nothing of an order may only be slow: it is believed when it says so again, later. */
describe('an order that its gateway has never heard of', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;
  let movedS = 0;

  beforeAll(async () => {
    app = await startApp({
      JOBS_RECOVERY_DELAY_S: '2',
      GATEWAY_TOTAL_TIMEOUT_MS: '600',
      WAVE_POLL_SCHEDULE_S: '5,60,120,180',
    });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  interface Lost {
    booking: string;
    payment: string;
    reference: string;
  }

  async function lose(fault: 'timeout' | 'timeout_after_accept'): Promise<Lost> {
    const made = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '1500',
      currency: 'XOF',
    });
    const booking = made.body.uuid;
    await app.sandbox.fault({ initiate: fault, count: 1 }, 'wave');
    const order = { booking_id: booking, provider: 'wave' };
    const { status, body } = await customer.post<{ data: Record<string, string> }>(
      '/api/payments/initiate/',
      order,
    );
    expect(status).toBe(201);
    const { payment_id: payment = '', transaction_reference: reference = '' } = body.data;
    return { booking, payment, reference };
  }

  const attemptOf = async ({ reference }: Lost): Promise<Record<string, unknown>> => {
    const [row] = await app.database.dataSource.query<Record<string, unknown>[]>(
      'SELECT * FROM payment_transactions WHERE reference = $1',
      [reference],
    );
    return row ?? {};
  };
  const paymentOf = async ({ payment }: Lost): Promise<Record<string, unknown>> =>
    (await staff.get(`/api/v1/payments/payments/${payment}/`)).body;
  const searches = async ({ reference }: Lost): Promise<number> =>
    (await app.sandbox.requests('wave')).filter(
      ({ method, path }) => method === 'GET' && path.includes(reference),
    ).length;
  const later = async (seconds: number): Promise<void> => {
    movedS += seconds;
    await app.sandbox.moveClock(movedS);
  };
  /** As if the first look had been so long ago in real time, too. */
  const age = (lost: Lost) =>
    app.database.dataSource.query(
      `UPDATE payment_transactions SET updated_at = updated_at - interval '61 seconds'
       WHERE reference = $1`,
      [lost.reference],
    );

  it('is noted at the first look, kept at a second that comes too soon, and closed at a late one', async () => {
    const lost = await lose('timeout');
    await waitFor('the first look', async () => (await attemptOf(lost))['wire_status'] !== null);
    expect(await attemptOf(lost)).toMatchObject({ status: 'unknown', wire_status: 'not_found' });
    expect(await paymentOf(lost)).toMatchObject({ status: 'processing' });

    const asked = await searches(lost);
    await later(61);
    await waitFor('a second look', async () => (await searches(lost)) > asked);
    expect(await attemptOf(lost)).toMatchObject({ status: 'unknown', wire_status: 'not_found' });

    await age(lost);
    await later(61);
    await waitFor('the late look', async () => (await attemptOf(lost))['status'] === 'failed');
    expect(await attemptOf(lost)).toMatchObject({ failure_code: 'not_received' });
    expect(await paymentOf(lost)).toMatchObject({ status: 'failed' });

    const next = await customer.post<{ data: Record<string, string> }>('/api/payments/initiate/', {
      booking_id: lost.booking,
      provider: 'wave',
    });
    expect(next).toMatchObject({ status: 201, body: { data: { payment_id: lost.payment } } });
    await app.sandbox.endCheckout(String(next.body.data['transaction_reference']), 'pay');
    await waitFor('the money', async () => (await paymentOf(lost))['status'] === 'completed');
  });

  it('is found after all when the gateway was only slow, and paid', async () => {
    const lost = await lose('timeout_after_accept');
    await app.sandbox.endCheckout(lost.reference, 'pay');
    await waitFor('the money', async () => (await paymentOf(lost))['status'] === 'completed');
    expect(await attemptOf(lost)).toMatchObject({ status: 'completed', failure_code: null });
  });

  it('was closed, and yet the gateway proves money: it is taken', async () => {
    const lost = await lose('timeout_after_accept');
    await waitFor('the page', () => app.sandbox.checkout(lost.reference));
    // As the late look would have left it, had the gateway's own index lagged behind.
    await app.database.dataSource.query(
      `UPDATE payment_transactions SET status = 'failed', failure_code = 'not_received'
       WHERE reference = $1`,
      [lost.reference],
    );
    await app.database.dataSource.query(
      `UPDATE payments SET status = 'failed', failure_code = 'not_received' WHERE uuid = $1`,
      [lost.payment],
    );
    await app.sandbox.endCheckout(lost.reference, 'pay');
    await waitFor('the money', async () => (await paymentOf(lost))['status'] === 'completed');
    expect(await attemptOf(lost)).toMatchObject({ status: 'completed', overpayment: false });
  });
});
