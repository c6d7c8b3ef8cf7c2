import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import {
  aCashDay,
  DAY_CLOSES,
  dayOf,
  faultsIn,
  moveDays,
  sealed,
  tamper,
} from '../support/day-room.js';

const LEDGER = ['ledger_journals', 'ledger_postings', 'ledger_accounts', 'ledger_seals'];

/** A rehash of journal 1 as somebody would do who knows how it is made. */
const RESEAL = `UPDATE ledger_seals SET hash = encode(sha256(convert_to(
  ledger_journal_text(journal_id), 'UTF8')), 'hex')`;

/** Changes a Z report or a day close with its own hash made to fit. */
const rehashed = (table: string, row: string, from: string, to: string): string =>
  `UPDATE ${table} SET content = replace(content, '${from}', '${to}') WHERE ${row};
   UPDATE ${table} SET hash = encode(sha256(convert_to(
     coalesce(previous_hash, '') || chr(10) || content, 'UTF8')), 'hex') WHERE ${row}`;

describe('what verifying the books finds', () => {
  let app: TestApp;
  let staff: Api;
  let day: string;

  beforeAll(async () => {
    app = await startApp({}, { fromNoon: true });
    staff = await app.api.login('staff');
    const cashier = await app.api.login('cashier');
    await aCashDay(cashier, staff);
    day = await dayOf(app, 0);
    await moveDays(app, 1);
    const { status } = await staff.post(DAY_CLOSES, { date: day });
    if (status !== 201) throw new Error(`the day was not closed: ${status}`);
    // Facts that no close covers yet.
    await aCashDay(cashier, staff, '7000.00');
    await sealed(app);
    await app.database.asAdmin(`
      ALTER TABLE day_closes DROP CONSTRAINT day_closes_hash;
      ALTER TABLE cash_z_reports DROP CONSTRAINT cash_z_reports_hash;`);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app?.close());

  const idOf = async (sql: string): Promise<number> => {
    const [row]: { id: number }[] = await app.database.dataSource.query(sql);
    if (!row) throw new Error(`nothing found: ${sql}`);
    return row.id;
  };
  const first = (): Promise<number> => idOf('SELECT min(journal_id) AS id FROM day_close_journals');

  it('is nothing in books that nobody touched', async () => {
    expect(await faultsIn(app)).toEqual({});
  });

  it('is an audit entry that was changed', async () => {
    const id = await idOf(`SELECT max(id) AS id FROM audit_entries`);
    const set = (amount: string): Promise<void> =>
      tamper(
        app,
        ['audit_entries'],
        `UPDATE audit_entries SET object_id = object_id ${amount} WHERE id = ${id}`,
      );
    await set('+ 1');
    const faults = await faultsIn(app);
    await set('- 1');
    expect(faults['audit trail']).toEqual([
      expect.stringMatching(`^entry ${id}, seal \\d+: entry_`),
    ]);
    expect(await faultsIn(app)).toEqual({});
  });

  it.each([
    [
      'one posting',
      `amount_minor = amount_minor + 1`,
      `amount_minor = amount_minor - 1`,
      'LIMIT 1',
    ],
    [
      'all postings of a journal',
      'amount_minor = amount_minor * 2',
      'amount_minor = amount_minor / 2',
      '',
    ],
  ])('is a journal of a closed day with %s changed', async (_what, change, undo, limit) => {
    const id = await first();
    const rows = `id IN (SELECT id FROM ledger_postings WHERE journal_id = ${id} ORDER BY id ${limit})`;
    await tamper(app, LEDGER, `UPDATE ledger_postings SET ${change} WHERE ${rows}`);
    const faults = await faultsIn(app);
    await tamper(app, LEDGER, `UPDATE ledger_postings SET ${undo} WHERE ${rows}`);
    expect(faults['ledger']).toContain(
      `journal ${id} or a posting of it was changed: it does not have its hash`,
    );
    expect(faults['day closes']?.join()).toMatch(
      new RegExp(`close of ${day} of account 1: the balance of .* is not what the ledger comes to`),
    );
    expect(await faultsIn(app)).toEqual({});
  });

  it.each([
    ['a journal', 'ledger_journals', `memo = memo || '!'`, `memo = left(memo, -1)`],
    ['a ledger account', 'ledger_accounts', `code = code || 'x'`, `code = left(code, -1)`],
  ])('is %s that was changed', async (_what, table, change, undo) => {
    const id = await first();
    const row =
      table === 'ledger_journals'
        ? `id = ${id}`
        : `id = (SELECT min(ledger_account_id) FROM ledger_postings WHERE journal_id = ${id})`;
    await tamper(app, LEDGER, `UPDATE ${table} SET ${change} WHERE ${row}`);
    const faults = await faultsIn(app);
    await tamper(app, LEDGER, `UPDATE ${table} SET ${undo} WHERE ${row}`);
    expect(faults['ledger']).toContain(
      `journal ${id} or a posting of it was changed: it does not have its hash`,
    );
    expect(await faultsIn(app)).toEqual({});
  });

  it('is a journal of today, which no close covers yet', async () => {
    const id = await idOf('SELECT max(id) AS id FROM ledger_journals');
    const row = `UPDATE ledger_postings SET amount_minor = amount_minor`;
    await tamper(app, LEDGER, `${row} * 3 WHERE journal_id = ${id}`);
    const faults = await faultsIn(app);
    await tamper(app, LEDGER, `${row} / 3 WHERE journal_id = ${id}`);
    expect(faults).toEqual({
      ledger: [`journal ${id} or a posting of it was changed: it does not have its hash`],
    });
  });

  it('is a closed day whose journal was changed and sealed anew', async () => {
    const id = await first();
    const reseal = `${RESEAL} WHERE journal_id = ${id}`;
    await tamper(
      app,
      LEDGER,
      `UPDATE ledger_journals SET memo = memo || '!' WHERE id = ${id}; ${reseal}`,
    );
    const faults = await faultsIn(app);
    await tamper(
      app,
      LEDGER,
      `UPDATE ledger_journals SET memo = left(memo, -1) WHERE id = ${id}; ${reseal}`,
    );
    expect(faults).toEqual({
      'day closes': [
        `close of ${day} of account 1: the digest of its journals differs: one was changed`,
      ],
    });
    expect(await faultsIn(app)).toEqual({});
  });

  it('is a journal that is gone, whole and balanced', async () => {
    const id = await first();
    await app.database.asAdmin(`
      CREATE TABLE kept_journal AS SELECT * FROM ledger_journals WHERE id = ${id};
      CREATE TABLE kept_postings AS SELECT * FROM ledger_postings WHERE journal_id = ${id};`);
    await tamper(
      app,
      LEDGER,
      `DELETE FROM ledger_postings WHERE journal_id = ${id};
       DELETE FROM ledger_journals WHERE id = ${id}`,
    );
    const faults = await faultsIn(app);
    await tamper(
      app,
      LEDGER,
      `INSERT INTO ledger_journals OVERRIDING SYSTEM VALUE SELECT * FROM kept_journal;
       INSERT INTO ledger_postings OVERRIDING SYSTEM VALUE SELECT * FROM kept_postings`,
    );
    expect(faults['ledger']).toEqual([
      `journal ${id} is gone: its seal is there`,
      `journal ${id} is gone: the close of ${day} of account 1 covers it`,
    ]);
    expect(await faultsIn(app)).toEqual({});
  });

  it('is a journal that was slipped into a day that is closed', async () => {
    const id = await first();
    await app.database.asAdmin(`
      BEGIN;
      INSERT INTO ledger_journals (account_id, fact, source_type, source_id, memo, created_at)
        VALUES (1, 'moved', 'drawer_event', 'slipped', '', now() - interval '3 days');
      INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
        SELECT currval(pg_get_serial_sequence('ledger_journals', 'id')), account_id,
          ledger_account_id, currency, sign * 100
        FROM ledger_postings, (VALUES (1), (-1)) AS s (sign)
        WHERE id = (SELECT min(id) FROM ledger_postings WHERE journal_id = ${id});
      COMMIT;`);
    const slipped = await idOf('SELECT max(id)::int AS id FROM ledger_journals');
    const faults = await faultsIn(app);
    await tamper(
      app,
      LEDGER,
      `DELETE FROM ledger_seals WHERE journal_id = ${slipped};
       DELETE FROM ledger_postings WHERE journal_id = ${slipped};
       DELETE FROM ledger_journals WHERE id = ${slipped}`,
    );
    expect(faults).toEqual({
      ledger: [`journal ${slipped} is dated into days that are closed, and no close covers it`],
    });
    expect(await faultsIn(app)).toEqual({});
  });

  it.each([
    ['one that another follows', 1, false, 'its content was changed', /^$/],
    [
      'one that another follows, hashed anew',
      1,
      true,
      'it does not name the report before',
      /Z report 1 of drawer/,
    ],
    ['the last one, hashed anew', 2, true, 'is not what the audit trail tells', /^$/],
  ])('is a Z report that was changed: %s', async (_what, number, hashed, reason, closes) => {
    const id = await idOf(
      `SELECT id FROM cash_z_reports WHERE number = ${number} ORDER BY id LIMIT 1`,
    );
    const [from, to] = number === 1 ? ['"26000.00"', '"26001.00"'] : ['"33000.00"', '"33001.00"'];
    const kept = `SELECT id, content, hash FROM cash_z_reports WHERE id = ${id}`;
    await app.database.asAdmin(`DROP TABLE IF EXISTS kept_z; CREATE TABLE kept_z AS ${kept}`);
    await tamper(
      app,
      ['cash_z_reports'],
      hashed
        ? rehashed('cash_z_reports', `id = ${id}`, from, to)
        : `UPDATE cash_z_reports SET content = replace(content, '${from}', '${to}') WHERE id = ${id}`,
    );
    const faults = await faultsIn(app);
    await tamper(
      app,
      ['cash_z_reports'],
      `UPDATE cash_z_reports z SET content = k.content, hash = k.hash FROM kept_z k WHERE k.id = z.id`,
    );
    expect(faults['Z reports']?.join()).toMatch(
      new RegExp(`Z report (1|2) of drawer \\d+: .*${reason}`),
    );
    expect(faults['day closes']?.join() ?? '').toMatch(closes);
    expect(await faultsIn(app)).toEqual({});
  });

  it.each([
    ['changed', false, 'its content was changed'],
    ['changed and hashed anew', true, 'the audit trail tells of another hash'],
  ])('is a day close that was %s', async (_what, hashed, reason) => {
    const change = `UPDATE day_closes SET content = replace(content, '"number":1', '"number":9')`;
    await app.database.asAdmin(
      'DROP TABLE IF EXISTS kept_close; CREATE TABLE kept_close AS SELECT id, content, hash FROM day_closes',
    );
    await tamper(
      app,
      ['day_closes'],
      hashed ? rehashed('day_closes', 'number = 1', '"number":1', '"number":9') : change,
    );
    const faults = await faultsIn(app);
    await tamper(
      app,
      ['day_closes'],
      'UPDATE day_closes d SET content = k.content, hash = k.hash FROM kept_close k WHERE k.id = d.id',
    );
    expect(faults['day closes']).toContain(`close of ${day} of account 1: ${reason}`);
    expect(await faultsIn(app)).toEqual({});
  });

  it('is a day close that is gone', async () => {
    const hide = (from: number, to: number): Promise<void> =>
      tamper(app, ['day_closes'], `UPDATE day_closes SET id = ${to} WHERE id = ${from}`);
    const id = await idOf('SELECT id FROM day_closes');
    await hide(id, 9_999);
    const faults = await faultsIn(app);
    await hide(9_999, id);
    expect(faults['day closes']).toContain(
      `the close of ${day} of account 1 is gone: the audit trail tells of it`,
    );
    expect(await faultsIn(app)).toEqual({});
  });
});
