import { join } from 'node:path';
import { Client } from 'pg';
import { productEnvironment, sandboxEnvironment } from '../../stack/environment.js';
import {
  type Answer,
  ApiSession,
  type DemoUser,
  freePort,
  type ProductDatabase,
  ProductProcess,
  waitFor,
} from '../../stack/index.js';
import { SandboxDesk } from '../desk/sandbox.desk.js';
import type { Actor, Asked } from '../history/index.js';
import { History } from '../history/index.js';

/** Everything that waits is hurried: a trial takes seconds. */
const SETTINGS: Record<string, string> = {
  ROLE: 'all',
  SANDBOX: 'on',
  DEMO_DATA: 'off',
  JOBS_SWEEP_MS: '200',
  JOBS_BACKOFF_BASE_S: '1',
  JOBS_BACKOFF_MAX_S: '1',
  JOBS_RECOVERY_DELAY_S: '1',
  JOBS_SEAL_EVERY_MS: '250',
  DATABASE_LOCK_TIMEOUT_MS: '400',
  DATABASE_POOL_SIZE: '8',
  GATEWAY_CONNECT_TIMEOUT_MS: '1000',
  GATEWAY_TOTAL_TIMEOUT_MS: '1000',
  IDEMPOTENCY_LOCK_S: '5',
};
const PATIENCE_MS = 15_000;

const ACTORS: Partial<Record<DemoUser, Actor>> = {
  customer: { name: 'customer', account: 1, user: 1 },
  staff: { name: 'staff', account: 1, user: 6 },
  outsider: { name: 'outsider', account: 2, user: 9 },
};

/** A call of the API by somebody, as the history tells it. */
export interface Call extends Asked {
  by: 'customer' | 'staff' | 'outsider' | 'gateway';
  method?: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A product in one process, a sandbox beside it, and a database of its own. */
export class Stage {
  private readonly sessions = new Map<string, ApiSession>();
  private nextBooking = 1;

  private constructor(
    readonly sandbox: SandboxDesk,
    readonly sandboxUrl: string,
    /** Superuser's, for what stands in the product's way. */
    readonly client: Client,
    private readonly session: ApiSession,
    private readonly processes: ProductProcess[],
    private readonly history: History,
  ) {}

  /** @param folder where history and the gateways' journal go */
  static async open(dist: string, database: ProductDatabase, folder: string): Promise<Stage> {
    const [port, sandboxPort] = [await freePort(), await freePort()];
    const publicUrl = `http://127.0.0.1:${port}`;
    const gatewaysUrl = `http://127.0.0.1:${sandboxPort}`;
    const at = { port, databaseUrl: database.appUrl, redisUrl: null, gatewaysUrl, publicUrl };
    const sandbox = ProductProcess.spawn({
      dist,
      entry: 'sandbox',
      env: {
        ...sandboxEnvironment(sandboxPort, publicUrl),
        SANDBOX_HANG_MS: '3000',
        SANDBOX_JOURNAL_FILE: join(folder, 'gateway.jsonl'),
      },
    });
    const processes = [sandbox];
    const client = new Client({ connectionString: database.adminUrl });
    try {
      await sandbox.untilReady();
      const env = productEnvironment('api', { ...at, dataDir: folder });
      const product = ProductProcess.spawn({
        dist,
        entry: 'main',
        env: { ...env, ...SETTINGS, SANDBOX_PORT: String(sandboxPort) },
      });
      processes.unshift(product);
      await client.connect();
      await product.untilReady();
    } catch (error) {
      await client.end();
      for (const process of processes) await process.kill9();
      throw error;
    }
    const history = new History(join(folder, 'history.jsonl'));
    const desk = new SandboxDesk(gatewaysUrl);
    return new Stage(desk, gatewaysUrl, client, new ApiSession(publicUrl), processes, history);
  }

  /** Asks and writes down what came of it; null when nobody answered. */
  async ask({
    by,
    method = 'POST',
    path,
    body,
    headers = {},
    ...asked
  }: Call): Promise<Answer | null> {
    const session = by === 'gateway' ? this.session : await this.login(by);
    const invocation = this.history.invoke(ACTORS[by as DemoUser] ?? { name: by }, asked);
    try {
      const answer = await session.request(method, path, {
        ...(body === undefined ? {} : { body }),
        headers: { ...(asked.key ? { 'idempotency-key': asked.key } : {}), ...headers },
        timeoutMs: PATIENCE_MS,
      });
      invocation.answered(answer);
      return answer;
    } catch (error) {
      invocation.lost(error);
      return null;
    }
  }

  /** A booking of the demo's customer, over 50,000 shillings unless told otherwise. */
  async booking(currency = 'TZS', minor = 5_000_000): Promise<number> {
    const { rows } = await this.client.query<{ id: number }>(
      `INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_phone,
         customer_email, reference, check_in, check_out, guests, currency, total_minor)
       SELECT account_id, property_id, customer_id, customer_name, customer_phone,
         'guest@example.com', $3, check_in, check_out, guests, $1, $2
       FROM bookings WHERE id = 123 RETURNING id`,
      [currency, minor, `HTL-${9_000_000 + this.nextBooking++}`],
    );
    if (!rows[0]) throw new Error('no booking was made');
    return rows[0].id;
  }

  /** Waits until the query has a row, and answers it. @throws Error when it has none for long. */
  async until<Found extends object>(what: string, sql: string, values: unknown[]): Promise<Found> {
    return waitFor(
      what,
      async () => (await this.client.query<Found>(sql, values)).rows[0],
      PATIENCE_MS,
    );
  }

  /** Ends the processes in good order, so that every file is whole. */
  async close(): Promise<void> {
    await this.session.close();
    for (const process of this.processes) await process.stop();
    await this.history.close();
    await this.client.end();
  }

  /** What the product said; for those who must find out why a trial failed. */
  get output(): string {
    return this.processes[0]?.output ?? '';
  }

  private async login(user: 'customer' | 'staff' | 'outsider'): Promise<ApiSession> {
    const known = this.sessions.get(user);
    if (known) return known;
    const session = await this.session.login(user);
    this.sessions.set(user, session);
    return session;
  }
}
