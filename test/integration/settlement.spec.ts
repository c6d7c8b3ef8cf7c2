import type { DataSource } from 'typeorm';
import { Audits } from '../../src/audits/index.js';
import { BookingPayable } from '../../src/bookings/index.js';
import {
  gatewayActor,
  Money,
  type Principal,
  randomToken,
  SYSTEM,
} from '../../src/common/index.js';
import { Outbox, Statements, Transactions } from '../../src/database/index.js';
import { Ledger } from '../../src/ledger/index.js';
import {
  type Fact,
  PAYMENT_COMPLETED,
  Payables,
  type Settled,
  Settlement,
} from '../../src/payments/index.js';
import { PaymentRepository } from '../../src/payments/payment.repository.js';
import { FailureSettlement } from '../../src/payments/settlement/failure.settlement.js';
import { PaidSettlement } from '../../src/payments/settlement/paid.settlement.js';
import { UnallocatedReceipts } from '../../src/payments/unallocated/unallocated-receipts.service.js';
import { Releases } from '../../src/payments/settlement/releases.service.js';
import { RefundSettlement } from '../../src/payments/settlement/refund.settlement.js';
import { expectBooksToAgree } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aBooking, aUser, type BookingFixture, insertRow } from '../support/fixtures.js';

interface Row {
  id: number;
  status: string;
  applied_minor: string;
  excess_minor: string;
  refunded_minor: string;
}

/**
 * The settle path on a real database: every fact once, twice, in the wrong order and many at once.
 * After each test the ledger must equal what payments say, and bookings what was applied to them.
 */
describe('settle', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let settlement: Settlement;
  let transactions: Transactions;
  let customer: Principal;
  let owner: Principal;

  beforeAll(async () => {
    database = await createTestDatabase({ poolSize: 20 });
    dataSource = database.dataSource;
    transactions = new Transactions(dataSource);
    const audits = new Audits();
    const ledger = new Ledger();
    const payables = new Payables();
    const unallocated = new UnallocatedReceipts();
    payables.register(new BookingPayable(dataSource, new Statements(dataSource), audits));
    settlement = new Settlement(
      payables,
      new PaymentRepository(),
      new PaidSettlement(ledger, audits, new Outbox(), unallocated),
      new FailureSettlement(audits, new Releases(payables)),
      new RefundSettlement(ledger, audits, unallocated),
    );
    customer = await aUser(dataSource, 'customer');
    owner = await aUser(dataSource, 'owner');
  });

  afterEach(() => expectBooksToAgree(dataSource));
  afterAll(() => database.drop());

  const settle = (fact: Fact): Promise<Settled> =>
    transactions.run((manager) => settlement.settle(manager, fact));

  const aPayment = (booking: BookingFixture, values: Record<string, unknown> = {}): Promise<Row> =>
    insertRow<Row>(dataSource, 'payments', {
      account_id: 1,
      payable_kind: 'booking',
      payable_id: booking.id,
      payable_uuid: booking.uuid,
      payable_reference: booking.reference,
      customer_id: customer.userId,
      currency: 'TZS',
      amount_minor: booking.total_minor,
      payment_method: 'mobile_money',
      status: 'processing',
      ...values,
    });

  const anAttempt = (payment: Row, values: Record<string, unknown> = {}): Promise<Row> =>
    insertRow<Row>(dataSource, 'payment_transactions', {
      payment_id: payment.id,
      account_id: 1,
      provider: 'azampay',
      reference: `T-${randomToken()}`,
      currency: 'TZS',
      amount_minor: '5000000',
      status: 'pending',
      sent_at: new Date(),
      ...values,
    });

  const read = async (table: string, id: number): Promise<Row> => {
    const [row]: Row[] = await dataSource.query(`SELECT * FROM ${table} WHERE id = $1`, [id]);
    if (!row) throw new Error(`no row ${id} in ${table}`);
    return row;
  };
  const paid = (attempt: Row, values: Partial<Extract<Fact, { kind: 'paid' }>> = {}): Fact => ({
    kind: 'paid',
    transactionId: attempt.id,
    cause: 'evidence',
    gatewayTransactionId: `G-${randomToken()}`,
    amount: Money.ofMinor(5_000_000, 'TZS'),
    wireStatus: 'success',
    actor: gatewayActor('azampay'),
    ...values,
  });
  const failed = (attempt: Row, outcome: 'failed' | 'cancelled' | 'expired' = 'failed'): Fact => ({
    kind: 'failed',
    transactionId: attempt.id,
    outcome,
    code: 'declined',
    reason: 'declined by the payer',
    wireStatus: 'failure',
    actor: gatewayActor('azampay'),
  });
  const refund = (payment: Row, amountMinor: bigint, refundId = randomToken()): Fact => ({
    kind: 'refunded',
    paymentId: payment.id,
    refundId,
    provider: 'azampay',
    amountMinor,
    reason: 'guest left early',
    actor: SYSTEM,
  });
  const auditCount = async (payment: Row, action: string): Promise<number> => {
    const rows: unknown[] = await dataSource.query(
      'SELECT 1 FROM audit_entries WHERE payment_id = $1 AND action = $2',
      [payment.id, action],
    );
    return rows.length;
  };

  it('completes payment, attempt and booking together', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    const attempt = await anAttempt(payment);
    const settled = await settle(paid(attempt, { gatewayTransactionId: 'AZM1' }));
    expect(settled).toMatchObject({ disposition: 'applied', paymentStatus: 'completed' });
    expect(await read('payments', payment.id)).toMatchObject({
      status: 'completed',
      applied_minor: '5000000',
      transaction_ref: 'AZM1',
      provider: 'azampay',
    });
    expect(await read('payment_transactions', attempt.id)).toMatchObject({
      status: 'completed',
      gateway_transaction_id: 'AZM1',
    });
    expect(await read('bookings', booking.id)).toMatchObject({ status: 'confirmed' });
    expect(await auditCount(payment, 'payment.completed')).toBe(1);
  });

  it('applies one fact once when fifty arrive at the same time', async () => {
    const payment = await aPayment(await aBooking(dataSource, customer, owner));
    const attempt = await anAttempt(payment);
    const fact = paid(attempt);
    const answers = await Promise.all(Array.from({ length: 50 }, () => settle(fact)));
    const applied = answers.filter((answer) => answer.disposition === 'applied');
    expect(applied).toHaveLength(1);
    expect(await auditCount(payment, 'payment.completed')).toBe(1);
    const due: unknown[] = await dataSource.query(
      'SELECT payload FROM outbox WHERE topic = $1 AND key = $2',
      [PAYMENT_COMPLETED, String(payment.id)],
    );
    expect(due).toEqual([{ payload: { paymentId: payment.id } }]);
  });

  it.each([
    ['amount', { amount: Money.ofMinor(4_999_999, 'TZS') }, 'amount_mismatch'],
    ['currency', { amount: Money.ofMinor(5_000_000, 'USD') }, 'currency_mismatch'],
  ])('parks evidence whose %s is not ours and moves nothing', async (_what, values, reason) => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    const attempt = await anAttempt(payment);
    expect(await settle(paid(attempt, values))).toMatchObject({ disposition: 'parked', reason });
    expect(await read('payments', payment.id)).toMatchObject({ status: 'processing' });
    expect(await read('payment_transactions', attempt.id)).toMatchObject({ status: 'pending' });
    expect(await read('bookings', booking.id)).toMatchObject({ status: 'pending' });
  });

  it('lets one gateway transaction pay once, also for two payments at the same time', async () => {
    const facts = await Promise.all(
      [1, 2].map(async () => {
        const payment = await aPayment(await aBooking(dataSource, customer, owner));
        return paid(await anAttempt(payment), { gatewayTransactionId: `SHARED` });
      }),
    );
    const answers = await Promise.allSettled(facts.map(settle));
    const applied = answers.filter(
      (answer) => answer.status === 'fulfilled' && answer.value.disposition === 'applied',
    );
    expect(applied).toHaveLength(1);
    const again = await Promise.all(facts.map(settle));
    expect(again.map((answer) => answer.disposition).toSorted()).toEqual(['no_change', 'parked']);
  });

  it('never takes success back when an older failure arrives after it', async () => {
    const payment = await aPayment(await aBooking(dataSource, customer, owner));
    const attempt = await anAttempt(payment);
    await settle(paid(attempt));
    expect(await settle(failed(attempt))).toMatchObject({ disposition: 'no_change' });
    expect(await read('payments', payment.id)).toMatchObject({ status: 'completed' });
  });

  it.each(['failed', 'expired', 'cancelled'] as const)(
    'completes a payment that is %s when the gateway proves the money late',
    async (outcome) => {
      const booking = await aBooking(dataSource, customer, owner);
      const payment = await aPayment(booking);
      const attempt = await anAttempt(payment);
      await settle(failed(attempt, outcome));
      expect(await read('payments', payment.id)).toMatchObject({ status: outcome });
      expect(await settle(paid(attempt))).toMatchObject({ disposition: 'applied' });
      expect(await read('payments', payment.id)).toMatchObject({ status: 'completed' });
      expect(await read('bookings', booking.id)).toMatchObject({ status: 'confirmed' });
    },
  );

  it('keeps money proven on a second attempt as an overpayment and applies it to nothing', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    const first = await anAttempt(payment, { status: 'expired' });
    const second = await anAttempt(payment);
    await settle(paid(second));
    expect(await settle(paid(first))).toMatchObject({
      disposition: 'applied',
      reason: 'overpayment',
    });
    expect(await read('payment_transactions', first.id)).toMatchObject({
      status: 'completed',
      overpayment: true,
      review_reason: 'overpayment',
    });
    expect(await read('bookings', booking.id)).toMatchObject({ paid_minor: '5000000' });
    expect(await auditCount(payment, 'payment.overpaid')).toBe(1);
  });

  it('applies only what is still owed and keeps the rest visible', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const half = await aPayment(booking, { amount_minor: '2500000' });
    await settle(
      paid(await anAttempt(half, { amount_minor: '2500000' }), {
        amount: Money.ofMinor(2_500_000, 'TZS'),
      }),
    );
    const whole = await aPayment(booking, { status: 'expired' });
    await settle(paid(await anAttempt(whole, { status: 'expired' })));
    expect(await read('payments', whole.id)).toMatchObject({
      status: 'completed',
      applied_minor: '2500000',
      excess_minor: '2500000',
    });
    expect(await read('bookings', booking.id)).toMatchObject({
      paid_minor: '5000000',
      status: 'confirmed',
    });
  });

  it('keeps money for a cancelled booking unallocated', async () => {
    const booking = await aBooking(dataSource, customer, owner, { status: 'cancelled' });
    const payment = await aPayment(booking);
    await settle(paid(await anAttempt(payment)));
    expect(await read('payments', payment.id)).toMatchObject({ excess_minor: '5000000' });
    expect(await read('bookings', booking.id)).toMatchObject({
      status: 'cancelled',
      paid_minor: '0',
    });
  });

  it('leaves a payment alone whose other attempt completed it, when this attempt fails', async () => {
    const payment = await aPayment(await aBooking(dataSource, customer, owner));
    const late = await anAttempt(payment, { status: 'expired' });
    const open = await anAttempt(payment);
    await settle(paid(late));
    await settle(failed(open, 'expired'));
    expect(await read('payments', payment.id)).toMatchObject({ status: 'completed' });
    expect(await read('payment_transactions', open.id)).toMatchObject({ status: 'expired' });
  });

  it('never refunds more than was paid, with a hundred refunds at once', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    await settle(paid(await anAttempt(payment)));
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, () => settle(refund(payment, 70_000n))),
    );
    const done = answers.filter((answer) => answer.status === 'fulfilled').length;
    expect(done).toBe(71); // 71 × 700.00 fit into 50,000.00
    expect(await read('payments', payment.id)).toMatchObject({
      status: 'partially_refunded',
      refunded_minor: '4970000',
    });
    await settle(refund(payment, 30_000n));
    expect(await read('payments', payment.id)).toMatchObject({ status: 'refunded' });
    expect(await read('bookings', booking.id)).toMatchObject({
      status: 'pending',
      paid_minor: '0',
    });
  });

  it('posts one refund once', async () => {
    const payment = await aPayment(await aBooking(dataSource, customer, owner));
    await settle(paid(await anAttempt(payment)));
    const fact = refund(payment, 1_000n);
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => settle(fact)));
    const applied = answers.filter(
      (answer) => answer.status === 'fulfilled' && answer.value.disposition === 'applied',
    );
    expect(applied).toHaveLength(1);
    expect(await read('payments', payment.id)).toMatchObject({ refunded_minor: '1000' });
  });

  it('gives the booking its money again when a refund comes back', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    await settle(paid(await anAttempt(payment)));
    await settle(refund(payment, 5_000_000n, 'R-1'));
    expect(await read('bookings', booking.id)).toMatchObject({ status: 'pending' });
    await settle({
      kind: 'reversed',
      of: 'refund',
      paymentId: payment.id,
      sourceId: 'R-1',
      provider: 'azampay',
      amountMinor: 5_000_000n,
      reason: 'the refund was returned',
      actor: SYSTEM,
    });
    expect(await read('payments', payment.id)).toMatchObject({ status: 'completed' });
    expect(await read('bookings', booking.id)).toMatchObject({ status: 'confirmed' });
  });

  it('takes a payment back that bank or gateway reversed', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const payment = await aPayment(booking);
    await settle(paid(await anAttempt(payment)));
    await settle({
      kind: 'reversed',
      of: 'payment',
      paymentId: payment.id,
      sourceId: 'CB-1',
      provider: 'azampay',
      amountMinor: 5_000_000n,
      reason: 'chargeback',
      actor: SYSTEM,
    });
    expect(await read('payments', payment.id)).toMatchObject({ status: 'refunded' });
    expect(await read('bookings', booking.id)).toMatchObject({ status: 'pending' });
  });

  it('refuses to refund what was never paid and changes nothing', async () => {
    const payment = await aPayment(await aBooking(dataSource, customer, owner), {
      status: 'failed',
    });
    await expect(settle(refund(payment, 1n))).rejects.toMatchObject({ code: 'payment_not_paid' });
  });

  it('is not stopped by another payment of the same booking settling at the same time', async () => {
    const booking = await aBooking(dataSource, customer, owner);
    const facts = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const part = await aPayment(booking, { amount_minor: '1000000' });
        const attempt = await anAttempt(part, { amount_minor: '1000000' });
        return paid(attempt, { amount: Money.ofMinor(1_000_000, 'TZS') });
      }),
    );
    await Promise.all(facts.map(settle));
    const [sums]: { applied: string; excess: string }[] = await dataSource.query(
      `SELECT sum(applied_minor)::text AS applied, sum(excess_minor)::text AS excess
       FROM payments WHERE payable_id = $1`,
      [booking.id],
    );
    expect(sums).toEqual({ applied: '5000000', excess: '5000000' });
  });
});
