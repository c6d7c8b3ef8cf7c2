import { createHash } from 'node:crypto';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import {
  aCashDay,
  DAY_CLOSES,
  dayOf,
  expectNoFaults,
  moveDays,
  sealed,
} from '../support/day-room.js';
import { waitFor } from '../support/wait.js';

interface Row {
  account_id: number;
  number: number;
  date: string;
  previous_hash: string | null;
  hash: string;
  content: string;
}

const hashOf = ({ previous_hash: previous, content }: Row): string =>
  createHash('sha256')
    .update(`${previous ?? ''}\n${content}`)
    .digest('hex');

describe('closing days', () => {
  let app: TestApp;
  let staff: Api;
  let admin: Api;
  let cashier: Api;

  beforeEach(async () => {
    app = await startApp({}, { fromNoon: true });
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
    cashier = await app.api.login('cashier');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await sealed(app);
    await expectNoFaults(app);
    await app.close();
  });

  const rows = (): Promise<Row[]> =>
    app.database.dataSource.query('SELECT * FROM day_closes ORDER BY account_id, number');

  it('gives each day one close, numbered without gaps, however many close at once', async () => {
    const first = await dayOf(app, 0);
    const second = await dayOf(app, 1);
    await moveDays(app, 2);
    for (const date of [first, second]) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 ? staff : admin).post(DAY_CLOSES, { date }),
        ),
      );
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(statuses).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    }
    const closes = await rows();
    expect(closes.map(({ number, date }) => [number, date])).toEqual([
      [1, first],
      [2, second],
    ]);
    expect(closes.map(({ hash }) => hash)).toEqual(closes.map(hashOf));
    expect(closes.map(({ previous_hash: previous }) => previous)).toEqual([null, closes[0]?.hash]);
  });

  it('loses no journal: one that becomes visible late belongs to the next close', async () => {
    const date = await dayOf(app, 0);
    await moveDays(app, 1);
    expect((await staff.post(DAY_CLOSES, { date })).status).toBe(201);
    // Written on a day that is closed already, as by a transaction that took long.
    await aCashDay(cashier, staff);
    await moveDays(app, 1);
    const { body } = await staff.post<{ ledger: Record<string, unknown>; drawers: unknown }>(
      DAY_CLOSES,
      { date: await dayOf(app, -1) },
    );
    expect(body.ledger).toMatchObject({ late: body.ledger['journals'] });
    expect(body.ledger['journals']).toBeGreaterThan(0);
    expect(body.drawers).toMatchObject({
      z_reports: [{ number: 1 }],
      totals: [{ currency: 'TZS', expected: '26000.00', counted: '26000.00', variance: '0.00' }],
    });
    const open: unknown[] = await app.database.dataSource.query(
      `SELECT id FROM ledger_journals j WHERE account_id = 1
         AND NOT EXISTS (SELECT 1 FROM day_close_journals c WHERE c.journal_id = j.id)`,
    );
    expect(open).toEqual([]);
  });

  it('refuses by the database what the service would refuse', async () => {
    const date = await dayOf(app, 0);
    await moveDays(app, 1);
    expect((await staff.post(DAY_CLOSES, { date })).status).toBe(201);
    const insert = (number: number, sqlDate: string, previous = 'd.hash'): Promise<unknown> =>
      app.database.dataSource.query(
        `INSERT INTO day_closes (account_id, number, date, previous_hash, hash, content)
         SELECT 1, ${number}, ${sqlDate}, ${previous}, encode(sha256(convert_to(
           coalesce(${previous}, '') || chr(10) || '{}', 'UTF8')), 'hex'), '{}' FROM day_closes d`,
      );
    await moveDays(app, 2);
    await expect(insert(2, 'd.date + 2')).rejects.toThrow(/day_closes_chain/);
    await expect(insert(3, 'd.date + 2')).rejects.toThrow(/day_closes_chain/);
    await expect(insert(2, 'd.date')).rejects.toThrow(/day_closes_date_key/);
    await expect(insert(1, 'd.date + 1', 'NULL')).rejects.toThrow(/day_closes_number_key/);
    await expect(insert(2, 'd.date + 1', `repeat('0', 64)`)).rejects.toThrow(/day_closes_chain/);
    await expect(insert(2, 'd.date + 3')).rejects.toThrow(/is not over/);
    for (const table of ['day_closes', 'day_close_journals', 'ledger_seals']) {
      for (const sql of [
        `UPDATE ${table} SET ${table === 'ledger_seals' ? 'hash = hash' : 'account_id = 2'}`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ]) {
        await expect(app.database.dataSource.query(sql)).rejects.toThrow(/permission denied/);
        await expect(app.database.asAdmin(sql)).rejects.toThrow(/append-only/);
      }
    }
    await expect(app.database.asAdmin('TRUNCATE day_close_z_reports')).rejects.toThrow(
      /append-only/,
    );
  });
});

describe('days that close by themselves', () => {
  it('are closed after midnight for each account, in order, and missed ones are made good', async () => {
    const app = await startApp({ DAY_CLOSE_AUTOMATIC: 'on' }, { fromNoon: true });
    try {
      const staff = await app.api.login('staff');
      const today = await dayOf(app, 0);
      const closes = async (): Promise<Row[]> =>
        app.database.dataSource.query('SELECT * FROM day_closes ORDER BY account_id, number');
      await waitFor('the plan for the next night', async () => {
        const planned: unknown[] = await app.database.dataSource.query(
          `SELECT 1 FROM outbox WHERE topic = 'day_close.plan' AND next_at > app_now()`,
        );
        return planned.length === 1;
      });
      expect(await closes()).toEqual([]);

      await moveDays(app, 1);
      const accounts: { id: number }[] = await app.database.dataSource.query(
        'SELECT id FROM accounts ORDER BY id',
      );
      await waitFor('each account to be closed', async () => {
        const found = await closes();
        return found.length === accounts.length;
      });
      expect(
        (await closes()).map(({ account_id: id, number, date }) => [id, number, date]),
      ).toEqual(accounts.map(({ id }) => [id, 1, today]));

      // Nobody was there for three nights.
      await moveDays(app, 3);
      await waitFor('three more days', async () => {
        const found = await closes();
        return found.length === accounts.length * 4;
      });
      const { body } = await staff.get<{ results: Record<string, unknown>[] }>(
        `${DAY_CLOSES}?ordering=number`,
      );
      expect(body.results.map(({ number, closed_by: by }) => [number, by])).toEqual([
        [1, null],
        [2, null],
        [3, null],
        [4, null],
      ]);
      await sealed(app);
      await expectNoFaults(app);
    } finally {
      await app.close();
    }
  });
});
