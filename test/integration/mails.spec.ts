import { gatewayActor, Money, type Principal, randomToken } from '../../src/common/index.js';
import { Transactions } from '../../src/database/index.js';
import { type Fact, Settlement } from '../../src/payments/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { aBooking, aUser, insertRow } from '../support/fixtures.js';
import { type Delivery, SmtpServer } from '../support/smtp.js';
import { waitFor } from '../support/wait.js';

interface Paid {
  id: number;
  uuid: string;
  /** Tells the product once more that the money came. */
  settle(): Promise<unknown>;
}

const TRIES = 4;

const AZAMPAY = {
  AZAMPAY_APP_NAME: 'test',
  AZAMPAY_CLIENT_ID: 'test',
  AZAMPAY_CLIENT_SECRET: 'test',
  AZAMPAY_AUTH_URL: 'http://127.0.0.1:9',
  AZAMPAY_CHECKOUT_URL: 'http://127.0.0.1:9',
};

/** Confirmations through a real mail server, one that answers badly now and then. */
describe('payment confirmations by SMTP', () => {
  let smtp: SmtpServer;
  let app: TestApp;
  let customer: Principal;
  let owner: Principal;

  beforeAll(async () => {
    smtp = await SmtpServer.listen();
    app = await startApp({
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Travel App <noreply@travelapp.com>',
      JOBS_BACKOFF_BASE_S: '0',
      JOBS_MAX_ATTEMPTS: String(TRIES),
    });
    customer = await aUser(app.database.dataSource, 'customer');
    owner = await aUser(app.database.dataSource, 'owner');
  });
  beforeEach(() => {
    smtp.moods = [];
    smtp.begun = 0;
    smtp.taken.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await smtp.close();
  });

  const rows = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    app.database.dataSource.query(sql, params);

  /** A payment under way, whose money is proven as often as `settle` is called. */
  const aPayment = async (
    payment: Record<string, unknown> = {},
    booking: Record<string, unknown> = { customer_email: 'guest@example.test' },
  ): Promise<Paid> => {
    const { dataSource } = app.database;
    const booked = await aBooking(dataSource, customer, owner, booking);
    const made = await insertRow<{ id: number; uuid: string }>(dataSource, 'payments', {
      account_id: 1,
      payable_kind: 'booking',
      payable_id: booked.id,
      payable_uuid: booked.uuid,
      payable_reference: booked.reference,
      customer_id: customer.userId,
      currency: 'TZS',
      amount_minor: booked.total_minor,
      payment_method: 'mobile_money',
      status: 'processing',
      ...payment,
    });
    const attempt = await insertRow<{ id: number }>(dataSource, 'payment_transactions', {
      payment_id: made.id,
      account_id: 1,
      provider: 'azampay',
      reference: `T-${randomToken()}`,
      currency: 'TZS',
      amount_minor: booked.total_minor,
      status: 'pending',
      sent_at: new Date(),
    });
    const fact: Fact = {
      kind: 'paid',
      transactionId: attempt.id,
      cause: 'evidence',
      gatewayTransactionId: `G-${randomToken()}`,
      amount: Money.ofMinor(booked.total_minor, 'TZS'),
      wireStatus: 'success',
      actor: gatewayActor('azampay'),
    };
    const settlement = app.app.get(Settlement, { strict: false });
    const transactions = app.app.get(Transactions, { strict: false });
    const settle = () => transactions.run((manager) => settlement.settle(manager, fact));
    return { id: made.id, uuid: made.uuid, settle };
  };

  const job = async (id: number) => {
    const [row] = await rows<{
      done: boolean;
      parked: boolean;
      last_error: string | null;
      failures: number;
    }>(
      `SELECT done_at IS NOT NULL AS done, parked_at IS NOT NULL AS parked, last_error, failures
       FROM outbox WHERE topic = 'payment.completed' AND key = $1`,
      [String(id)],
    );
    return row;
  };
  const done = (id: number) =>
    waitFor(`the confirmation of ${id}`, async () => (await job(id))?.done);
  const sentRows = (id: number) =>
    rows('SELECT kind, message_id, recipient FROM sent_mails WHERE payment_id = $1', [id]);
  const only = (): Delivery => {
    expect(smtp.taken).toHaveLength(1);
    return smtp.taken[0] as Delivery;
  };

  it('goes out once when twenty proofs of the money race', async () => {
    const payment = await aPayment({ payer_name: 'Jane Roe', payer_email: 'jane@example.test' });
    await Promise.all(Array.from({ length: 20 }, () => payment.settle()));
    await done(payment.id);
    const mail = only();
    expect(mail).toMatchObject({ from: 'noreply@travelapp.com', to: ['jane@example.test'] });
    expect(mail.headers).toMatchObject({
      from: 'Travel App <noreply@travelapp.com>',
      to: 'jane@example.test',
      subject: expect.stringMatching(/^Payment Confirmation - Booking #[0-9a-f]{8}$/),
      'message-id': `<payment-confirmation.${payment.uuid}@travelapp.com>`,
    });
    expect(mail.raw).toContain('Dear Jane Roe,\r\n\r\nYour payment has been confirmed');
    expect(mail.raw).toContain('Amount: 50000.00 TZS');
    expect(mail.raw).toContain('Content-Type: text/html');
    expect(await sentRows(payment.id)).toEqual([
      {
        kind: 'payment_confirmation',
        message_id: mail.headers['message-id'],
        recipient: 'jane@example.test',
      },
    ]);
  });

  it('comes to the booking’s own address when the payer gave none of use', async () => {
    const payment = await aPayment({ payer_email: 'a@b.example, c@d.example' });
    await payment.settle();
    await done(payment.id);
    expect(only()).toMatchObject({ to: ['guest@example.test'] });
  });

  it('is tried again after a 4xx and after a connection that breaks', async () => {
    smtp.moods = ['busy', 'hang_up'];
    const payment = await aPayment();
    await payment.settle();
    await done(payment.id);
    only();
    expect(smtp.begun).toBe(3);
    expect(await sentRows(payment.id)).toHaveLength(1);
  });

  it('shows a repeat as one when the server’s word was lost', async () => {
    smtp.moods = ['lose'];
    const payment = await aPayment();
    await payment.settle();
    await done(payment.id);
    expect(smtp.taken).toHaveLength(2);
    const [first, second] = smtp.taken.map(({ headers }) => headers['message-id']);
    expect(first).toContain(payment.uuid);
    expect(second).toBe(first);
  });

  it('does not go out again when its job is done again', async () => {
    const payment = await aPayment();
    await payment.settle();
    await done(payment.id);
    await rows(
      `UPDATE outbox SET done_at = NULL, next_at = app_now()
       WHERE topic = 'payment.completed' AND key = $1`,
      [String(payment.id)],
    );
    await done(payment.id);
    only();
    expect(smtp.begun).toBe(1);
  });

  it('is given up after so many tries, with an entry that hides the address', async () => {
    smtp.moods = Array.from({ length: TRIES }, () => 'refuse' as const);
    const payment = await aPayment();
    await payment.settle();
    await waitFor('the job to be parked', async () => (await job(payment.id))?.parked);
    expect(smtp.begun).toBe(TRIES);
    expect(smtp.taken).toEqual([]);
    expect((await job(payment.id))?.last_error).toMatch(/550 no mailbox <g\*\*\*@example\.test>/);
    const entries = await rows<{ changes: Record<string, string> }>(
      `SELECT actor_label, object_type, object_id, changes FROM audit_entries
       WHERE payment_id = $1 AND action = 'notification.failed'`,
      [payment.id],
    );
    expect(entries).toEqual([
      {
        actor_label: 'system',
        object_type: 'payment',
        object_id: expect.anything(),
        changes: {
          notification: 'payment_confirmation',
          error: expect.stringContaining('g***@example.test'),
        },
      },
    ]);
    expect(await sentRows(payment.id)).toEqual([]);
  });

  it('is not sent where nobody gave an address', async () => {
    const payment = await aPayment({}, { customer_email: null });
    await payment.settle();
    await done(payment.id);
    expect(smtp.begun).toBe(0);
    expect(await sentRows(payment.id)).toEqual([]);
  });
});

describe('payment confirmations without a mail server', () => {
  it('are left, visibly, where there is no sandbox either', async () => {
    const app = await startApp({ SANDBOX: 'off', ...AZAMPAY });
    try {
      await app.database.dataSource.query(
        `INSERT INTO outbox (topic, key, payload, next_at)
         VALUES ('payment.completed', '1', '{"paymentId": 1}', app_now())`,
      );
      const metric = 'mails_total{kind="payment_confirmation",outcome="not_configured"} 1';
      await waitFor('the metric', async () => {
        const answer = await fetch(new URL('/metrics', app.url));
        return (await answer.text()).includes(metric);
      });
      const sent: unknown[] = await app.database.dataSource.query('SELECT 1 FROM sent_mails');
      expect(sent).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
