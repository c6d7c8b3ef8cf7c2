import { Audits } from '../../src/audits/index.js';
import type { Principal } from '../../src/common/index.js';
import { Statements, Transactions } from '../../src/database/index.js';
import { type PayableDescription, Payables, PaymentReader } from '../../src/payments/index.js';
import { Receipts } from '../../src/receipts/receipts.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aBooking, aUser, insertRow } from '../support/fixtures.js';

let database: TestDatabase;
let receipts: Receipts;
let customer: Principal;
let owner: Principal;
let outsider: Principal;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 10 });
  const { dataSource } = database;
  customer = await aUser(dataSource, 'customer');
  owner = await aUser(dataSource, 'owner');
  const other = await insertRow<{ id: number }>(dataSource, 'accounts', { name: 'Zanzibar' });
  outsider = await aUser(dataSource, 'admin', { account_id: other.id });
  const payables = new Payables();
  payables.register({
    kind: 'booking',
    find: () => Promise.resolve(null),
    lock: () => Promise.resolve(null),
    settle: () => Promise.resolve({ appliedMinor: 0n }),
    reverse: () => Promise.resolve(),
    describe: (ids) => Promise.resolve(new Map(ids.map((id) => [id, described(id)]))),
  });
  receipts = new Receipts(
    dataSource,
    new Transactions(dataSource),
    new PaymentReader(dataSource, new Statements(dataSource)),
    payables,
    new Audits(),
  );
});
afterAll(() => database.drop());

function described(id: number): PayableDescription {
  return {
    kind: 'booking',
    id,
    uuid: '00000000-0000-4000-8000-000000000000',
    reference: `HTL-${id}`,
    status: 'confirmed',
    title: `Booking HTL-${id} at Coral Beach Hotel`,
    property: null,
    location: null,
    checkIn: null,
    checkOut: null,
    guests: null,
    customerName: 'አበበ ቢቂላ',
    customerEmail: null,
    customerPhone: null,
  };
}

interface PaymentFixture {
  id: number;
  amount_minor: string;
  paid_at: Date;
}

async function aPayment(values: Record<string, unknown> = {}): Promise<PaymentFixture> {
  const of = values['account_id'] === undefined ? owner : outsider;
  const booking = await aBooking(database.dataSource, of === owner ? customer : outsider, of);
  return insertRow<PaymentFixture>(database.dataSource, 'payments', {
    account_id: 1,
    payable_kind: 'booking',
    payable_id: booking.id,
    payable_uuid: booking.uuid,
    payable_reference: booking.reference,
    customer_id: customer.userId,
    currency: 'TZS',
    amount_minor: 5_000_000,
    applied_minor: 5_000_000,
    payment_method: 'cash',
    status: 'completed',
    paid_at: new Date('2026-01-23T05:12:00.123Z'),
    ...values,
  });
}

const issue = (payment: PaymentFixture, caller: Principal = customer) =>
  receipts.ofPayment(caller, { id: payment.id });

async function sequences(accountId = 1): Promise<number[]> {
  const rows: { sequence: number }[] = await database.dataSource.query(
    `SELECT sequence FROM receipts WHERE account_id = $1 AND year = extract(year FROM now())
     ORDER BY sequence`,
    [accountId],
  );
  return rows.map(({ sequence }) => sequence);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

describe('a receipt', () => {
  it('holds the payment as it is when somebody first asks', async () => {
    const payment = await aPayment();
    await database.asOwner(
      `UPDATE accounts SET legal_name = 'Coral Ltd', address = E'Plot 7\nDar es Salaam' WHERE id = 1`,
    );
    const { receipt } = await issue(payment);
    expect(receipt).toMatchObject({
      payment_id: payment.id,
      amount_minor: '5000000',
      currency: 'TZS',
      payer_name: 'አበበ ቢቂላ',
      paid_at: payment.paid_at,
      issuer: { legal_name: 'Coral Ltd', address: 'Plot 7\nDar es Salaam', logo_file_id: null },
    });
    expect(receipt.number).toMatch(/^RCT-\d{4}-\d{6}$/);
    await database.asOwner(`UPDATE accounts SET legal_name = 'Renamed' WHERE id = 1`);
    expect((await issue(payment)).receipt).toEqual(receipt);
    const trail: { action: string; actor_label: string }[] = await database.dataSource.query(
      `SELECT action, actor_label FROM audit_entries WHERE payment_id = $1`,
      [payment.id],
    );
    expect(trail).toEqual([{ action: 'receipt.issued', actor_label: customer.username }]);
  });

  it('is one, though twenty ask for it at once', async () => {
    const before = await sequences();
    const payment = await aPayment();
    const answers = await Promise.all(upTo(20).map(() => issue(payment)));
    expect(new Set(answers.map(({ receipt }) => receipt.number)).size).toBe(1);
    expect(await sequences()).toEqual(upTo(before.length + 1));
  });

  it('has the next number, though twenty payments ask at once', async () => {
    const before = await sequences();
    const payments = await Promise.all(upTo(20).map(() => aPayment()));
    const answers = await Promise.all(payments.map((payment) => issue(payment)));
    expect(new Set(answers.map(({ receipt }) => receipt.number)).size).toBe(20);
    expect(await sequences()).toEqual(upTo(before.length + 20));
  });

  it('burns no number when it fails', async () => {
    const before = await sequences();
    const payment = await aPayment();
    const failing = jest
      .spyOn(Audits.prototype, 'append')
      .mockRejectedValueOnce(new Error('the disk is full'));
    await expect(issue(payment)).rejects.toThrow('the disk is full');
    failing.mockRestore();
    await issue(payment);
    expect(await sequences()).toEqual(upTo(before.length + 1));
  });

  it('is numbered for each account by itself', async () => {
    const values = { account_id: outsider.accountId, customer_id: null };
    const { receipt } = await issue(await aPayment(values), outsider);
    expect(receipt.number).toMatch(/-000001$/);
    expect(await sequences(outsider.accountId)).toEqual([1]);
  });

  it('begins anew each year', async () => {
    const year = (await issue(await aPayment())).receipt.issued_at.getUTCFullYear();
    const upcoming = (n: number): Promise<void> =>
      database.asAdmin(`UPDATE app_clock SET offset_s = ${n}`).then(() => undefined);
    await upcoming(366 * 86_400);
    const { receipt } = await issue(await aPayment());
    await upcoming(0);
    expect(receipt.number).toBe(`RCT-${receipt.issued_at.getUTCFullYear()}-000001`);
    expect(receipt.issued_at.getUTCFullYear()).toBeGreaterThan(year);
  });

  it('names who paid, where that is not the customer', async () => {
    const { receipt } = await issue(await aPayment({ payer_name: 'Łukasz Żółć' }));
    expect(receipt.payer_name).toBe('Łukasz Żółć');
  });

  it.each(['pending', 'processing', 'failed', 'cancelled', 'expired', 'pending_approval'])(
    'is not there for a %s payment',
    async (status) => {
      const payment = await aPayment({ status, paid_at: null, applied_minor: 0 });
      await expect(issue(payment)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'payment_not_paid',
      });
    },
  );

  it('is there for money that went back since, with what it was', async () => {
    const payment = await aPayment({
      status: 'refunded',
      refunded_minor: 5_000_000,
      applied_minor: 0,
    });
    const answer = await issue(payment);
    expect(answer.receipt.amount_minor).toBe('5000000');
    expect(answer.payment).toMatchObject({ status: 'refunded', refunded_minor: '5000000' });
  });

  it('is nothing to who may not see the payment', async () => {
    const payment = await aPayment();
    const before = await sequences();
    const stranger = await aUser(database.dataSource, 'customer');
    for (const caller of [stranger, outsider]) {
      await expect(issue(payment, caller)).rejects.toMatchObject({ code: 'payment_not_found' });
    }
    expect(await sequences()).toEqual(before);
  });
});

describe('the database', () => {
  it('lets nobody change or remove a receipt', async () => {
    await issue(await aPayment());
    for (const sql of ['UPDATE receipts SET amount_minor = 1', 'DELETE FROM receipts']) {
      await expect(database.dataSource.query(sql)).rejects.toThrow(/permission denied/);
      await expect(database.asOwner(sql)).rejects.toThrow(/append-only/);
    }
    await expect(database.asOwner('TRUNCATE receipts')).rejects.toThrow(/append-only/);
  });

  const yearNow = async (): Promise<number> => {
    const [now]: { year: number }[] = await database.dataSource.query(
      `SELECT extract(year FROM app_now() AT TIME ZONE 'UTC')::int AS year`,
    );
    return Number(now?.year);
  };
  const row = async (values: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    const payment = await aPayment();
    const all = await sequences();
    const year = await yearNow();
    const sequence = all.length + 1;
    return {
      account_id: 1,
      payment_id: payment.id,
      year,
      sequence,
      number: `RCT-${year}-${String(sequence).padStart(6, '0')}`,
      currency: 'TZS',
      amount_minor: 5_000_000,
      payment_method: 'cash',
      payable_kind: 'booking',
      payable_reference: 'HTL-1',
      description: 'A booking',
      issuer: '{}',
      paid_at: payment.paid_at,
      ...values,
    };
  };
  const inserted = async (values: Record<string, unknown>): Promise<unknown> =>
    insertRow(database.dataSource, 'receipts', await row(values));

  it('refuses a gap, another number, and what the payment does not say', async () => {
    const year = await yearNow();
    const refusals: [Record<string, unknown>, string][] = [
      [{ sequence: 9_000, number: `RCT-${year}-009000` }, 'receipts_no_gap'],
      [{ number: `RCT-${year}-999999` }, 'receipts_number'],
      [{ amount_minor: 5_000_001 }, 'receipts_of_paid_payment'],
      [{ currency: 'KES' }, 'receipts_of_paid_payment'],
      [{ paid_at: new Date(0) }, 'receipts_of_paid_payment'],
    ];
    for (const [values, constraint] of refusals) {
      await expect(inserted(values)).rejects.toMatchObject({ constraint });
    }
    const unpaid = await aPayment({ status: 'pending', paid_at: null, applied_minor: 0 });
    await expect(inserted({ payment_id: unpaid.id })).rejects.toMatchObject({
      constraint: 'receipts_of_paid_payment',
    });
  });

  it('refuses a second receipt of a payment, and a number twice', async () => {
    const payment = await aPayment();
    const { receipt } = await issue(payment);
    await expect(
      inserted({ payment_id: payment.id, paid_at: payment.paid_at }),
    ).rejects.toMatchObject({ constraint: 'receipts_payment_key' });
    const sequence = Number(receipt.number.slice(-6));
    await expect(inserted({ sequence, number: receipt.number })).rejects.toMatchObject({
      constraint: 'receipts_sequence_key',
    });
  });
});
