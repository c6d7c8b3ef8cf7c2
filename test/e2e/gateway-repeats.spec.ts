import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import type { RecordedRequest } from '../support/sandbox.js';
import { waitFor } from '../support/wait.js';

const RECOVERY_S = 4;

interface Started {
  booking: string;
  payment: string;
  reference: string;
  page: string | null;
}

/** Orders whose answer was lost: sent again only where the gateway keeps one per reference. */
describe('an order without an answer', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({
      JOBS_RECOVERY_DELAY_S: String(RECOVERY_S),
      GATEWAY_TOTAL_TIMEOUT_MS: '1500',
      MTN_POLL_SCHEDULE_S: '1,2,3,4,5,6,7,8,9,10,15,20,30,60',
    });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  async function aBooking(currency: string, total: string): Promise<string> {
    const { body } = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    return body.uuid;
  }

  async function initiate(booking: string, provider: string): Promise<Started> {
    const { status, body } = await customer.post<{ data: Record<string, string | null> }>(
      '/api/payments/initiate/',
      { booking_id: booking, provider, phone_number: '+2250707070707' },
    );
    expect({ status, body }).toMatchObject({ status: 201 });
    const { payment_id, transaction_reference, checkout_url } = body.data;
    return {
      booking,
      payment: String(payment_id),
      reference: String(transaction_reference),
      page: checkout_url ?? null,
    };
  }

  const attemptOf = async ({ reference }: Started): Promise<Record<string, unknown>> => {
    const [row] = await app.database.dataSource.query<Record<string, unknown>[]>(
      'SELECT * FROM payment_transactions WHERE reference = $1',
      [reference],
    );
    return row ?? {};
  };
  const untilAttempt = (started: Started, status: string): Promise<Record<string, unknown>> =>
    waitFor(
      `the attempt is ${status}`,
      async () => {
        const attempt = await attemptOf(started);
        return attempt['status'] === status ? attempt : null;
      },
      20_000,
    );
  /** Looked at, and put off to a later look or done: a lease of about 31 s says that one is under way. */
  const untilLookedAt = async (started: Started): Promise<unknown> => {
    const { id } = await attemptOf(started);
    return waitFor(
      'a look at the attempt',
      async () => {
        const rows: unknown[] = await app.database.dataSource.query(
          `SELECT 1 FROM outbox WHERE topic = 'attempt.check' AND key = $1 AND attempts > 0
             AND (done_at IS NOT NULL OR next_at < now() + interval '25 seconds'
               OR next_at > now() + interval '35 seconds')`,
          [String(id)],
        );
        return rows.length > 0;
      },
      20_000,
    );
  };
  const untilPaid = (started: Started): Promise<unknown> =>
    waitFor('the payment is completed', async () => {
      const { body } = await staff.get(`/api/v1/payments/payments/${started.payment}/`);
      return body['status'] === 'completed';
    });
  /** What the audit trail tells of an attempt's way, oldest first. */
  const stepsOf = async (started: Started): Promise<unknown[]> => {
    const rows: { step: unknown }[] = await app.database.dataSource.query(
      `SELECT changes::jsonb -> 'status' AS step FROM audit_entries
       WHERE object_type = 'transaction' AND object_id = $1 AND changes::jsonb ? 'status'
       ORDER BY id`,
      [String((await attemptOf(started))['id'])],
    );
    return rows.map(({ step }) => step);
  };
  const orders = async (provider: string, path: string): Promise<RecordedRequest[]> =>
    (await app.sandbox.requests(provider)).filter(
      (request) => request.method === 'POST' && request.path === path,
    );
  const sessions = () => orders('stripe', '/v1/checkout/sessions');

  it.each([
    ['taken', 'timeout_after_accept'],
    ['never received', 'timeout'],
  ])('that Stripe had %s is repeated to the letter, and its page is there', async (_, fault) => {
    await app.sandbox.fault({ initiate: fault, count: 1 }, 'stripe');
    const started = await initiate(await aBooking('USD', '20.00'), 'stripe');
    expect(started.page).toBeNull();
    expect(await attemptOf(started)).toMatchObject({ status: 'unknown', checkout_url: null });
    const recovered = await untilAttempt(started, 'pending');
    const [first, ...repeats] = (await sessions()).toReversed();
    // On a busy machine the answer to a repeat may be late as well, and it is repeated once more.
    expect(repeats.length).toBeGreaterThanOrEqual(1);
    for (const repeat of repeats) expect(repeat.body).toBe(first?.body);
    for (const sent of [first, ...repeats]) {
      expect(sent?.headers['idempotency-key']).toBe(started.reference);
    }
    const pages = await app.sandbox.checkouts();
    expect(pages.map(({ url }) => url)).toEqual([recovered['checkout_url']]);
    expect(recovered).toMatchObject({ review_reason: null, failure_reason: null });
    await app.sandbox.endCheckout(started.reference, 'pay');
    await untilPaid(started);
  });

  it('is repeated at once for a payer who asks again, and that page is handed out', async () => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'stripe');
    const booking = await aBooking('USD', '30.00');
    const lost = await initiate(booking, 'stripe');
    const again = await initiate(booking, 'stripe');
    expect(again).toMatchObject({ payment: lost.payment, reference: lost.reference });
    const pages = await app.sandbox.checkouts();
    expect(pages.map(({ url }) => url)).toEqual([again.page]);
    await app.sandbox.endCheckout(lost.reference, 'pay');
    await untilPaid(lost);
    expect(await sessions()).toHaveLength(2);
  });

  it('stays unknown, never failed, while the repeat finds no answer either', async () => {
    await app.sandbox.fault({ initiate: 'timeout', count: 2 }, 'stripe');
    const started = await initiate(await aBooking('USD', '40.00'), 'stripe');
    await waitFor('the repeat', async () => (await sessions()).length === 2, 20_000);
    await untilLookedAt(started);
    expect(await attemptOf(started)).toMatchObject({ status: 'unknown' });
    const { body } = await staff.get(`/api/v1/payments/payments/${started.payment}/`);
    expect(body).toMatchObject({ status: 'processing' });
    const again = await initiate(started.booking, 'stripe');
    expect(again.reference).toBe(started.reference);
    expect(again.page).toMatch(/\/c\/pay\/cs_test_/);
  });

  it('that Stripe refuses when asked again has failed, and another can be made', async () => {
    await app.sandbox.fault({ initiate: 'timeout', count: 1 }, 'stripe');
    const booking = await aBooking('USD', '50.00');
    const lost = await initiate(booking, 'stripe');
    await app.sandbox.fault({ initiate: 'decline', count: 1 }, 'stripe');
    const next = await initiate(booking, 'stripe');
    expect(await attemptOf(lost)).toMatchObject({
      status: 'failed',
      failure_code: 'invalid_amount',
    });
    expect(next.reference).not.toBe(lost.reference);
    expect(next.page).not.toBeNull();
  });

  it('that MTN never received is repeated under its UUID, once', async () => {
    await app.sandbox.fault({ initiate: 'timeout', count: 1 }, 'mtn_momo');
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    await untilAttempt(started, 'pending');
    const sent = await orders('mtn_momo', '/collection/v1_0/requesttopay');
    expect(sent.map(({ headers }) => headers['x-reference-id'])).toEqual([
      started.reference,
      started.reference,
    ]);
    expect(sent[0]?.body).toBe(sent[1]?.body);
    await app.sandbox.answer(started.reference, 'approve');
    await untilPaid(started);
  });

  it('that MTN had taken is found by asking, and not repeated', async () => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'mtn_momo');
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    await app.sandbox.answer(started.reference, 'approve');
    await untilPaid(started);
    expect(await orders('mtn_momo', '/collection/v1_0/requesttopay')).toHaveLength(1);
  });

  it('that MTN had taken and that nobody has decided is pending, not a question for people', async () => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'mtn_momo');
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    expect(await attemptOf(started)).toMatchObject({
      status: 'unknown',
      review_reason: 'outcome_unknown',
    });
    const known = await untilAttempt(started, 'pending');
    expect(known).toMatchObject({ review_reason: null, failure_reason: null });
    expect(await stepsOf(started)).toEqual([
      ['initiated', 'unknown'],
      ['unknown', 'pending'],
    ]);
    expect((await staff.get(`/api/v1/payments/payments/${started.payment}/`)).body).toMatchObject({
      status: 'processing',
    });
    await app.sandbox.fault({ webhook: 'none' }, 'mtn_momo');
    await app.sandbox.answer(started.reference, 'approve');
    await untilPaid(started);
  });

  it('whose page Wave knows, and we do not, is pending; who asks again gets a page to pay on', async () => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'wave');
    const booking = await aBooking('XOF', '1500');
    const lost = await initiate(booking, 'wave');
    await untilAttempt(lost, 'pending');
    const next = await initiate(booking, 'wave');
    expect(next.page).not.toBeNull();
    expect(next.reference).not.toBe(lost.reference);
    expect(await attemptOf(lost)).toMatchObject({ status: 'expired', failure_code: 'superseded' });
    await app.sandbox.endCheckout(next.reference, 'pay');
    await untilPaid(next);
  });

  it('is asked about again within seconds when a query failed once', async () => {
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    await app.sandbox.fault({ status: 'error_500', webhook: 'none', count: 1 }, 'mtn_momo');
    await waitFor('a query that failed', async () => {
      const asked = await app.sandbox.requests('mtn_momo');
      return asked.some(({ method, path }) => method === 'GET' && path.includes(started.reference));
    });
    await app.sandbox.fault({ webhook: 'none' }, 'mtn_momo');
    await app.sandbox.answer(started.reference, 'approve');
    expect(await untilPaid(started)).toBe(true);
  });

  it('that MTN does not see yet is repeated, answered as there already, and prompts once', async () => {
    await fetch(`${app.sandbox.url}/api/mtn_momo/lag`, { method: 'POST' });
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, 'mtn_momo');
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    await untilAttempt(started, 'pending');
    expect(await orders('mtn_momo', '/collection/v1_0/requesttopay')).toHaveLength(2);
    expect(await app.sandbox.prompts()).toHaveLength(1);
    await app.sandbox.answer(started.reference, 'approve');
    await untilPaid(started);
  });

  it.each([
    ['chapa', 'ETB', '2000.00', '/v1/transaction/initialize'],
    ['orange_money', 'XOF', '1500', '/orange-money-webpay/ci/v1/webpayment'],
    ['wave', 'XOF', '1500', '/v1/checkout/sessions'],
  ])('at %s is never repeated', async (provider, currency, total, path) => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 }, provider);
    const started = await initiate(await aBooking(currency, total), provider);
    expect(await attemptOf(started)).toMatchObject({ status: 'unknown' });
    await untilLookedAt(started);
    expect(await orders(provider, path)).toHaveLength(1);
  });

  it('that is handed to people leaves that step in the trail, too', async () => {
    const started = await initiate(await aBooking('XOF', '1500'), 'mtn');
    await app.sandbox.fault({ status: 'error_500' }, 'mtn_momo');
    await app.sandbox.moveClock(86_400 + 3_700);
    await untilAttempt(started, 'unknown');
    await waitFor('the list of people', async () => (await attemptOf(started))['review_reason']);
    expect(await stepsOf(started)).toEqual([
      ['initiated', 'pending'],
      ['pending', 'unknown'],
    ]);
  });
});
