import { DataSource } from 'typeorm';
import { type AnchorFile, type Check, verifyBooks } from '../../src/day-close/index.js';
import type { Api } from './api.js';
import type { TestApp } from './app.js';
import { waitFor } from './wait.js';

export const DAY_CLOSES = '/api/v1/day-closes/';
const SESSIONS = '/api/v1/cash-drawers/sessions/';

/** Days of UTC by the application's clock, counted from today. */
export async function dayOf({ database }: TestApp, offset: number): Promise<string> {
  const [row]: { day: string }[] = await database.dataSource.query(
    `SELECT (app_now() AT TIME ZONE 'UTC')::date + $1::int AS day`,
    [offset],
  );
  if (!row) throw new Error('the database knows no day');
  return row.day;
}

export async function moveDays({ database }: TestApp, days: number): Promise<void> {
  await database.asOwner(`UPDATE app_clock SET offset_s = offset_s + ${days * 86_400}`);
}

/** One session: an opening float, a booking paid in cash, a close. Answers the session's id. */
export async function aCashDay(cashier: Api, staff: Api, total = '25000.00'): Promise<number> {
  const booking = await staff.post<{ id: number }>('/api/v1/bookings/', {
    property: 124,
    customer: 'customer@malipo.test',
    check_in: '2027-02-01',
    check_out: '2027-02-03',
    guests: 2,
    total_price: total,
    currency: 'TZS',
  });
  const { body: drawers } = await cashier.get<{
    results: { id: number; currencies: { currency: string }[] }[];
  }>('/api/v1/cash-drawers/');
  const drawer = drawers.results[0]?.id ?? 1;
  const { body: before } = await cashier.get<{
    results: { currencies: { currency: string; counted: string | null }[] }[];
  }>(`${SESSIONS}?drawer=${drawer}&ordering=-number&page_size=1`);
  const left = before.results[0]?.currencies.find(({ currency }) => currency === 'TZS')?.counted;
  const float = left ?? '1000.00';
  const opened = await cashier.post<{ id: number }>(SESSIONS, {
    drawer,
    opening: [{ currency: 'TZS', amount: float }],
  });
  const paid = await cashier.post('/api/payments/initiate/', {
    booking_id: booking.body.id,
    provider: 'cash',
  });
  const counted = (Number.parseInt(float, 10) + Number.parseInt(total, 10)).toFixed(2);
  const closed = await cashier.post(`${SESSIONS}${opened.body.id}/close/`, {
    counted: [{ currency: 'TZS', amount: counted }],
  });
  expect([booking.status, opened.status, paid.status, closed.status]).toEqual([201, 201, 201, 200]);
  return opened.body.id;
}

/** Waits until every audit entry has its seal. */
export async function sealed({ database }: TestApp): Promise<void> {
  await waitFor('all entries to be sealed', async () => {
    const [row]: { waiting: boolean }[] = await database.dataSource.query(
      'SELECT EXISTS (SELECT FROM audit_unsealed) AS waiting',
    );
    return row?.waiting === false;
  });
}

const NO_ANCHORS: AnchorFile = { path: 'none', log: null, required: false };

/** As the command does: over a connection that cannot write. Answers faults by the name of their check. */
export async function faultsIn(
  { database }: TestApp,
  anchors: AnchorFile = NO_ANCHORS,
): Promise<Record<string, string[]>> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    poolSize: 1,
    installExtensions: false,
    extra: {
      types: (database.dataSource.options as { extra?: { types?: unknown } }).extra?.types,
      options: '-c TimeZone=UTC -c default_transaction_read_only=on',
    },
  });
  await dataSource.initialize();
  try {
    const checks: Check[] = await verifyBooks(dataSource, anchors);
    return Object.fromEntries(
      checks.filter(({ broken }) => broken.length > 0).map(({ name, broken }) => [name, broken]),
    );
  } finally {
    await dataSource.destroy();
  }
}

export async function expectNoFaults(app: TestApp): Promise<void> {
  expect(await faultsIn(app)).toEqual({});
}

/** Runs SQL as a superuser with the triggers of `tables` out of action, foreign keys included. */
export async function tamper(
  { database }: TestApp,
  tables: readonly string[],
  sql: string,
): Promise<void> {
  const triggers = (state: string): string =>
    tables.map((table) => `ALTER TABLE ${table} ${state} TRIGGER ALL;`).join('\n');
  await database.asAdmin(`${triggers('DISABLE')}\n${sql};\n${triggers('ENABLE')}`);
}
