import { setTimeout as delay } from 'node:timers/promises';
import { LATEST_SCHEMA_VERSION, runMigrations as migrateBullmq } from 'bullmq';
import { DataSource, type MigrationInterface } from 'typeorm';
import { CreateFoundation1795219200000 } from '../../migrations/1795219200000-create-foundation.js';
import { CreateIdentity1795219201000 } from '../../migrations/1795219201000-create-identity.js';
import { CreateAudits1795219202000 } from '../../migrations/1795219202000-create-audits.js';
import { CreateLedger1795219203000 } from '../../migrations/1795219203000-create-ledger.js';
import { CreatePropertiesAndBookings1795219204000 } from '../../migrations/1795219204000-create-properties-and-bookings.js';
import { CreatePayments1795219205000 } from '../../migrations/1795219205000-create-payments.js';
import { CreateWebhookEvents1795219206000 } from '../../migrations/1795219206000-create-webhook-events.js';
import { CreateIdempotencyAndLimits1795219207000 } from '../../migrations/1795219207000-create-idempotency-and-limits.js';
import { NameAccountsOnce1795219208000 } from '../../migrations/1795219208000-name-accounts-once.js';
import { AddCheckoutsAndRefunds1795219209000 } from '../../migrations/1795219209000-add-checkouts-and-refunds.js';
import { CreateSentMails1795219210000 } from '../../migrations/1795219210000-create-sent-mails.js';
import { IndexNotificationTokens1795219211000 } from '../../migrations/1795219211000-index-notification-tokens.js';
import { AddTenders1795219212000 } from '../../migrations/1795219212000-add-tenders.js';
import { CreateFiles1795219213000 } from '../../migrations/1795219213000-create-files.js';
import { CreateOrders1795219214000 } from '../../migrations/1795219214000-create-orders.js';
import { CreateInvoices1795219215000 } from '../../migrations/1795219215000-create-invoices.js';
import { CreateBilling1795219216000 } from '../../migrations/1795219216000-create-billing.js';
import { CreateCredits1795219217000 } from '../../migrations/1795219217000-create-credits.js';
import { CreateVisits1795219218000 } from '../../migrations/1795219218000-create-visits.js';
import { CreateExpenses1795219219000 } from '../../migrations/1795219219000-create-expenses.js';
import { CreateCashDrawers1795219220000 } from '../../migrations/1795219220000-create-cash-drawers.js';
import { ExtendInvoices1795219221000 } from '../../migrations/1795219221000-extend-invoices.js';
import { CreateReceipts1795219222000 } from '../../migrations/1795219222000-create-receipts.js';
import { TimeGatewayAnswers1795219223000 } from '../../migrations/1795219223000-time-gateway-answers.js';
import { AddRefundPolicy1795219224000 } from '../../migrations/1795219224000-add-refund-policy.js';
import { MatchEventsToAccounts1795219225000 } from '../../migrations/1795219225000-match-events-to-accounts.js';
import { CreateUnallocated1795219226000 } from '../../migrations/1795219226000-create-unallocated.js';
import { IndexJournals1795219227000 } from '../../migrations/1795219227000-index-journals.js';
import { CreateReconciliation1795219228000 } from '../../migrations/1795219228000-create-reconciliation.js';
import { CreateDayCloses1795219229000 } from '../../migrations/1795219229000-create-day-closes.js';
import { IndexListFilters1795219230000 } from '../../migrations/1795219230000-index-list-filters.js';
import { LeaveRoomForAnswers1795219240000 } from '../../migrations/1795219240000-leave-room-for-answers.js';
import { OrderNewKeys1795219250000 } from '../../migrations/1795219250000-order-new-keys.js';
import { CountListsByIndex1795219251000 } from '../../migrations/1795219251000-count-lists-by-index.js';
import { grantToApplication } from './grants.js';
import { withSession } from './session.js';

/** Every migration, oldest first. A list and not a pattern: a pattern that finds nothing says nothing. */
export const MIGRATIONS: (new () => MigrationInterface)[] = [
  CreateFoundation1795219200000,
  CreateIdentity1795219201000,
  CreateAudits1795219202000,
  CreateLedger1795219203000,
  CreatePropertiesAndBookings1795219204000,
  CreatePayments1795219205000,
  CreateWebhookEvents1795219206000,
  CreateIdempotencyAndLimits1795219207000,
  NameAccountsOnce1795219208000,
  AddCheckoutsAndRefunds1795219209000,
  CreateSentMails1795219210000,
  IndexNotificationTokens1795219211000,
  AddTenders1795219212000,
  CreateFiles1795219213000,
  CreateOrders1795219214000,
  CreateInvoices1795219215000,
  CreateBilling1795219216000,
  CreateCredits1795219217000,
  CreateVisits1795219218000,
  CreateExpenses1795219219000,
  CreateCashDrawers1795219220000,
  ExtendInvoices1795219221000,
  CreateReceipts1795219222000,
  TimeGatewayAnswers1795219223000,
  AddRefundPolicy1795219224000,
  MatchEventsToAccounts1795219225000,
  CreateUnallocated1795219226000,
  IndexJournals1795219227000,
  CreateReconciliation1795219228000,
  CreateDayCloses1795219229000,
  IndexListFilters1795219230000,
  LeaveRoomForAnswers1795219240000,
  OrderNewKeys1795219250000,
  CountListsByIndex1795219251000,
];

/** `MIGR` in ASCII: one migrating process at a time in a database. */
const LOCK_KEY = 0x4d494752;
const TABLE = 'migrations';
const LOCK_TRIES = 10;
const NAME = 'malipo migrate';

export interface MigrateOptions {
  /** Connects as the role that owns the database. */
  ownerUrl: string;
  /** The application's role; when it is the owner itself there is nothing to grant. */
  appRole: string;
  /** All of ours by default. */
  migrations?: (new () => MigrationInterface)[];
}

/**
 * Brings the schema up to date, ours and BullMQ's, then gives the application's role exactly its rights.
 * Several processes may call it at once; a second call changes nothing.
 * @returns the names of the migrations that ran
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { ownerUrl, appRole, migrations = MIGRATIONS } = options;
  return withSession(ownerUrl, NAME, async (session) => {
    await session.query(`SET lock_timeout = '300s'`);
    await session.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    const applied = await applyAll(ownerUrl, migrations);
    await session.query(`COMMENT ON TABLE ${TABLE} IS 'read-only'`);
    await migrateBullmq(session);
    await grantToApplication(session, appRole);
    return applied;
  });
}

/**
 * A change that must wait for a busy table gives way after two seconds and comes back: everybody else
 * would queue up behind it.
 */
async function applyAll(url: string, migrations: MigrateOptions['migrations']): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: NAME,
    migrations,
    migrationsTableName: TABLE,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    logging: false,
    extra: { lock_timeout: 2_000, options: '-c TimeZone=UTC' },
  });
  await dataSource.initialize();
  try {
    const applied: string[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const before = await appliedNames(dataSource);
      try {
        await dataSource.runMigrations();
      } catch (error) {
        if ((error as { code?: string }).code !== '55P03' || attempt >= LOCK_TRIES) throw error;
        await delay(200 + Math.random() * 800);
        continue;
      } finally {
        const after = await appliedNames(dataSource);
        applied.push(...[...after].filter((name) => !before.has(name)));
      }
      return applied;
    }
  } finally {
    await dataSource.destroy();
  }
}

interface Queryable {
  query(text: string): Promise<unknown>;
}

/**
 * What `migrate` would run. Needs no more rights than the application's role has; a database that is ahead
 * of this release has nothing pending.
 */
export async function pendingMigrations(target: DataSource | string): Promise<string[]> {
  if (typeof target !== 'string') return pendingIn(target);
  return withSession(target, NAME, pendingIn);
}

async function pendingIn(target: Queryable): Promise<string[]> {
  const applied = await appliedNames(target);
  const bullmq = await column(target, 'SELECT max(version)::text AS value FROM bullmq.migration');
  const pending = MIGRATIONS.map((migration) => migration.name).filter(
    (name) => !applied.has(name),
  );
  if (Number(bullmq[0] ?? 0) < LATEST_SCHEMA_VERSION) {
    pending.push(`bullmq-schema-${LATEST_SCHEMA_VERSION}`);
  }
  return pending;
}

async function appliedNames(target: Queryable): Promise<Set<string>> {
  return new Set(await column(target, `SELECT name AS value FROM ${TABLE}`));
}

/** Empty when the table is not there yet. */
async function column(target: Queryable, sql: string): Promise<string[]> {
  try {
    const answer = await target.query(sql);
    const rows = (Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows) as {
      value: string;
    }[];
    return rows.map((row) => row.value);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42P01' || code === '3F000') return [];
    throw error;
  }
}
