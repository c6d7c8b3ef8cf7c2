import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Audits } from '../../src/audits/index.js';
import type { Principal } from '../../src/common/index.js';
import { Outbox, Transactions } from '../../src/database/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { Matching } from '../../src/reconciliation/matching/matching.service.js';
import { Postings } from '../../src/reconciliation/matching/postings.service.js';
import { Imports } from '../../src/reconciliation/runs/imports.service.js';
import { LineWriter } from '../../src/reconciliation/runs/line.writer.js';
import { Mappings } from '../../src/reconciliation/statements/mappings.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aUser } from '../support/fixtures.js';

/** A hundred thousand in a long run (`LONG=1`), which alone looks at the clock: a minute is the most they may take. */
const LONG = process.env['LONG'] === '1';
const LINES = LONG ? 100_000 : 8_000;
const LIMIT_MS = LONG ? 60_000 : Infinity;
/** Of what the work itself keeps alive: suites that ran earlier in this process leave theirs behind. */
const HEAP_LIMIT_BYTES = 300 * 1024 * 1024;
const EVERY = { missing: 1_000, amount: 2_000, absent: 4_000 };

describe('a large statement', () => {
  let database: TestDatabase;
  let staff: Principal;

  beforeAll(async () => {
    database = await createTestDatabase();
    staff = await aUser(database.dataSource, 'staff');
    await database.asOwner(`
      INSERT INTO payments (account_id, payable_kind, payable_id, payable_uuid, payable_reference,
        currency, amount_minor, applied_minor, payment_method, provider, status, paid_at)
      SELECT 1, 'booking', n, gen_random_uuid(), 'HTL-' || n, 'TZS', 5000000, 5000000, 'mobile_money',
        'azampay', 'completed', '2026-01-23T10:00:00Z' FROM generate_series(1, ${LINES}) AS n;
      INSERT INTO payment_transactions (payment_id, account_id, provider, reference,
        gateway_transaction_id, status, currency, amount_minor, completed_at)
      SELECT p.id, 1, 'azampay', 'REF-' || p.payable_id, 'GW-' || p.payable_id, 'completed', 'TZS',
        5000000, '2026-01-23T10:00:00Z' FROM payments p WHERE p.provider = 'azampay'
        AND p.payable_reference LIKE 'HTL-%';
      ANALYZE payments; ANALYZE payment_transactions;`);
  });
  afterAll(() => database.drop());

  /** Half of the lines name the gateway's id, half our reference; some differ, some are not there. */
  function statement(): Buffer {
    const rows = ['TransId,External Reference,Amount,Fee,Date,MSISDN,Details'];
    for (let n = 1; n <= LINES; n += 1) {
      if (n % EVERY.absent === 0) continue;
      const id = n % EVERY.missing === 1 ? `STRANGE-${n}` : n % 2 === 0 ? `GW-${n}` : '';
      const reference = id === '' ? `REF-${n}` : '';
      const amount = n % EVERY.amount === 2 ? '49000.00' : '50000.00';
      const phone = 255_653_000_000 + n;
      rows.push(`${id},${reference},${amount},250.00,2026-01-23 13:00:00,${phone},Room ${n}`);
    }
    return Buffer.from(rows.join('\n'));
  }

  it('is read and compared in set after set, within its time and memory', async () => {
    const { dataSource } = database;
    const transactions = new Transactions(dataSource);
    const audits = new Audits();
    const config = { reconciliation: { daily: false, lookbackDays: 3, manualDays: 5 } };
    const mappings = new Mappings(dataSource, transactions, audits);
    const imports = new Imports(transactions, mappings, new LineWriter(), audits, new Outbox());
    const matching = new Matching(config, transactions, audits);
    const postings = new Postings(transactions, new Ledger(), audits);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    // What is alive, not what the engine has not bothered to collect yet.
    const alive = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    // Above the lowest seen: what earlier suites left may be given back in the middle of this one.
    let [lowest, highest] = [Infinity, 0];
    const look = (): void => {
      const now = alive();
      [lowest, highest] = [Math.min(lowest, now), Math.max(highest, now)];
    };
    look();
    const bytes = statement();
    const watch = setInterval(look, 2_000);
    const from = Date.now();
    const { run } = await imports.take(staff, {
      provider: 'azampay',
      filename: 'large.csv',
      bytes,
      period: null,
      mapping: {},
    });
    const imported = Date.now() - from;
    for (;;) if ((await matching.step(run.id)) === 'over') break;
    const matched = Date.now() - from;
    await dataSource.query(`UPDATE reconciliation_runs SET status = 'posting' WHERE id = $1`, [
      run.id,
    ]);
    expect(await postings.finish(run.id)).toBe(true);
    const took = Date.now() - from;
    clearInterval(watch);
    look();
    const peak = highest - lowest;

    const absent = LINES / EVERY.absent;
    const missing = LINES / EVERY.missing;
    const differing = LINES / EVERY.amount;
    const [row] = await dataSource.query(
      'SELECT lines, matched, missing_here, missing_there, amount_differs, status_differs FROM reconciliation_runs WHERE id = $1',
      [run.id],
    );
    expect(row).toEqual({
      lines: 2 * (LINES - absent),
      matched: 2 * (LINES - absent) - missing - differing,
      missing_here: missing,
      missing_there: absent + missing,
      amount_differs: differing,
      status_differs: 0,
    });
    const fees = await dataSource.query(
      `SELECT what, amount_minor FROM reconciliation_postings WHERE run_id = $1`,
      [run.id],
    );
    expect(fees).toEqual([{ what: 'fee', amount_minor: String(25_000 * (LINES - absent)) }]);
    expect({ imported, matched, took, peak, slow: took > LIMIT_MS }).toMatchObject({ slow: false });
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(HEAP_LIMIT_BYTES);
  }, 180_000);
});
