import { DataSource, type EntityManager } from 'typeorm';
import { seedBilling } from './billing/index.js';
import { seedBookings } from './bookings/index.js';
import { seedCashDrawers } from './cash-drawers/index.js';
import { dataSourceOptions } from './database/index.js';
import { seedExpenses } from './expenses/index.js';
import { seedIdentity } from './identity/index.js';
import { seedInvoices } from './invoices/index.js';
import { seedOrders } from './orders/index.js';
import { seedProperties } from './properties/index.js';

/** `DEMO` in ASCII: processes that start at once take turns. */
const LOCK_KEY = 0x44454d4f;
/** How long one waits for its turn (ms): on a busy machine the first takes longer than any statement may. */
const TURN_MS = 60_000;

/** Each room's examples, in the order in which they build on each other. */
const SEEDS: ((manager: EntityManager) => Promise<void>)[] = [
  seedIdentity,
  seedProperties,
  seedBookings,
  seedOrders,
  seedInvoices,
  seedBilling,
  seedExpenses,
  seedCashDrawers,
];

/** Fills a fresh database with the examples, all or nothing. One that knows a user is nobody's playground. */
export async function seedDemo(database: Parameters<typeof dataSourceOptions>[0]): Promise<void> {
  const patient = { ...database, lockTimeoutMs: TURN_MS, statementTimeoutMs: TURN_MS };
  const dataSource = new DataSource(dataSourceOptions({ ...patient, poolSize: 1 }, 'malipo demo'));
  await dataSource.initialize();
  try {
    await dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
      const users: unknown[] = await manager.query('SELECT FROM users LIMIT 1');
      if (users.length > 0) return;
      for (const seed of SEEDS) await seed(manager);
    });
  } finally {
    await dataSource.destroy();
  }
}
