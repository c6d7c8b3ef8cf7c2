import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresCluster } from './cluster.js';
import type { ProductDatabase } from './database.js';
import { productEnvironment, sandboxEnvironment } from './environment.js';
import { forgetFolder, keepTrackOfFolder } from './leftovers.js';
import { freePort } from './ports.js';
import { ProductProcess } from './product.js';
import { RedisServer } from './redis.js';
import { Supervised } from './supervised.js';

export interface StackOptions {
  /** The build: a folder with `src/main.js`. */
  dist: string;
  backend: 'postgres' | 'redis';
  apis: number;
  workers: number;
  /** Wins over what is chosen here, in APIs and workers. */
  env?: Record<string, string>;
  /** Wins over what is chosen here, in the sandbox. */
  sandboxEnv?: Record<string, string>;
  /** Where the processes' output goes; nowhere but into memory by default. */
  logs?: string;
  /** Routes for what may be broken on the way; straight on by default. */
  routes?: Routes;
  /** Before node's program in APIs and workers. */
  nodeArgs?: string[];
}

/** Gives other addresses for the product's ways to the database and to the gateways, and for theirs back. */
export interface Routes {
  /** Called with where each really is; answers what is used instead. Ports, all of 127.0.0.1. */
  open(real: { database: number; gateways: number; apis: number[] }): Promise<{
    database: number;
    gateways: number;
    callbacks: number;
  }>;
  close(): Promise<void>;
}

const DEFAULTS: Record<string, string> = {
  JOBS_SWEEP_MS: '300',
  JOBS_BACKOFF_BASE_S: '1',
  JOBS_BACKOFF_MAX_S: '4',
  JOBS_RECOVERY_DELAY_S: '5',
  JOBS_SEAL_EVERY_MS: '1000',
  IDEMPOTENCY_LOCK_S: '5',
  GATEWAY_CONNECT_TIMEOUT_MS: '1000',
  GATEWAY_TOTAL_TIMEOUT_MS: '3000',
  SHUTDOWN_GRACE_MS: '20000',
};

/** Cluster, database with demo data, sandbox, APIs and workers, each a process of its own. */
export class Stack {
  readonly apis: Supervised[] = [];
  readonly workers: Supervised[] = [];
  redis: RedisServer | null = null;
  sandbox!: ProductProcess;

  private constructor(
    readonly options: StackOptions,
    readonly folder: string,
    readonly cluster: PostgresCluster,
    readonly database: ProductDatabase,
  ) {}

  /** Everything is ready when it answers. @throws when something is not; then nothing is left running. */
  static async start(options: StackOptions): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'malipo-stack-'));
    keepTrackOfFolder(folder);
    const cluster = await PostgresCluster.create();
    try {
      const stack = new Stack(options, folder, cluster, await cluster.createDatabase(options.dist));
      await stack.launch().catch(async (error: unknown) => {
        await stack.stop();
        throw error;
      });
      return stack;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** The APIs' addresses, past any proxy: clients are not what is broken on the way. */
  get apiUrls(): string[] {
    return this.apis.map(({ url }) => url);
  }

  get sandboxUrl(): string {
    return this.sandbox.url;
  }

  get supervised(): Supervised[] {
    return [...this.apis, ...this.workers];
  }

  /** Where the head of the audit chain was written down. */
  get anchorFile(): string {
    return join(this.folder, 'audit-anchors.log');
  }

  async untilReady(): Promise<void> {
    await Promise.all(this.supervised.map((process) => process.untilReady()));
  }

  /** In good order; takes database and files away. */
  async stop(): Promise<void> {
    await Promise.all(this.supervised.map((process) => process.stop()));
    await this.sandbox?.stop();
    await this.redis?.stop();
    await this.options.routes?.close();
    await this.cluster.remove();
    await rm(this.folder, { recursive: true, force: true });
    forgetFolder(this.folder);
  }

  private async launch(): Promise<void> {
    const { options } = this;
    if (options.logs) await mkdir(options.logs, { recursive: true });
    if (options.backend === 'redis') this.redis = await RedisServer.start();
    const ports = await Promise.all(
      Array.from({ length: options.apis + options.workers }, () => freePort()),
    );
    const apiPorts = ports.slice(0, options.apis);
    const sandboxPort = await freePort();
    const real = { database: this.cluster.port, gateways: sandboxPort, apis: apiPorts };
    const straight = { database: real.database, gateways: sandboxPort, callbacks: ports[0] ?? 0 };
    const route = (await options.routes?.open(real)) ?? straight;
    const publicUrl = `http://127.0.0.1:${route.callbacks}`;
    this.sandbox = ProductProcess.spawn({
      dist: options.dist,
      entry: 'sandbox',
      env: { ...sandboxEnvironment(sandboxPort, publicUrl), ...options.sandboxEnv },
      ...this.logOf('sandbox'),
    });
    await this.sandbox.untilReady();
    const databaseUrl = new URL(this.database.appUrl);
    databaseUrl.port = String(route.database);
    const spawn = (role: 'api' | 'worker', port: number, name: string): Supervised =>
      new Supervised({
        dist: options.dist,
        entry: role === 'api' ? 'main' : 'worker',
        env: {
          ...DEFAULTS,
          ...productEnvironment(role, {
            port,
            databaseUrl: databaseUrl.href,
            redisUrl: this.redis?.url ?? null,
            gatewaysUrl: `http://127.0.0.1:${route.gateways}`,
            publicUrl,
            dataDir: this.folder,
          }),
          ...options.env,
        },
        ...(options.nodeArgs ? { nodeArgs: options.nodeArgs } : {}),
        ...this.logOf(name),
      });
    apiPorts.forEach((port, i) => this.apis.push(spawn('api', port, `api-${i + 1}`)));
    ports
      .slice(options.apis)
      .forEach((port, i) => this.workers.push(spawn('worker', port, `worker-${i + 1}`)));
    await this.untilReady();
  }

  private logOf(name: string): { logFile?: string } {
    return this.options.logs ? { logFile: join(this.options.logs, `${name}.log`) } : {};
  }
}

export function startStack(options: StackOptions): Promise<Stack> {
  return Stack.start(options);
}
