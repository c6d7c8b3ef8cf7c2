import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/index.js';
import {
  APP_ROLE,
  migrate,
  pendingMigrations,
  startEmbeddedPostgres,
  withSession,
} from '../database/index.js';
import { BootError, describeError } from './boot.error.js';
import type { Teardown } from './teardown.js';

/** A database that starts beside us is waited for this long. */
const PATIENCE_MS = 15_000;
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  '57P03', // cannot_connect_now: it is starting up
]);

type Storage = Pick<Config, 'database' | 'dataDir'>;
/** Settings whose database is known: both addresses are filled in. */
type Open<C extends Storage> = C & {
  database: {
    url: string;
    migrationUrl: string;
    /** True on the embedded PostgreSQL of another process, which may stop it at any time. */
    shared: boolean;
  };
};
export type OpenStorage = Open<Storage>;
export type OpenConfig = Open<Config>;

/**
 * Starts the embedded PostgreSQL unless there is a database of our own.
 * @param options.share accept one that another process looks after; it is an error otherwise.
 */
export async function openDatabase<C extends Storage>(
  config: C,
  teardown: Teardown,
  options: { share?: boolean } = {},
): Promise<Open<C>> {
  const { url, migrationUrl } = config.database;
  if (url !== null) {
    const addresses = { url, migrationUrl: migrationUrl ?? url, shared: false };
    return { ...config, database: { ...config.database, ...addresses } };
  }
  const postgres = await startEmbeddedPostgres(config.dataDir, options).catch((cause: unknown) => {
    throw new BootError(describeError(cause), cause instanceof Error ? { cause: cause.cause } : {});
  });
  await teardown.add('the embedded PostgreSQL', () => postgres.stop(), { onCrash: true });
  const { appUrl, ownerUrl, shared } = postgres;
  const addresses = { url: appUrl, migrationUrl: ownerUrl, shared };
  return { ...config, database: { ...config.database, ...addresses } };
}

/** Brings our own embedded schema up to date; of any other one, says what is missing. */
export async function prepareSchema(config: OpenStorage, embedded: boolean): Promise<void> {
  const { url, migrationUrl, shared } = config.database;
  if (embedded && !shared) {
    await migrate({ ownerUrl: migrationUrl, appRole: APP_ROLE });
    return;
  }
  const pending = shared
    ? await pendingMigrations(url)
    : await reach(url, 'DATABASE_URL', () => pendingMigrations(url));
  if (pending.length > 0) {
    throw new BootError(
      `the database schema is behind by ${pending.length} (${pending.join(', ')}); ` +
        (shared
          ? 'wait until the Malipo that uses it is ready, or restart it'
          : 'run `npm run migration:run` first'),
    );
  }
}

/** Only the sandbox may move the clock, so a moved one without it is a leftover that falsifies due times. */
export async function refuseMovedClock(config: OpenConfig): Promise<void> {
  if (config.sandbox.enabled) return;
  const offset = await withSession(config.database.url, 'malipo boot', async (client) => {
    const { rows } = await client.query<{ offset_s: number }>('SELECT offset_s FROM app_clock');
    return rows[0]?.offset_s ?? 0;
  });
  if (offset !== 0) {
    throw new BootError(
      `the test clock of this database is off by ${offset} s, which only the sandbox may do; ` +
        'as its owner run UPDATE app_clock SET offset_s = 0, or use another database',
    );
  }
}

/** Waits for a database that is not up yet; anything else is explained without the password. */
export async function reach<T>(url: string, name: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (NOT_YET.has(codeOf(error)) && Date.now() < deadline) {
        await delay(250);
        continue;
      }
      throw new BootError(`${name}: cannot use ${placeOf(url)}: ${describeError(error)}`);
    }
  }
}

/** Which database an address means, without its password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${pathname.slice(1)} at ${hostname || 'localhost'}:${port || 5432}`;
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return (error as { code?: string } | null)?.code ?? '';
}
