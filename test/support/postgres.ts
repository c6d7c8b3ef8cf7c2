import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { access, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  APP_ROLE,
  DATABASE,
  OWNER_ROLE,
  migrate,
  startEmbeddedPostgres,
} from '../../src/database/index.js';

/** The server of this test run, as its worker processes learn of it. */
export interface TestServer {
  /** Superuser (or a role that may create databases and roles), maintenance database. */
  adminUrl: string;
  /** Owner and application role, in the template database that tests clone. */
  ownerUrl: string;
  appUrl: string;
  template: string;
}

interface Running {
  server: TestServer;
  stop(): Promise<void>;
}

const VARIABLE = 'MALIPO_TEST_SERVER';
const PREFIX = 'malipo-test-';
/** Jest loads this file anew for each project, in one process. */
const shared = globalThis as { malipoTestServer?: Promise<Running> };

export async function startTestPostgres(): Promise<void> {
  const admin = process.env.TEST_DATABASE_ADMIN_URL;
  shared.malipoTestServer ??= admin ? prepareGiven(admin) : startOwn();
  const { server } = await shared.malipoTestServer;
  process.env[VARIABLE] = JSON.stringify(server);
}

export async function stopTestPostgres(): Promise<void> {
  const running = await shared.malipoTestServer;
  delete shared.malipoTestServer;
  await running?.stop();
}

export function testServer(): TestServer {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('no PostgreSQL for tests: this Jest project lacks global-setup.ts');
  return JSON.parse(text) as TestServer;
}

/** One PostgreSQL for the whole run, under a temporary folder, thrown away at the end. */
async function startOwn(): Promise<Running> {
  await sweep();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const postgres = await startEmbeddedPostgres(folder, { durable: false });
  const cluster = await realpath(join(folder, 'postgres'));
  const guard = watch(folder, cluster);
  const { adminUrl, ownerUrl, appUrl } = postgres;
  await migrate({ ownerUrl, appRole: APP_ROLE });
  await asAdmin(adminUrl, `ALTER DATABASE ${DATABASE} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  return {
    server: { adminUrl, ownerUrl, appUrl, template: DATABASE },
    stop: async () => {
      await postgres.stop();
      await new Promise((done) => {
        guard.once('exit', done);
        guard.ref();
        guard.stdin?.end();
      });
    },
  };
}

/** Takes the server away when we end, however we end: its input closes with us. */
function watch(folder: string, home: string): ChildProcess {
  const script =
    'cat > /dev/null; kill -QUIT "$(head -n 1 "$2/cluster/postmaster.pid")" && sleep 1; rm -rf "$1" "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', folder, home], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return guard;
}

/** Ends what runs that were killed together with their guard left behind. */
async function sweep(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(entry)?.[1]);
    if (!pid || alive(pid)) continue;
    const folder = join(tmpdir(), entry);
    const home = await realpath(join(folder, 'postgres')).catch(() => folder);
    const running = await access(join(home, 'cluster', 'postmaster.pid')).then(
      () => true,
      () => false,
    );
    if (running) await (await startEmbeddedPostgres(folder)).stop();
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A server of the caller's: everything of ours there carries the run's own name and goes at the end. */
async function prepareGiven(adminUrl: string): Promise<Running> {
  const run = randomBytes(4).toString('hex');
  const [owner, app, template] = [`${OWNER_ROLE}_${run}`, `${APP_ROLE}_${run}`, `malipo_${run}`];
  const password = randomBytes(16).toString('hex');
  await asAdmin(
    adminUrl,
    `CREATE ROLE ${owner} LOGIN PASSWORD '${password}'`,
    `CREATE ROLE ${app} LOGIN PASSWORD '${password}'`,
    `GRANT ${owner} TO CURRENT_USER`,
    `CREATE DATABASE ${template} OWNER ${owner}`,
  );
  const ownerUrl = urlOf(adminUrl, { role: owner, password, database: template });
  await migrate({ ownerUrl, appRole: app });
  return {
    server: {
      adminUrl,
      ownerUrl,
      appUrl: urlOf(adminUrl, { role: app, password, database: template }),
      template,
    },
    stop: async () => {
      const databases = await asAdmin(
        adminUrl,
        `SELECT datname AS name FROM pg_database WHERE datname LIKE 'malipo\\_${run}%'`,
      );
      for (const { name } of databases)
        await asAdmin(adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
      await asAdmin(adminUrl, `DROP ROLE ${owner}`, `DROP ROLE ${app}`);
    },
  };
}

/** The same server, entered otherwise. */
export function urlOf(
  url: string,
  entry: { role?: string; password?: string; database?: string },
): string {
  const result = new URL(url);
  if (entry.role) result.username = entry.role;
  if (entry.password) result.password = entry.password;
  if (entry.database) result.pathname = `/${entry.database}`;
  return result.toString();
}

/** Runs statements one by one; answers the rows of the last. */
export async function asAdmin(
  adminUrl: string,
  ...statements: string[]
): Promise<{ name: string }[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    let rows: { name: string }[] = [];
    for (const statement of statements)
      rows = (await client.query<{ name: string }>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
