import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findAccount, findPostgres, type Account } from './binaries.js';
import { createProductDatabase, type ProductDatabase } from './database.js';
import { forgetFolder, keepTrackOf, keepTrackOfFolder } from './leftovers.js';
import { freePort } from './ports.js';
import { waitFor } from './waiting.js';

const run = promisify(execFile);
/** Recovery after a crash reads the write-ahead log again; on a busy disk that takes a while. */
const START_MS = 120_000;
const STOP_MS = 60_000;

/** Durability stays as PostgreSQL ships it: what is proved must not rest on a setting nobody runs. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '256MB',
  timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

export interface ClusterOptions {
  /** Empty or absent; a temporary one by default, which `remove` takes away. */
  folder?: string;
  settings?: Record<string, string>;
}

/** A PostgreSQL of our own, from the binaries that the product embeds, always on the same port. */
export class PostgresCluster {
  private server: ChildProcess | null = null;
  /** The passwords of the product's two roles, which the databases of a cluster share. */
  readonly passwords = { owner: secret(), app: secret() };

  private constructor(
    private readonly binaries: string,
    private readonly account: Account | null,
    readonly folder: string,
    readonly port: number,
    private readonly password: string,
    private readonly settings: Record<string, string>,
  ) {}

  /** Made and started. */
  static async create(options: ClusterOptions = {}): Promise<PostgresCluster> {
    const account = await findAccount();
    const binaries = await findPostgres(account);
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'malipo-cluster-')));
    if (options.folder) await mkdir(folder, { recursive: true });
    else keepTrackOfFolder(folder);
    // PostgreSQL's user passes through; what it owns lies one level below.
    await chmod(folder, 0o711);
    const cluster = new PostgresCluster(
      binaries,
      account,
      folder,
      await freePort(),
      secret(),
      options.settings ?? {},
    );
    await cluster.initialise();
    await cluster.start();
    return cluster;
  }

  /** Superuser, in the database `postgres`. */
  get adminUrl(): string {
    return this.url('postgres', this.password, 'postgres');
  }

  url(role: string, password: string, database: string): string {
    return `postgresql://${role}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  adminUrlOf(database: string): string {
    return this.url('postgres', this.password, database);
  }

  /** What the server said: starts, stops and crashes. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'server.log'), 'utf8').catch(() => '');
  }

  /** A database with the schema of `dist`, empty otherwise. */
  createDatabase(dist: string, name?: string): Promise<ProductDatabase> {
    return createProductDatabase(this, dist, name ?? `malipo_${randomBytes(4).toString('hex')}`);
  }

  /** Starts it again on its port and waits until it takes connections. */
  async start(): Promise<void> {
    if (this.server) return;
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const settings = { ...SETTINGS, ...this.settings, port: String(this.port) };
    const server = spawn(
      join(this.binaries, 'bin', 'postgres'),
      [
        '-D',
        join(this.folder, 'data'),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        cwd: '/',
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
        // Deaf to our terminal's Ctrl-C: we end it ourselves.
        detached: true,
        stdio: ['ignore', log, log],
        ...this.account,
      },
    );
    closeSync(log);
    keepTrackOf(server);
    this.server = server;
    await waitFor(`PostgreSQL on port ${this.port}`, () => this.answers(server), START_MS, 50);
  }

  /** What a crash of the server looks like: nothing is written down, recovery follows at the next start. */
  stopImmediately(): Promise<void> {
    return this.end('SIGQUIT');
  }

  /** In good order: sessions are ended, everything is written down. */
  stop(): Promise<void> {
    return this.end('SIGINT');
  }

  /** Stops it and takes its files away. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    forgetFolder(this.folder);
  }

  private async initialise(): Promise<void> {
    const data = join(this.folder, 'data');
    const passwordFile = join(this.folder, 'password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, this.password, { mode: 0o600 });
    if (this.account) {
      for (const path of [data, passwordFile])
        await chown(path, this.account.uid, this.account.gid);
    }
    await run(
      join(this.binaries, 'bin', 'initdb'),
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        // An empty cluster costs nothing to lose; what runs on it later is durable.
        '--no-sync',
      ],
      { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...this.account },
    );
    await rm(passwordFile, { force: true });
  }

  private async answers(server: ChildProcess): Promise<boolean> {
    if (server.exitCode !== null || server.signalCode !== null) {
      this.server = null;
      throw new Error(`PostgreSQL ended while it started:\n${(await this.log()).slice(-4_000)}`);
    }
    const client = new Client({
      connectionString: this.adminUrl,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    const timer = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}
