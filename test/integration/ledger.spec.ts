import { Transactions } from '../../src/database/index.js';
import { type Journal, Ledger } from '../../src/ledger/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** The books refuse what must never be, in the database itself, whatever code writes to them. */
describe('the ledger', () => {
  let database: TestDatabase;
  let transactions: Transactions;
  const ledger = new Ledger();
  let sources = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    transactions = new Transactions(database.dataSource);
  });
  afterAll(() => database.drop());

  const aJournal = (postings: [Journal['postings'][0]['code'], bigint][]): Journal => ({
    accountId: 1,
    currency: 'TZS',
    fact: 'paid',
    sourceType: 'transaction',
    sourceId: `s-${(sources += 1)}`,
    paymentId: null,
    memo: 'test',
    postings: postings.map(([code, amountMinor]) => ({ code, amountMinor })),
  });
  const balanced = (): Journal =>
    aJournal([
      ['clearing:azampay', 100n],
      ['settled:booking', -100n],
    ]);
  const post = (journal: Journal): Promise<void> =>
    transactions.run((manager) => ledger.post(manager, journal));
  const journals = async (sourceId: string): Promise<number> => {
    const rows: unknown[] = await database.dataSource.query(
      'SELECT 1 FROM ledger_journals WHERE source_id = $1',
      [sourceId],
    );
    return rows.length;
  };

  it('takes a balanced journal', async () => {
    const journal = balanced();
    await post(journal);
    expect(await journals(journal.sourceId)).toBe(1);
  });

  it.each([
    [
      'is off by one',
      [
        ['clearing:azampay', 5n],
        ['settled:booking', -4n],
      ],
    ],
    ['has one posting', [['clearing:azampay', 5n]]],
    ['has no posting', []],
  ] as [string, [Journal['postings'][0]['code'], bigint][]][])(
    'refuses at commit a journal that %s',
    async (_what, postings) => {
      const journal = aJournal(postings);
      await expect(post(journal)).rejects.toMatchObject({ code: '23514' });
      expect(await journals(journal.sourceId)).toBe(0);
    },
  );

  it('posts a fact once, also when ten try at the same time', async () => {
    const journal = balanced();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => post(journal)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await journals(journal.sourceId)).toBe(1);
  });

  it('refuses a balanced pair appended to a journal of the past', async () => {
    const journal = balanced();
    await post(journal);
    await expect(
      database.dataSource.query(
        `INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
         SELECT p.journal_id, p.account_id, p.ledger_account_id, p.currency, x.amount
         FROM ledger_postings p JOIN ledger_journals j ON j.id = p.journal_id,
           (VALUES (7), (-7)) AS x (amount)
         WHERE j.source_id = $1`,
        [journal.sourceId],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it.each(['ledger_accounts', 'ledger_journals', 'ledger_postings'])(
    'refuses to change %s: by right for the application, by trigger for everybody',
    async (table) => {
      await post(balanced());
      for (const sql of [
        `UPDATE ${table} SET account_id = account_id`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(database.dataSource.query(sql)).rejects.toMatchObject({ code: '42501' });
        await expect(database.asOwner(sql)).rejects.toMatchObject({ code: '42501' });
        await expect(database.asAdmin(sql)).rejects.toMatchObject({ code: '42501' });
      }
    },
  );

  it('refuses a posting in another currency than its ledger account', async () => {
    await post(balanced());
    await expect(
      transactions.run((manager) =>
        manager.query(
          `WITH journal AS (
             INSERT INTO ledger_journals (account_id, fact, source_type, source_id, memo)
             VALUES (1, 'paid', 'transaction', 'currency', 'test') RETURNING id)
           INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
           SELECT journal.id, 1, a.id, 'USD', 1 FROM journal, ledger_accounts a LIMIT 1`,
        ),
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });

  it('forgets an account that was opened in a transaction that failed', async () => {
    const fresh = (): Journal =>
      aJournal([
        ['clearing:wave', 3n],
        ['settled:order', -3n],
      ]);
    await expect(
      transactions.run(async (manager) => {
        await ledger.post(manager, fresh());
        await ledger.post(manager, fresh());
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const journal = fresh();
    await post(journal);
    expect(await journals(journal.sourceId)).toBe(1);
  });
});
