import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait.js';

/** Without a mail server, what a payer would get stands in the sandbox's inbox. */
describe('the mail of a paid booking', () => {
  let app: TestApp;
  let customer: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
  });
  afterAll(() => app.close());

  /** Demo booking 123, HTL-000008 of customer@malipo.test. */
  const paid = async (amount: string): Promise<{ uuid: string; ref: string }> => {
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount,
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    expect(made).toMatchObject({ status: 201 });
    const path = `/api/v1/payments/payments/${String(made.body['id'])}/`;
    const started = await customer.post(`${path}initiate-gateway/`);
    const reference = String(started.body['transaction_reference']);
    await app.sandbox.answer(reference, 'approve');
    const body = await waitFor(`the money of ${reference}`, async () => {
      const answer = await customer.get(path);
      return answer.body['status'] === 'completed' ? answer.body : null;
    });
    await app.sandbox.repeatCallback(reference);
    return { uuid: String(body['uuid']), ref: String(body['transaction_ref']) };
  };
  const nothingDue = () =>
    waitFor('all jobs', async () => {
      const [row]: { open: number }[] = await app.database.dataSource.query(
        `SELECT count(*)::int AS open FROM outbox WHERE done_at IS NULL
         AND topic IN ('payment.completed', 'webhook.process')`,
      );
      return row?.open === 0;
    });

  it('stands in the inbox exactly once, also when the gateway calls again', async () => {
    await app.sandbox.fault({ webhook: 'duplicate' });
    const { uuid, ref } = await paid('50000.00');
    const to = 'customer@malipo.test';
    await waitFor('the mail', async () => (await app.sandbox.mails(to)).length > 0);
    await nothingDue();
    const mails = await app.sandbox.mails(to);
    const booking = (await customer.get('/api/v1/bookings/123/')).body;
    const bookingUuid = String(booking['uuid']);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      from: 'noreply@travelapp.com',
      to,
      subject: `Payment Confirmation - Booking #${bookingUuid.slice(0, 8)}`,
      html: expect.stringContaining(bookingUuid),
    });
    expect(mails[0]?.text.split('\n')).toEqual(
      expect.arrayContaining([
        `Dear ${String(booking['customer_name'])},`,
        `Booking ID: ${bookingUuid}`,
        `Payment ID: ${uuid}`,
        `Transaction ID: ${ref}`,
        'Amount: 50000.00 TZS',
        'Status: Completed',
        expect.stringMatching(/^Payment Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      ]),
    );
  });
});
