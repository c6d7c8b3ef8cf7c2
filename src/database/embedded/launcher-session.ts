import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { exists } from './process-identity.js';

/** `MALI` in ASCII: names the advisory lock in the maintenance database. */
const LOCK_SPACE = 0x4d414c49;
const NAME_PREFIX = 'malipo launcher ';
const RETAKE_MS = 500;

/** A pid, unless the lock is ours or was given up while we asked. */
type Holder = 'us' | 'unknown' | number;

/** Another live process looks after the server. */
export class ServerInUse extends Error {
  constructor(dataDir: string, pid: number | 'unknown') {
    super(
      `the embedded PostgreSQL of ${dataDir} is in use by process ${pid}: stop that one, ` +
        'or give this one its own DATA_DIR (or a shared DATABASE_URL)',
    );
    this.name = 'ServerInUse';
  }
}

/**
 * A session that holds an advisory lock for as long as this process looks after the server. It ends with
 * the process, however that ends: a server that runs without it is an orphan.
 */
export class LauncherSession {
  private client: Client | null = null;
  private stopped = false;

  private constructor(private readonly url: string) {}

  /** @throws ServerInUse naming the other process when that looks after the server already */
  static async open(url: string, dataDir: string): Promise<LauncherSession> {
    const session = new LauncherSession(url);
    const deadline = Date.now() + 5_000;
    for (;;) {
      const holder = await session.take();
      if (holder === 'us') return session;
      // The server needs a moment to notice that a killed process is gone.
      const gone = holder === 'unknown' || !exists(holder);
      if (!gone || Date.now() > deadline) throw new ServerInUse(dataDir, holder);
      await delay(30);
    }
  }

  get connection(): Client {
    if (!this.client) throw new Error('the embedded PostgreSQL is not connected');
    return this.client;
  }

  async close(): Promise<void> {
    this.stopped = true;
    await this.client?.end().catch(() => undefined);
  }

  /** Tries once; answers who holds the lock now. */
  private async take(): Promise<Holder> {
    const client = new Client({
      connectionString: this.url,
      application_name: `${NAME_PREFIX}${process.pid}`,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1, 1) AS mine',
      [LOCK_SPACE],
    );
    if (rows[0]?.mine) {
      this.client = client;
      client.on('end', () => void this.retake());
      return 'us';
    }
    const holders = await client.query<{ pid: string }>(
      `SELECT substr(a.application_name, $2) AS pid
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = 1 AND l.granted`,
      [LOCK_SPACE, NAME_PREFIX.length + 1],
    );
    await client.end();
    return Number(holders.rows[0]?.pid) || 'unknown';
  }

  /** After PostgreSQL restarted itself, or somebody ended the session: a sibling must still be refused. */
  private async retake(): Promise<void> {
    this.client = null;
    while (!this.stopped) {
      await delay(RETAKE_MS, undefined, { ref: false });
      const holder = await this.take().catch(() => 'unknown');
      if (holder === 'us') break;
    }
    if (this.stopped) await this.close();
  }
}
