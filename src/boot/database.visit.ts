import type { Config } from '../config/index.js';
import { openDatabase, prepareSchema, type OpenStorage } from './database.boot.js';
import { Teardown } from './teardown.js';

const TRIES = 3;
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01', // admin_shutdown
  '57P03', // cannot_connect_now: it is shutting down
]);

/**
 * Runs short work on an up-to-date database and lets go of it again. The embedded one is shared with the
 * Malipo that runs on it; where that one stops in between, the work is begun anew on a server of our own.
 * @throws BootError when the database cannot be used, and what `work` throws
 */
export async function visitDatabase<T>(
  config: Pick<Config, 'dataDir' | 'database'>,
  report: (problem: string, error: unknown) => void,
  work: (database: OpenStorage['database']) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const teardown = new Teardown(report);
    let shared = false;
    try {
      const open = await openDatabase(config, teardown, { share: true });
      ({ shared } = open.database);
      await prepareSchema(open, config.database.url === null);
      return await work(open.database);
    } catch (error) {
      if (!shared || !isLost(error) || attempt >= TRIES) throw error;
    } finally {
      await teardown.run();
    }
  }
}

/** The server went away, before or while it was asked. */
function isLost(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (
    (typeof code === 'string' && LOST.has(code)) ||
    (typeof message === 'string' && message.startsWith('Connection terminated'))
  );
}
