import { Audits } from '../../src/audits/index.js';
import { type DomainError, newUuid, type Principal, SYSTEM } from '../../src/common/index.js';
import { Credits, type NewCredit } from '../../src/credits/index.js';
import { Transactions } from '../../src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aUser } from '../support/fixtures.js';

/** What processed payments credit, one by one and many at once. */
describe('credits', () => {
  let database: TestDatabase;
  let transactions: Transactions;
  const credits = new Credits(new Audits());

  beforeAll(async () => {
    database = await createTestDatabase({ poolSize: 20 });
    transactions = new Transactions(database.dataSource);
  });
  afterAll(() => database.drop());

  const rows = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    database.dataSource.query(sql, params);
  const creditOf = (customer: Principal | null, amount: number, more: Partial<NewCredit> = {}) => ({
    accountId: 1,
    customerId: customer?.userId ?? null,
    currency: 'TZS',
    amountMinor: BigInt(amount),
    kind: amount > 0 ? ('payment' as const) : ('reversal' as const),
    paymentId: null,
    sourceType: 'test',
    sourceId: newUuid(),
    actor: SYSTEM,
    ...more,
  });
  const add = (credit: NewCredit): Promise<bigint> =>
    transactions.run((manager) => credits.add(manager, credit));
  const entriesOf = (customer: Principal) =>
    rows(
      `SELECT e.number, e.kind, e.amount_minor, e.balance_after_minor FROM credit_entries e
       JOIN credit_accounts c ON c.id = e.credit_account_id WHERE c.customer_id = $1
       ORDER BY e.number`,
      [customer.userId],
    );

  it('keep a balance with an entry and an audit entry for every change', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    expect(await add(creditOf(customer, 500))).toBe(500n);
    expect(await add(creditOf(customer, 250))).toBe(750n);
    expect(await add(creditOf(customer, -300))).toBe(450n);
    expect(await entriesOf(customer)).toEqual([
      { number: 1, kind: 'payment', amount_minor: '500', balance_after_minor: '500' },
      { number: 2, kind: 'payment', amount_minor: '250', balance_after_minor: '750' },
      { number: 3, kind: 'reversal', amount_minor: '-300', balance_after_minor: '450' },
    ]);
    const trail = await rows(
      `SELECT action, changes->'balance' AS balance FROM audit_entries
       WHERE object_type = 'credit' AND object_id = (
         SELECT id FROM credit_accounts WHERE customer_id = $1) ORDER BY id`,
      [customer.userId],
    );
    expect(trail).toEqual([
      { action: 'credit.added', balance: ['0.00', '5.00'] },
      { action: 'credit.added', balance: ['5.00', '7.50'] },
      { action: 'credit.taken_back', balance: ['7.50', '4.50'] },
    ]);
  });

  it('are apart for each customer, currency and account', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    await add(creditOf(customer, 100));
    expect(await add(creditOf(customer, 70, { currency: 'USD' }))).toBe(70n);
    expect(await add(creditOf(null, 30))).toBe(30n);
    expect(await add(creditOf(null, 5))).toBe(35n);
    expect(await add(creditOf(customer, 1))).toBe(101n);
  });

  it('count a source once, and refuse it with another amount', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    const credit = creditOf(customer, 100);
    expect(await add(credit)).toBe(100n);
    expect(await add(credit)).toBe(100n);
    await expect(add({ ...credit, amountMinor: 90n })).rejects.toThrow('was credited 100 before');
    const both = await Promise.all(
      Array.from({ length: 8 }, () =>
        add(
          creditOf(customer, -100, {
            sourceId: 'taken back once',
          }),
        ),
      ),
    );
    expect(both).toEqual(Array.from({ length: 8 }, () => 0n));
    expect(await entriesOf(customer)).toHaveLength(2);
  });

  it('open one balance when many payments come first at once', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    await Promise.all(Array.from({ length: 12 }, () => add(creditOf(customer, 10))));
    expect(
      await rows('SELECT balance_minor, version FROM credit_accounts WHERE customer_id = $1', [
        customer.userId,
      ]),
    ).toEqual([{ balance_minor: '120', version: 12 }]);
  });

  it('are never negative, however many take them back at once', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    await add(creditOf(customer, 100));
    const taken = await Promise.allSettled(
      Array.from({ length: 10 }, () => add(creditOf(customer, -30))),
    );
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refusals = taken.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as DomainError).code] : [],
    );
    expect(refusals).toEqual(Array.from({ length: 7 }, () => 'credit_too_low'));
    expect(await entriesOf(customer)).toHaveLength(4);
    await expect(add(creditOf(customer, -11))).rejects.toMatchObject({ kind: 'conflict' });
    expect(await add(creditOf(customer, -10))).toBe(0n);
  });

  it('leave nothing behind when the payment is rolled back', async () => {
    const customer = await aUser(database.dataSource, 'customer');
    await expect(
      transactions.run(async (manager) => {
        await credits.add(manager, creditOf(customer, 100));
        throw new Error('the payment failed');
      }),
    ).rejects.toThrow('the payment failed');
    expect(await entriesOf(customer)).toEqual([]);
  });

  describe('are guarded by the database', () => {
    let id: number;

    beforeAll(async () => {
      const customer = await aUser(database.dataSource, 'customer');
      await add(creditOf(customer, 100));
      const [row] = await rows<{ id: number }>(
        'SELECT id FROM credit_accounts WHERE customer_id = $1',
        [customer.userId],
      );
      id = Number(row?.id);
    });
    const entry = (number: number, kind: string, amount: number, after: number): string =>
      `INSERT INTO credit_entries (credit_account_id, number, kind, amount_minor,
         balance_after_minor, source_type, source_id)
       VALUES (${id}, ${number}, '${kind}', ${amount}, ${after}, 'x', gen_random_uuid())`;

    it.each<[string, string, () => string]>([
      [
        'a negative balance',
        'credit_accounts_balance_not_negative',
        () => `UPDATE credit_accounts SET balance_minor = -1 WHERE id = ${id}`,
      ],
      [
        'a balance without an entry',
        'credit_accounts_explained',
        () => `UPDATE credit_accounts SET balance_minor = 200, version = 2 WHERE id = ${id}`,
      ],
      [
        'an entry that does not follow',
        'credit_entries_follow',
        () => entry(2, 'payment', 100, 300),
      ],
      ['a gap between entries', 'credit_entries_follow', () => entry(3, 'payment', 100, 200)],
      ['a payment that takes', 'credit_entries_sign', () => entry(2, 'payment', -50, 50)],
      [
        'a second balance of nobody',
        'credit_accounts_owner_key',
        () => `INSERT INTO credit_accounts (account_id, currency) VALUES (1, 'USD'), (1, 'USD')`,
      ],
    ])('against %s', (_what, constraint, sql) =>
      expect(database.asOwner(sql())).rejects.toMatchObject({ constraint }),
    );
    it.each(['UPDATE credit_entries SET amount_minor = 1', 'DELETE FROM credit_entries'])(
      'against %s',
      (sql) => expect(database.asOwner(sql)).rejects.toThrow('append-only'),
    );
  });
});
