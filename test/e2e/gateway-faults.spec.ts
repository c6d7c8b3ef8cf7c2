import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

interface Gateway {
  code: string;
  currency: string;
  total: string;
  prompted: boolean;
}
const GATEWAYS: readonly Gateway[] = [
  { code: 'azampay', currency: 'TZS', total: '50000.00', prompted: true },
  { code: 'chapa', currency: 'ETB', total: '2000.00', prompted: false },
  { code: 'wave', currency: 'XOF', total: '1500', prompted: false },
  { code: 'orange_money', currency: 'XOF', total: '1500', prompted: false },
  { code: 'mtn_momo', currency: 'XOF', total: '1500', prompted: true },
  { code: 'stripe', currency: 'USD', total: '20.00', prompted: false },
];
const OFTEN = '1,2,3,4,5,6,7,8,9,10,15,20,30,60';

interface Started {
  gateway: Gateway;
  status: number;
  /** The error's code, else `success`. */
  said: string;
  booking: string;
  reference: string | null;
}
interface Standing {
  payment: string;
  attempt: string;
  review: string | null;
  /** Sent more than once, or completed more than once. */
  completions: number;
  paid_minor: string;
  amount_minor: string;
  /** A look at the attempt is still to come. */
  planned: boolean;
}

/**
 * Whatever a gateway does: money is applied at most once, what is unknown is not called failed, and every
 * attempt that is not over has a next look or stands on the list that people look at.
 */
describe('what gateways do wrong', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp(
      {
        JOBS_RECOVERY_DELAY_S: '3',
        GATEWAY_TOTAL_TIMEOUT_MS: '800',
        AZAMPAY_POLL_SCHEDULE_S: OFTEN,
        CHAPA_POLL_SCHEDULE_S: OFTEN,
        WAVE_POLL_SCHEDULE_S: OFTEN,
        ORANGE_POLL_SCHEDULE_S: OFTEN,
        MTN_POLL_SCHEDULE_S: OFTEN,
        STRIPE_POLL_SCHEDULE_S: OFTEN,
        LIMIT_PROMPTS_PER_PAYER: '1000',
      },
      { timings: { hangMs: 1_500 } },
    );
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  async function start(gateway: Gateway): Promise<Started> {
    const made = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: gateway.total,
      currency: gateway.currency,
    });
    const booking = made.body.uuid;
    const { status, body } = await initiate(booking, gateway);
    return {
      gateway,
      status,
      said: String(body['code'] ?? body['status']),
      booking,
      reference: await referenceOf(booking),
    };
  }

  const initiate = (booking: string, { code }: Gateway) =>
    customer.post('/api/payments/initiate/', {
      booking_id: booking,
      provider: code,
      phone_number: code === 'azampay' ? '+255653294241' : '+2250707070707',
      ...(code === 'azampay' && { mobile_money_provider: 'AIRTEL' }),
    });

  const referenceOf = async (booking: string): Promise<string | null> => {
    const rows: { reference: string }[] = await app.database.dataSource.query(
      `SELECT t.reference FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_uuid = $1 ORDER BY t.id DESC LIMIT 1`,
      [booking],
    );
    return rows[0]?.reference ?? null;
  };

  async function standingOf({ booking }: Started): Promise<Standing> {
    const [row]: Standing[] = await app.database.dataSource.query(
      `SELECT p.status AS payment, t.status AS attempt, t.review_reason AS review, p.amount_minor,
         (p.applied_minor + p.excess_minor)::text AS paid_minor,
         (SELECT count(*)::int FROM audit_entries a
          WHERE a.payment_id = p.id AND a.action = 'payment.completed') AS completions,
         EXISTS (SELECT 1 FROM outbox o WHERE o.topic = 'attempt.check' AND o.key = t.id::text
           AND o.done_at IS NULL AND o.parked_at IS NULL) AS planned
       FROM payments p JOIN payment_transactions t ON t.payment_id = p.id
       WHERE p.payable_uuid = $1 ORDER BY t.id DESC LIMIT 1`,
      [booking],
    );
    if (!row) throw new Error(`nothing was written for ${booking}`);
    return row;
  }

  /** The payer pays, if the gateway has reached them. */
  async function pay({ gateway, reference }: Started): Promise<boolean> {
    if (reference === null) return false;
    const asked = gateway.prompted
      ? (await app.sandbox.prompts()).some((prompt) => prompt.reference === reference)
      : (await app.sandbox.checkouts()).some((page) => page.reference === reference);
    if (!asked) return false;
    if (gateway.prompted) await app.sandbox.answer(reference, 'approve').catch(() => undefined);
    else await app.sandbox.endCheckout(reference, 'pay').catch(() => undefined);
    return true;
  }

  /** Holds at any moment. */
  function expectToHold(code: string, standing: Standing): void {
    const { payment, attempt, review, completions, planned, paid_minor, amount_minor } = standing;
    const open = ['initiated', 'pending', 'unknown'].includes(attempt);
    expect({ code, standing, cared: !open || planned || review !== null }).toMatchObject({
      cared: true,
    });
    const paid = payment === 'completed';
    expect({ code, completions, paid_minor }).toEqual({
      code,
      completions: paid ? 1 : 0,
      paid_minor: paid ? amount_minor : '0',
    });
  }

  const untilPaid = (started: Started): Promise<unknown> =>
    waitFor(
      `the money through ${started.gateway.code}`,
      async () => (await standingOf(started)).payment === 'completed',
      30_000,
    );

  const startAll = (): Promise<Started[]> => Promise.all(GATEWAYS.map(start));

  it.each(['normal', 'none', 'late', 'duplicate', 'out_of_order', 'bad_signature', 'unsigned'])(
    'a notification that is %s: everybody is paid, once',
    async (webhook) => {
      for (const { code } of GATEWAYS) await app.sandbox.fault({ webhook }, code);
      const started = await startAll();
      for (const one of started)
        expect([one.gateway.code, await pay(one)]).toEqual([one.gateway.code, true]);
      await Promise.all(started.map(untilPaid));
      for (const one of started) expectToHold(one.gateway.code, await standingOf(one));
    },
  );

  it('a notification that outruns the answer: everybody is paid, once', async () => {
    for (const { code } of GATEWAYS)
      await app.sandbox.fault({ webhook: 'before_reply', count: 1 }, code);
    const started = await startAll();
    await Promise.all(started.map(untilPaid));
    expect(started.map(({ said }) => said)).toEqual(started.map(() => 'success'));
    for (const one of started) expectToHold(one.gateway.code, await standingOf(one));
  });

  it.each(['timeout', 'timeout_after_accept', 'malformed', 'error_500'])(
    'an order that ends in %s is unknown, never failed for that, and cared for',
    async (fault) => {
      for (const { code } of GATEWAYS) await app.sandbox.fault({ initiate: fault, count: 1 }, code);
      const started = await startAll();
      for (const one of started) {
        const { code } = one.gateway;
        expect({ code, status: one.status }).toEqual({ code, status: 201 });
        const standing = await standingOf(one);
        expect({ code, standing }).toMatchObject({ standing: { payment: 'processing' } });
        expectToHold(code, standing);
        await pay(one);
      }
      await waitFor('a look at each', async () => {
        const rows: unknown[] = await app.database.dataSource.query(
          `SELECT 1 FROM outbox WHERE topic = 'attempt.check' AND attempts = 0`,
        );
        return rows.length === 0;
      });
      for (const one of started) expectToHold(one.gateway.code, await standingOf(one));
    },
  );

  it.each([
    ['decline', 400, 'gateway_declined'],
    ['rate_limited', 400, 'gateway_rejected'],
  ])('an order that ends in %s was not taken, and the next one is', async (fault, status, said) => {
    for (const { code } of GATEWAYS) await app.sandbox.fault({ initiate: fault, count: 1 }, code);
    const started = await startAll();
    for (const one of started) {
      const { code } = one.gateway;
      expect({ code, status: one.status, said: one.said }).toEqual({ code, status, said });
      const standing = await standingOf(one);
      expect({ code, standing }).toMatchObject({
        standing: { payment: 'failed', attempt: 'failed' },
      });
      expectToHold(code, standing);
      expect([code, (await initiate(one.booking, one.gateway)).status]).toEqual([code, 201]);
    }
  });

  it('another amount than was ordered is kept for a person, and nobody is paid', async () => {
    for (const { code } of GATEWAYS)
      await app.sandbox.fault({ initiate: 'wrong_amount', count: 1 }, code);
    const started = (await startAll()).filter(({ gateway }) => gateway.code !== 'orange_money');
    for (const one of started) expect(await pay(one)).toBe(true);
    for (const one of started) {
      const { code } = one.gateway;
      await waitFor(
        `a person is called to ${code}`,
        async () => (await standingOf(one)).review !== null,
      );
      const standing = await standingOf(one);
      expect({ code, standing }).toMatchObject({
        standing: { payment: 'processing', paid_minor: '0' },
      });
      expectToHold(code, standing);
    }
  });

  it.each(['error_500', 'rate_limited', 'malformed', 'timeout'])(
    'a status query that ends in %s changes nothing, and the next one finds the money',
    async (status) => {
      for (const { code } of GATEWAYS)
        await app.sandbox.fault({ webhook: 'none', status, count: 1 }, code);
      const started = await startAll();
      for (const one of started) {
        await app.sandbox.fault({ webhook: 'none', status, count: 2 }, one.gateway.code);
        expect(await pay(one)).toBe(true);
        expectToHold(one.gateway.code, await standingOf(one));
      }
      // An unanswered query is repeated after a minute; nobody waits for that here.
      await waitFor('a look at each', async () => {
        const rows: unknown[] = await app.database.dataSource.query(
          `SELECT 1 FROM outbox WHERE topic = 'attempt.check' AND attempts = 0`,
        );
        return rows.length === 0;
      });
      for (const one of started) {
        const standing = await standingOf(one);
        expect([one.gateway.code, standing.payment]).not.toEqual([one.gateway.code, 'failed']);
        expectToHold(one.gateway.code, standing);
        await app.sandbox.fault({ webhook: 'none' }, one.gateway.code);
        const answer = await app.api.get(`/api/payments/verify/?tx_ref=${one.reference}`);
        expect([one.gateway.code, answer.status]).toEqual([one.gateway.code, 200]);
        expect((await standingOf(one)).payment).toBe('completed');
        expectToHold(one.gateway.code, await standingOf(one));
      }
    },
  );
});
