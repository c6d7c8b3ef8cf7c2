import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { loadConfig, type Config } from '../../src/config/index.js';
import { createHttpApp } from '../../src/http/index.js';
import { gatewaySettings } from '../../src/providers/index.js';
import { startSandbox, type Timings } from '../../src/sandbox/index.js';
import { Api } from './api.js';
import { expectBooksToAgree } from './books.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { PATIENT_DATABASE } from './patience.js';
import { freePort } from './ports.js';
import { SandboxClient } from './sandbox.js';

export interface TestApp {
  url: string;
  config: Config;
  app: NestFastifyApplication;
  /** Not logged in. */
  api: Api;
  sandbox: SandboxClient;
  database: TestDatabase;
  /** Ends application, sandbox and database. */
  close(): Promise<void>;
}

export interface AppOptions {
  /** The demo's users, properties and bookings; true by default. */
  demo?: boolean;
  /** False where a test breaks the books on purpose; else they must agree when the suite is over. */
  books?: boolean;
  /** For tests that reckon in days: the product's clock stands at noon, so that none ends meanwhile. */
  fromNoon?: boolean;
  /** Durations of the sandbox in milliseconds; short by default. */
  timings?: Partial<Timings>;
}

/** Nobody waits in a test. */
const SHORT: Partial<Timings> = {
  callbackDelayMs: 10,
  autoAnswerDelayMs: 20,
  lateDelayMs: 300,
  hangMs: 3_000,
};
const QUICK_ENV = {
  ...PATIENT_DATABASE,
  LOG_LEVEL: 'silent',
  JOBS_SWEEP_MS: '200',
  JOBS_BACKOFF_BASE_S: '1',
  JOBS_SEAL_EVERY_MS: '200',
  // Tests that move the clock would close days on the way.
  DAY_CLOSE_AUTOMATIC: 'off',
  AUDIT_ANCHOR_EVERY_S: '0',
  GATEWAY_TOTAL_TIMEOUT_MS: '2000',
  // A test that moves the clock would find its gateways asked once more.
  RECONCILIATION_DAILY: 'off',
  AZAMPAY_POLL_SCHEDULE_S: '1,2,3,4,5,6,7,8,9,10,12,15,20,30',
};

/** The accounts begin with that day, as if they had just been made. */
const TOMORROW_NOON = `
  UPDATE app_clock SET offset_s = extract(epoch FROM
    date_trunc('day', now() AT TIME ZONE 'UTC') + interval '36 hours' - now() AT TIME ZONE 'UTC');
  UPDATE accounts SET created_at = app_now()`;

/** Where the suite runs on Redis, each worker has a database of its own there. */
function redis(): Record<string, string> {
  const { TEST_REDIS_URL: url, JEST_WORKER_ID: worker = '1' } = process.env;
  return url ? { REDIS_URL: `${url}/${worker}` } : {};
}

/**
 * The whole product in this process, on a database of its own, with a sandbox of its own in the gateways'
 * place. `overrides` are settings as in `.env.example`.
 */
export async function startApp(
  overrides: Record<string, string> = {},
  { demo = true, timings = {}, books = true, fromNoon = false }: AppOptions = {},
): Promise<TestApp> {
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let step = undo.pop(); step; step = undo.pop()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const database = await createTestDatabase({ demo });
    undo.push(() => database.drop());
    if (fromNoon) await database.asOwner(TOMORROW_NOON);
    if (books) undo.push(() => expectBooksToAgree(database.dataSource));
    const config = loadConfig(
      {
        DATABASE_URL: database.url,
        MIGRATION_DATABASE_URL: database.ownerUrl,
        PORT: String(await freePort()),
        SANDBOX: 'on',
        SANDBOX_PORT: String(await freePort()),
        ...QUICK_ENV,
        ...redis(),
        ...overrides,
      },
      gatewaySettings,
    );
    const url = `http://127.0.0.1:${config.port}`;
    const sandbox = await startSandbox({
      port: config.sandbox.port,
      malipoUrl: url,
      credentials: config.sandbox.environment,
      timings: { ...SHORT, ...timings },
    });
    undo.push(() => sandbox.close());
    const app = await createHttpApp(AppModule.forRoot(config), config);
    undo.push(() => app.close());
    await app.listen(config.port, config.host);
    return {
      url,
      config,
      app,
      api: new Api(url),
      sandbox: new SandboxClient(sandbox.url),
      database,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
