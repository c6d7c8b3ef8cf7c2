import { Global, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { type Config, ConfigModule, loadConfig } from '../../src/config/index.js';
import {
  DatabaseModule,
  Outbox,
  type OutboxHandler,
  OutboxHandlers,
  type OutboxVerdict,
  Transactions,
} from '../../src/database/index.js';
import { HealthRegistry, Metrics } from '../../src/http/index.js';
import { QueuesModule } from '../../src/queues/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { PATIENT_DATABASE } from './patience.js';

/** So rare that nothing but the bell can have brought the work forward. */
export const NEVER_MS = 3_600_000;
const DEADLINE_MS = 20_000;

export const bells = [
  { name: 'PostgreSQL', redisUrl: null },
  ...(process.env.TEST_REDIS_URL ? [{ name: 'Redis', redisUrl: process.env.TEST_REDIS_URL }] : []),
];

/** Waits for what must come true, and fails with `what` when it does not. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${DEADLINE_MS} ms: ${what}`);
    await pause(20);
  }
}

/** A promise that the test fulfils. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Stands in for the HTTP room: figures and probes, no server. */
@Global()
@Module({ providers: [Metrics, HealthRegistry], exports: [Metrics, HealthRegistry] })
class FiguresModule {}

export interface JobProcess {
  app: INestApplicationContext;
  outbox: Outbox;
  transactions: Transactions;
  /** Fulfilled once `app.close()` has begun. */
  closing: Promise<void>;
  /** Writes one outbox row in a transaction of its own. */
  add: (topic: string, key: string, delayS?: number) => Promise<void>;
}

/** A database with processes that do jobs on it, and a table `effects` for handlers to write to. */
export class JobProcesses {
  private readonly running: INestApplicationContext[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly admin: Client,
    private readonly redisUrl: string | null,
  ) {}

  static async create(redisUrl: string | null): Promise<JobProcesses> {
    const database = await createTestDatabase();
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`
      CREATE TABLE effects (id bigserial PRIMARY KEY, work text NOT NULL, worker text NOT NULL);
      GRANT ALL ON effects, effects_id_seq TO PUBLIC;
    `);
    return new JobProcesses(database, admin, redisUrl);
  }

  async start(
    handlers: OutboxHandler[],
    jobs: Partial<Config['jobs']> = {},
    more: Partial<Config> = {},
  ): Promise<JobProcess> {
    const closing = gate();
    class Registrar {
      constructor(registry: OutboxHandlers) {
        for (const handler of handlers) registry.register(handler);
      }

      onModuleDestroy(): void {
        closing.open();
      }
    }
    Reflect.defineMetadata('design:paramtypes', [OutboxHandlers], Registrar);
    const config = ConfigModule.forRoot(this.config(jobs, more));
    @Module({
      imports: [config, DatabaseModule, FiguresModule, QueuesModule],
      providers: [Registrar],
    })
    class ProcessModule {}
    const app = await NestFactory.createApplicationContext(ProcessModule, { logger: false });
    this.running.push(app);
    const outbox = app.get(Outbox);
    const transactions = app.get(Transactions);
    const add = (topic: string, key: string, delayS = 0): Promise<void> =>
      transactions.run((manager) => outbox.add(manager, { topic, key, payload: { key }, delayS }));
    return { app, outbox, transactions, closing: closing.opened, add };
  }

  /** Closes one process, or all. */
  async close(app?: INestApplicationContext): Promise<void> {
    const closing = app
      ? this.running.splice(this.running.indexOf(app), 1)
      : this.running.splice(0);
    await Promise.all(closing.map((one) => one.close()));
  }

  /** Closes all processes and empties the tables. */
  async reset(): Promise<void> {
    await this.close();
    await this.admin.query('TRUNCATE outbox, effects; UPDATE app_clock SET offset_s = 0');
  }

  async drop(): Promise<void> {
    await this.close();
    await this.admin.end();
    await this.database.drop();
  }

  async rows(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.admin.query<Record<string, unknown>>(sql, params)).rows;
  }

  /** Number of outbox rows that fulfil `condition`. */
  async count(condition: string): Promise<number> {
    const rows = await this.rows(`SELECT count(*)::int AS n FROM outbox WHERE ${condition}`);
    return rows[0]?.['n'] as number;
  }

  /** What handlers wrote, in order. */
  async effects(): Promise<string[]> {
    const rows = await this.rows('SELECT work FROM effects ORDER BY id');
    return rows.map(({ work }) => work as string);
  }

  async moveClock(seconds: number): Promise<void> {
    await this.rows('UPDATE app_clock SET offset_s = offset_s + $1', [seconds]);
  }

  private config(jobs: Partial<Config['jobs']>, more: Partial<Config>): Config {
    const environment = {
      NODE_ENV: 'test',
      DATABASE_URL: this.database.url,
      LOG_LEVEL: 'silent',
      ...PATIENT_DATABASE,
    };
    const config = loadConfig(environment, []);
    const quick = { sweepMs: 200, backoffBaseS: 0.05, backoffMaxS: 0.2, maxAttempts: 4 };
    return {
      ...config,
      redisUrl: this.redisUrl,
      ...more,
      jobs: { ...config.jobs, ...quick, ...jobs },
    };
  }
}

/** Writes its row's key, and who did it, in the row's own transaction. */
export function recording(topic: string, worker = 'one'): OutboxHandler {
  return {
    kind: 'transaction',
    topic,
    handle: async (row, manager) => {
      await manager.query('INSERT INTO effects (work, worker) VALUES ($1, $2)', [row.key, worker]);
    },
  };
}

export function leasing(
  topic: string,
  handle: (key: string) => Promise<OutboxVerdict>,
  leaseS = 30,
): OutboxHandler {
  return { kind: 'lease', topic, leaseS, handle: (row) => handle(row.key) };
}
