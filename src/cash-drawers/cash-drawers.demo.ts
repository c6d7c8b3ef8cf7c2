import type { EntityManager } from 'typeorm';
import { DEMO_ACCOUNT_IDS } from '../identity/index.js';

export const DEMO_DRAWER_IDS = { reception: 1, otherBranch: 2 } as const;

/** Ids that no drawer made later gets: room for more demo drawers. */
const RESERVED_IDS = 10;

const DRAWERS = [
  {
    id: DEMO_DRAWER_IDS.reception,
    account_id: DEMO_ACCOUNT_IDS.main,
    name: 'Reception',
    location: 'Coral Beach Hotel, lobby',
  },
  {
    id: DEMO_DRAWER_IDS.otherBranch,
    account_id: DEMO_ACCOUNT_IDS.other,
    name: 'Front desk',
    location: 'Another Branch',
  },
];

/** Takes the currencies of the demo's bookings and orders, each with limits fit for it. */
const CURRENCIES = [
  { currency: 'TZS', float: 5_000_000, holding: 500_000_000, variance: 500_000 },
  { currency: 'USD', float: 10_000, holding: 500_000, variance: 500 },
  { currency: 'ETB', float: 100_000, holding: 20_000_000, variance: 20_000 },
  { currency: 'XOF', float: 50_000, holding: 2_000_000, variance: 2_000 },
];

/** A cash drawer for each of the demo's accounts, on a database without any; nobody works at them yet. */
export async function seedCashDrawers(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM cash_drawers LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `INSERT INTO cash_drawers (id, account_id, name, location)
     SELECT id, account_id, name, location FROM jsonb_to_recordset($1::jsonb)
       AS demo (id integer, account_id integer, name text, location text)`,
    [JSON.stringify(DRAWERS)],
  );
  await manager.query(
    `INSERT INTO cash_drawer_currencies (drawer_id, currency, float_target_minor,
       holding_limit_minor, variance_limit_minor)
     SELECT d.id, demo.currency, demo.float, demo.holding, demo.variance
     FROM cash_drawers d, jsonb_to_recordset($1::jsonb)
       AS demo (currency text, float bigint, holding bigint, variance bigint)
     WHERE d.id = ANY ($2::int[])`,
    [JSON.stringify(CURRENCIES), DRAWERS.map(({ id }) => id)],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('cash_drawers', 'id'))) FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
}
