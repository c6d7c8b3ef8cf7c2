import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import {
  ApiSession,
  DEMO_PASSWORD,
  freePort,
  type PostgresCluster,
  type ProductDatabase,
  ProductProcess,
} from '../../stack/index.js';
import { keepTrackOfFolder } from '../../stack/leftovers.js';
import { BareServer } from '../floors/bare.process.js';
import { CALLBACK_KEY } from './callbacks.js';
import { BENCH_CLERKS, BENCH_USERS, seedCallers, seedPayments } from './seeding.js';

/** Also beside other work; how long a start takes is measured elsewhere. */
export const READY_MS = 240_000;

/** The product as it is measured. Everything else is as it comes. */
const MEASURED: Record<string, string> = {
  LOG_LEVEL: 'warn',
  // Many more requests than a caller may make come from one address, and from few callers.
  LIMIT_REQUESTS_PER_MINUTE: '100000000',
  LIMIT_WEBHOOKS_PER_MINUTE: '100000000',
  LIMIT_LOGINS_PER_ADDRESS: '100000',
  LIMIT_LOGINS_PER_ACCOUNT: '100000',
  // A year of days is not closed, nor every gateway asked about it, in the middle of a measurement.
  DAY_CLOSE_AUTOMATIC: 'off',
  RECONCILIATION_DAILY: 'off',
  AUDIT_ANCHOR_EVERY_S: '0',
  // The trail is sealed all the time, not in bursts between measurements.
  JOBS_SEAL_EVERY_MS: '1000',
  JWT_ACCESS_TTL_S: '86400',
  AZAMPAY_APP_NAME: 'bench',
  AZAMPAY_CLIENT_ID: 'bench',
  AZAMPAY_CLIENT_SECRET: 'bench',
  AZAMPAY_AUTH_URL: 'http://127.0.0.1:9',
  AZAMPAY_CHECKOUT_URL: 'http://127.0.0.1:9',
  AZAMPAY_STATUS_QUERY: 'off',
};

/** One database with so many payments, the product that serves it, and the bare handler beside it. */
export class World {
  private readonly admin: Pool;

  private constructor(
    readonly rows: number,
    readonly database: ProductDatabase,
    readonly product: ProductProcess,
    readonly bare: BareServer,
    /** Access tokens of those who pay, and of those who see all of the first account. */
    readonly tokens: { customers: string[]; clerks: string[] },
  ) {
    this.admin = new Pool({ connectionString: database.adminUrl, max: 1 });
  }

  static async open(
    cluster: PostgresCluster,
    options: { dist: string; rows: number; profiles: string | null },
  ): Promise<World> {
    const { dist, rows, profiles } = options;
    const database = await cluster.createDatabase(dist, `bench_${rows}`);
    await fillWithDemo(dist, database);
    await seedPayments(database.adminUrl, rows);
    await seedCallers(database.adminUrl);
    const nodeArgs = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
    const product = ProductProcess.spawn({
      dist,
      entry: 'main',
      env: await measuredEnv(database),
      nodeArgs,
    });
    await product.untilReady(READY_MS);
    const tokens = await login(product.url);
    const bare = await BareServer.start(database.appUrl);
    return new World(rows, database, product, bare, tokens);
  }

  /** Rows of a query as superuser. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(text, values)).rows;
  }

  async close(): Promise<void> {
    await this.admin.end();
    await Promise.all([this.product.stop(), this.bare.stop()]);
  }
}

/** Gone when we are. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'malipo-bench-'));
  keepTrackOfFolder(folder);
  return folder;
}

/** What the measured process is started with. */
export async function measuredEnv(database: ProductDatabase): Promise<Record<string, string>> {
  return {
    ...MEASURED,
    AZAMPAY_PUBLIC_KEY: CALLBACK_KEY,
    DATABASE_URL: database.appUrl,
    DATA_DIR: await temporaryFolder(),
    PORT: String(await freePort()),
    SANDBOX: 'off',
    DEMO_DATA: 'off',
  };
}

/** Users, properties and bookings to begin with, as the product itself makes them. */
async function fillWithDemo(dist: string, database: ProductDatabase): Promise<void> {
  const env = { ...(await measuredEnv(database)), DEMO_DATA: 'on' };
  const product = ProductProcess.spawn({ dist, entry: 'main', env });
  await product.untilReady(READY_MS);
  await product.stop();
}

/** Logs all callers in at `url`. */
export async function login(url: string): Promise<World['tokens']> {
  const api = new ApiSession(url);
  const tokensOf = async (name: string, count: number): Promise<string[]> => {
    const tokens: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const session = await api.loginAs(`${name}-${i}@example.com`, DEMO_PASSWORD);
      tokens.push(session.token ?? '');
    }
    return tokens;
  };
  try {
    return {
      customers: await tokensOf('bench', BENCH_USERS.count),
      clerks: await tokensOf('clerk', BENCH_CLERKS.count),
    };
  } finally {
    await api.close();
  }
}
