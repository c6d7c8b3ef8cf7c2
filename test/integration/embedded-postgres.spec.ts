import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findAccount, reachableBinaries, runAs } from '../../src/database/embedded/account.js';
import { binariesIn } from '../../src/database/embedded/binaries.js';
import { identityOf } from '../../src/database/embedded/process-identity.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/index.js';
import { ended, startElsewhere, stopElsewhere } from '../support/postgres-elsewhere.js';
import { waitFor } from '../support/wait.js';

const fast = { durable: false };

async function sql<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function postmasterPid(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

async function running(pid: number): Promise<boolean> {
  return (await identityOf(pid)) !== null;
}

afterEach(stopElsewhere);

describe('the embedded PostgreSQL while it runs', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-embedded-'));
    postgres = await startEmbeddedPostgres(folder, fast);
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has UTF-8, a locale of its own and UTC, whatever the machine says', async () => {
    const { appUrl } = postgres;
    const [row] = await sql(
      appUrl,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
              datlocprovider AS provider, datlocale AS locale, upper('é') AS upper
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(row).toEqual({
      encoding: 'UTF8',
      zone: 'UTC',
      provider: 'b',
      locale: 'C.UTF-8',
      upper: 'É',
    });
  });

  it('lets nobody in without the password, and the application own nothing', async () => {
    const { appUrl, ownerUrl } = postgres;
    const wrong = new URL(appUrl);
    wrong.password = 'guess';
    await expect(sql(wrong.toString(), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const file = await stat(join(folder, 'postgres', 'credentials.json'));
    expect(file.mode & 0o777).toBe(0o600);

    await expect(sql(appUrl, 'CREATE TABLE mine ()')).rejects.toMatchObject({ code: '42501' });
    const roles = await sql(
      ownerUrl,
      `SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname ~ '^malipo'
       ORDER BY 1`,
    );
    const powerless = { rolsuper: false, rolcreaterole: false, rolcreatedb: false };
    expect(roles).toEqual([
      { rolname: 'malipo_app', ...powerless },
      { rolname: 'malipo_owner', ...powerless },
    ]);
  });

  it('listens on the loopback address only', async () => {
    const { adminUrl } = postgres;
    const [row] = await sql(
      adminUrl,
      `SELECT current_setting('listen_addresses') AS tcp,
              current_setting('unix_socket_directories') AS sockets`,
    );
    expect(row).toEqual({ tcp: '127.0.0.1', sockets: '' });
  });

  it('refuses a second process and names the first', async () => {
    const { child, word } = await startElsewhere(folder);
    expect(word.error).toMatch(new RegExp(`in use by process ${process.pid}\\b.*DATA_DIR`));
    await ended(child);
    expect(child.exitCode).toBe(1);
  });

  it('refuses this process a second time, and lets the first go on', async () => {
    const { appUrl } = postgres;
    await expect(startEmbeddedPostgres(folder, fast)).rejects.toThrow(`process ${process.pid}`);
    expect(await sql(appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('lets short work of this or another process share it, and stays when that is done', async () => {
    const guests = await Promise.all(
      [1, 2].map(() => startEmbeddedPostgres(folder, { ...fast, share: true })),
    );
    for (const guest of guests) {
      expect(guest).toMatchObject({ shared: true, adopted: false, appUrl: postgres.appUrl });
      await guest.stop();
    }
    expect(postgres.shared).toBe(false);
    expect(await sql(postgres.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('still refuses after its session was ended from outside', async () => {
    const { adminUrl } = postgres;
    const launcher = `SELECT pid FROM pg_stat_activity
      WHERE application_name LIKE 'malipo launcher %' AND datname = current_database()`;
    const [before] = await sql<{ pid: number }>(adminUrl, launcher);
    await sql(adminUrl, `SELECT pg_terminate_backend(${before?.pid})`);
    await waitFor('the launcher’s new session', async () => {
      const [now] = await sql<{ pid: number }>(adminUrl, launcher);
      return now !== undefined && now.pid !== before?.pid;
    });
    await expect(startEmbeddedPostgres(folder, fast)).rejects.toThrow(`process ${process.pid}`);
  });
});

describe('the embedded PostgreSQL from start to start', () => {
  let folder: string;
  const open: EmbeddedPostgres[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-embedded-'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((postgres) => postgres.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(dataDir = folder): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres(dataDir, fast);
    open.push(postgres);
    return postgres;
  }

  it('keeps its data between starts', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    await sql(first.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    await expect(sql(first.ownerUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await sql(second.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('waits for the disk at each commit, and for nothing more', async () => {
    const postgres = await startEmbeddedPostgres(folder);
    open.push(postgres);
    const rows = await sql<{ name: string; setting: string }>(
      postgres.adminUrl,
      'SELECT name, setting FROM pg_settings',
    );
    const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
    const named = ['fsync', 'full_page_writes', 'synchronous_commit', 'wal_init_zero'];
    expect(named.map((name) => settings.get(name))).toEqual(['on', 'on', 'on', 'off']);
  });

  it('adopts the server of a process that was killed', async () => {
    const { child, word } = await startElsewhere(folder);
    await sql(word.ownerUrl, 'CREATE TABLE orphaned AS SELECT 1 AS n');
    child.kill('SIGKILL');
    await ended(child);

    const adopted = await start();
    expect(adopted).toMatchObject({ adopted: true, ownerUrl: word.ownerUrl });
    expect(await sql(adopted.ownerUrl, 'SELECT n FROM orphaned')).toEqual([{ n: 1 }]);
    const pid = await postmasterPid(folder);
    await adopted.stop();
    await waitFor('the end of its process', async () => !(await running(pid)));
  });

  it('starts and stops it for short work too where nobody else does', async () => {
    const alone = await startEmbeddedPostgres(folder, { ...fast, share: true });
    open.push(alone);
    expect(alone.shared).toBe(false);
    await expect(startEmbeddedPostgres(folder, fast)).rejects.toThrow(`process ${process.pid}`);
    await alone.stop();
    await expect(sql(alone.appUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('gives two processes that start on a fresh folder one server', async () => {
    const both = await Promise.all([startElsewhere(folder), startElsewhere(folder)]);
    const words = both.map(({ word }) => word);
    const winner = words.find((word) => word.error === undefined);
    const loser = words.find((word) => word.error !== undefined);
    expect(loser?.error).toContain(`in use by process ${winner?.pid}`);
    expect(await sql(winner?.appUrl ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('survives Ctrl-C, which goes to the whole process group', async () => {
    const { child, word } = await startElsewhere(folder);
    process.kill(-word.pid, 'SIGINT');
    await ended(child);
    expect(child.signalCode).toBe('SIGINT');
    expect((await start()).adopted).toBe(true);
  });

  it('comes back after the server itself was killed', async () => {
    const first = await startEmbeddedPostgres(folder);
    await sql(first.ownerUrl, 'CREATE TABLE survived AS SELECT 1 AS n');
    const pid = await postmasterPid(folder);
    process.kill(pid, 'SIGKILL');
    await waitFor('the end of the server', async () => !(await running(pid)));
    await first.stop();

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await sql(second.ownerUrl, 'SELECT n FROM survived')).toEqual([{ n: 1 }]);
  });

  it('is not deceived by a pid file that names another program', async () => {
    const first = await start();
    const file = join(folder, 'postgres', 'cluster', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, text.replace(/^\d+/, String(process.pid)));
    expect((await start()).adopted).toBe(false);
  });

  it('removes what a start left that died while it made the cluster', async () => {
    const half = join(folder, 'postgres.new-0123456789ab');
    await mkdir(join(half, 'cluster'), { recursive: true });
    await writeFile(join(half, 'cluster', 'PG_VERSION'), '18\n');
    await writeFile(
      join(folder, 'launch.1.lock'),
      JSON.stringify({ pid: 2 ** 22 - 1, started: '1' }),
    );
    const { appUrl } = await start();
    expect(await sql(appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readdir(folder)).toEqual(['postgres']);
  });

  it('says what to do about the data of another PostgreSQL', async () => {
    await (await start()).stop();
    await writeFile(join(folder, 'postgres', 'cluster', 'PG_VERSION'), '17\n');
    await expect(startEmbeddedPostgres(folder, fast)).rejects.toThrow(
      /made by PostgreSQL 17, and this release brings PostgreSQL 18: dump it/,
    );
  });

  it('says which setting PostgreSQL would not start with', async () => {
    const settings = { shared_buffers: 'plenty' };
    await expect(startEmbeddedPostgres(folder, { ...fast, settings })).rejects.toThrow(
      /did not start.*invalid value for parameter "shared_buffers": "plenty"/s,
    );
  });
});

const whereRoot = process.getuid?.() === 0 ? describe : describe.skip;

whereRoot('the embedded PostgreSQL of root in a folder that is closed to others', () => {
  let folder: string;
  let dataDir: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-closed-'));
    await chmod(folder, 0o700);
    dataDir = join(folder, 'project', 'data');
    await mkdir(dataDir, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps its files in an open place, and a link to it in the data folder', async () => {
    const first = await startEmbeddedPostgres(dataDir, fast);
    const place = await realpath(join(dataDir, 'postgres'));
    try {
      expect(place).toBe(await readlink(join(dataDir, 'postgres')));
      expect(await readFile(join(place, 'belongs-to'), 'utf8')).toBe(
        `${join(dataDir, 'postgres')}\n`,
      );
      await sql(first.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS n');
      await first.stop();
      const second = await startEmbeddedPostgres(dataDir, fast);
      expect(await sql(second.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
      await second.stop();
    } finally {
      await first.stop();
      await rm(place, { recursive: true });
    }
    await expect(startEmbeddedPostgres(dataDir, fast)).rejects.toThrow('leads nowhere');
  });

  it('runs a copy of programs that lie there, made once', async () => {
    const account = await findAccount();
    const native = join(dataDir, 'native');
    await mkdir(join(native, 'bin'), { recursive: true });
    await writeFile(join(dataDir, 'package.json'), `{"version":"${folder}"}`);
    for (const name of ['initdb', 'pg_ctl', 'postgres']) {
      await writeFile(join(native, 'bin', name), '#!/bin/sh\nid -un\n', { mode: 0o755 });
    }
    const copy = await reachableBinaries(account, binariesIn(native));
    try {
      expect(copy.root).not.toBe(native);
      const answer = await runAs(account, copy.pgCtl, []);
      expect(answer).toEqual({ code: 0, output: `${account?.name}\n` });
      expect(await reachableBinaries(account, binariesIn(native))).toEqual(copy);
    } finally {
      await rm(copy.root, { recursive: true });
    }
  });
});
