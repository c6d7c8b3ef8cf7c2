import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const CROWD = 20;

/** The redirect, the shop's own look and the gateway's notification all come when a payer has paid. */
describe('a payment that everybody confirms at once', () => {
  let app: TestApp;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ LIMIT_VERIFY_PER_MINUTE: '1000' });
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const verify = (reference: string) =>
    app.api.get(`/api/payments/verify/?tx_ref=${encodeURIComponent(reference)}`);

  async function start(provider: string, currency: string, total: string) {
    const email = `payer-${provider}@example.com`;
    const booking = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer_name: 'Asha Juma',
      customer_email: email,
      customer_phone: '+255653294241',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    const { status, body } = await staff.post<{ data: Record<string, string> }>(
      '/api/payments/initiate/',
      {
        booking_id: booking.body.uuid,
        provider,
        email,
        phone_number: '+255653294241',
        ...(provider === 'azampay' && { mobile_money_provider: 'AIRTEL' }),
      },
    );
    expect({ status, body }).toMatchObject({ status: 201 });
    const { transaction_reference: reference = '', payment_id: payment = '' } = body.data;
    return { email, reference, payment };
  }

  async function pay(provider: string, reference: string): Promise<void> {
    const prompted = provider === 'mtn_momo' || provider === 'azampay';
    if (prompted) await app.sandbox.answer(reference, 'approve');
    else await app.sandbox.endCheckout(reference, 'pay');
  }

  const nothingDue = () =>
    waitFor('all jobs', async () => {
      const [row]: { open: number }[] = await app.database.dataSource.query(
        `SELECT count(*)::int AS open FROM outbox WHERE done_at IS NULL AND parked_at IS NULL
         AND topic IN ('payment.completed', 'webhook.process')`,
      );
      return row?.open === 0;
    });

  it.each([
    ['chapa', 'ETB', '2000.00'],
    ['wave', 'XOF', '1500'],
    ['stripe', 'USD', '20.00'],
    ['orange_money', 'XOF', '1600'],
    ['mtn_momo', 'XOF', '1700'],
    ['azampay', 'TZS', '50000.00'],
  ])('through %s is confirmed once, by one e-mail', async (provider, currency, total) => {
    await app.sandbox.fault({ webhook: 'duplicate' }, provider);
    const { email, reference, payment } = await start(provider, currency, total);
    const crowd = (): Promise<{ status: number }[]> =>
      Promise.all(Array.from({ length: CROWD }, () => verify(reference)));
    const before = crowd();
    await pay(provider, reference);
    const answers = [...(await before), ...(await crowd())];
    for (const { status } of answers) expect(status).toBe(200);
    await waitFor('the money', async () => {
      const { body } = await staff.get(`/api/v1/payments/payments/${payment}/`);
      return body['status'] === 'completed';
    });
    await waitFor('the e-mail', async () => (await app.sandbox.mails(email)).length > 0);
    for (const { status } of await crowd()) expect(status).toBe(200);
    await nothingDue();
    expect(await app.sandbox.mails(email)).toHaveLength(1);
    const [counted]: Record<string, number>[] = await app.database.dataSource.query(
      `SELECT (SELECT count(*)::int FROM audit_entries a
               WHERE a.payment_id = p.id AND a.action = 'payment.completed') AS completions,
              (SELECT count(*)::int FROM payment_transactions t
               WHERE t.payment_id = p.id AND (t.overpayment OR t.review_reason IS NOT NULL)) AS odd
       FROM payments p WHERE p.uuid = $1`,
      [payment],
    );
    expect(counted).toEqual({ completions: 1, odd: 0 });
  });
});
