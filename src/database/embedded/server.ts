import { open, readFile, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { runAs, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import type { Home } from './home.js';
import { exists, identityOf } from './process-identity.js';

const READY_WAIT_S = 300;
const STOP_WAIT_S = 120;
const TRIES = 3;

/**
 * The log is for starts, stops and crashes. Failed statements go to whoever sent them and would put
 * people's data into the file; it also stays small without them.
 *
 * A new segment of the write-ahead log is not filled with zeros before it is written: under load every
 * commit waited 40 to 80 ms for these 16 MB, about once a second. Durability does not depend on it.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_init_zero: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

export type ServerSettings = Record<string, string>;

/** One cluster's server process, run by `pg_ctl`. */
export class Server {
  constructor(
    private readonly home: Home,
    private readonly binaries: Binaries,
    private readonly account: Account | null,
  ) {}

  /** The port of a server that runs on this cluster already, once it takes connections. */
  async runningPort(): Promise<number | null> {
    const deadline = Date.now() + READY_WAIT_S * 1000;
    for (;;) {
      const found = await this.postmaster();
      if (!found) return null;
      if (found.port && (await this.answers(found.port))) return found.port;
      if (Date.now() > deadline) {
        throw new Error(
          `PostgreSQL (process ${found.pid}) has not become ready for ${READY_WAIT_S} s: see ${this.home.log}`,
        );
      }
      await delay(30);
    }
  }

  /** Starts on a free port and answers it when the server takes connections. */
  async start(extra: ServerSettings): Promise<number> {
    const logSize = await sizeOf(this.home.log);
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const settings = Object.entries({ ...SETTINGS, ...extra, port: String(port) });
      const { code, output } = await runAs(this.account, this.binaries.pgCtl, [
        'start',
        '--silent',
        '--wait',
        `--timeout=${READY_WAIT_S}`,
        `--pgdata=${this.home.cluster}`,
        `--log=${this.home.log}`,
        `--options=${settings.map(([name, value]) => `-c ${name}=${value}`).join(' ')}`,
      ]);
      if (code === 0) return port;
      // Another program may have taken the port, or a killed server's last process may still end.
      if (attempt < TRIES) {
        await delay(500);
        continue;
      }
      const log = await tail(this.home.log, logSize);
      throw new Error(`PostgreSQL did not start in ${this.home.cluster}:\n${output}${log}`);
    }
  }

  /** Ends all sessions, writes everything down and waits until the server is gone. */
  async stop(): Promise<void> {
    if (!(await this.postmaster())) return;
    const { code, output } = await runAs(this.account, this.binaries.pgCtl, [
      'stop',
      '--silent',
      '--wait',
      '--mode=fast',
      `--timeout=${STOP_WAIT_S}`,
      `--pgdata=${this.home.cluster}`,
    ]);
    if (code !== 0 && (await this.postmaster())) {
      throw new Error(`PostgreSQL did not stop in ${this.home.cluster}: ${output}`);
    }
  }

  url(role: string, password: string, database: string, port: number): string {
    return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
  }

  private async answers(port: number): Promise<boolean> {
    const client = new Client({
      connectionString: this.url('postgres', this.home.credentials.admin, 'postgres', port),
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      const code = (error as { code?: string }).code;
      // It refuses connections, or says that it is starting up or shutting down.
      if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03') return false;
      throw new Error(
        `a PostgreSQL runs on port ${port} for ${this.home.cluster} but cannot be entered`,
        { cause: error },
      );
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** What `postmaster.pid` says, when that process is this cluster's server. */
  private async postmaster(): Promise<{ pid: number; port: number | null } | null> {
    const file = join(this.home.cluster, 'postmaster.pid');
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    if (!pid || !exists(pid)) return null;
    if ((await identityOf(pid)) === null || (await isOtherProgram(pid, this.home.cluster))) {
      // Dead but not yet waited for, or left by a machine crash and the number is another program's now:
      // PostgreSQL would not dare to start over either.
      await rm(file, { force: true });
      return null;
    }
    return { pid, port: Number(lines[3]) || null };
  }
}

/** A server's working directory is its cluster. Where that cannot be known, PostgreSQL decides. */
async function isOtherProgram(pid: number, cluster: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return cwd !== null && cwd !== cluster;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}

async function sizeOf(file: string): Promise<number> {
  return (await readFile(file).catch(() => Buffer.alloc(0))).length;
}

async function tail(file: string, from: number): Promise<string> {
  const handle = await open(file).catch(() => null);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8_192), 0, 8_192, from);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}
