import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from 'pg';
import { findAccount, reachableBinaries } from './account.js';
import { findBinaries } from './binaries.js';
import { openHome, type Credentials } from './home.js';
import { holdLaunchLock } from './launch-lock.js';
import { LauncherSession, ServerInUse } from './launcher-session.js';
import { Server, type ServerSettings } from './server.js';

export const OWNER_ROLE = 'malipo_owner';
export const APP_ROLE = 'malipo_app';
export const DATABASE = 'malipo';

export interface EmbeddedPostgres {
  /** Connects as the role that owns the database and runs migrations. */
  ownerUrl: string;
  /** Connects as the application's role, which owns nothing. */
  appUrl: string;
  /** Connects as superuser to the maintenance database. */
  adminUrl: string;
  /** True when the server ran already, left behind by a process that was killed. */
  adopted: boolean;
  /** True when another live process looks after the server, and may stop it at any time. */
  shared: boolean;
  /**
   * Ends all sessions, writes everything to disk and waits until the server is gone. Does nothing to a
   * shared one.
   */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Server settings on top of our own. */
  settings?: ServerSettings;
  /** False only where losing the data costs nothing, e.g. in tests. True by default. */
  durable?: boolean;
  /** True for short work beside the process that looks after the server, if there is one. */
  share?: boolean;
}

/**
 * Brings up the PostgreSQL that npm installed, with its data in `<dataDir>/postgres`: made on the first
 * start, kept between starts, reached by password on a free port of 127.0.0.1 only. It runs in a session of
 * its own, so that Ctrl-C reaches only us and the database outlives our last transaction.
 * @throws naming its pid when a live process looks after this folder already, unless it is shared
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  await mkdir(resolve(dataDir), { recursive: true });
  const directory = await realpath(dataDir);
  const unquotable = /["$`\\]/.exec(process.platform === 'win32' ? '' : directory);
  if (unquotable) {
    throw new Error(
      `DATA_DIR may not contain ${unquotable[0]}, which PostgreSQL's shell would read`,
    );
  }
  return holdLaunchLock(directory, () => launch(directory, options));
}

async function launch(directory: string, options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { durable = true, settings = {}, share = false } = options;
  const account = await findAccount();
  const binaries = await reachableBinaries(account, await findBinaries());
  const home = await openHome(directory, binaries, account, { durable });
  const server = new Server(home, binaries, account);
  const found = await server.runningPort();
  const port = found ?? (await server.start(durable ? settings : { ...EPHEMERAL, ...settings }));
  const adminUrl = server.url('postgres', home.credentials.admin, 'postgres', port);
  const urls = {
    ownerUrl: server.url(OWNER_ROLE, home.credentials.owner, DATABASE, port),
    appUrl: server.url(APP_ROLE, home.credentials.app, DATABASE, port),
    adminUrl,
  };
  let session: LauncherSession | null = null;
  try {
    session = await LauncherSession.open(adminUrl, directory);
    await createDatabase(session.connection, home.credentials);
  } catch (error) {
    await session?.close();
    // Whoever looks after it has also made its database, under the lock that we hold now.
    if (share && found !== null && error instanceof ServerInUse) {
      return { ...urls, adopted: false, shared: true, stop: () => Promise.resolve() };
    }
    if (found === null) await server.stop();
    throw error;
  }
  const held = session;
  let stopping: Promise<void> | null = null;
  return {
    ...urls,
    adopted: found !== null,
    shared: false,
    stop: () =>
      (stopping ??= holdLaunchLock(directory, async () => {
        await held.close();
        await server.stop();
      })),
  };
}

const EPHEMERAL: ServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Finishes what a first start began; finds everything done on later ones. */
async function createDatabase(admin: Client, credentials: Credentials): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE rolname IN ($1, $2)
     UNION ALL SELECT datname FROM pg_database WHERE datname = $3`,
    [OWNER_ROLE, APP_ROLE, DATABASE],
  );
  const found = new Set(rows.map((row) => row.name));
  // Our own passwords are base64url: nothing in them ends a literal.
  if (!found.has(OWNER_ROLE)) {
    await admin.query(`CREATE ROLE ${OWNER_ROLE} LOGIN PASSWORD '${credentials.owner}'`);
  }
  if (!found.has(APP_ROLE)) {
    await admin.query(`CREATE ROLE ${APP_ROLE} LOGIN PASSWORD '${credentials.app}'`);
  }
  if (!found.has(DATABASE)) await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER_ROLE}`);
}
