import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/ports.js';
import {
  type Product,
  type ProductEnv,
  runProgram,
  spawnProduct,
  statusOf,
  temporaryDataDir,
} from '../support/process.js';
import { waitFor } from '../support/wait.js';

// Starts the built product the way its users do, and looks at what a supervisor or a person at the
// terminal would see: exit codes, messages, and which processes are left.

/** Plants an error that nobody awaits, on SIGUSR2. */
const PLANTED =
  "--import=data:text/javascript,process.on('SIGUSR2',()=>{Promise.reject(Error('planted'))})";

const data = temporaryDataDir();
const products: Product[] = [];
const databases: TestDatabase[] = [];
const pids = new Set<number>();

async function start(env: ProductEnv, entry = 'main'): Promise<Product> {
  const product = await spawnProduct(env, entry);
  products.push(product);
  return product;
}

/** A start that is expected to end by itself. */
async function startInVain(env: ProductEnv, entry = 'main', args: string[] = []) {
  const product = runProgram({ LOG_LEVEL: 'warn', ...env }, entry, args);
  products.push(product);
  return product.ended;
}

async function postgresPid(dataDir = data.path): Promise<number> {
  const file = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  const pid = Number(file.split('\n')[0]);
  pids.add(pid);
  return pid;
}

async function lastOfPostgresLog(): Promise<string | undefined> {
  const log = await readFile(join(data.path, 'postgres/cluster/server.log'), 'utf8');
  return log.trimEnd().split('\n').at(-1);
}

async function sandboxPid(product: Product): Promise<number> {
  const answer = await fetch(`${product.sandboxUrl}/api/health`);
  const { pid } = (await answer.json()) as { pid: number };
  pids.add(pid);
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function login(product: Product): Promise<number> {
  const answer = await fetch(`${product.url}/api/v1/auth/token/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin@malipo.test', password: 'malipo-demo' }),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function database(options?: { empty: boolean }): Promise<TestDatabase> {
  const made = await createTestDatabase(options);
  databases.push(made);
  return made;
}

afterAll(async () => {
  await Promise.all(products.map((product) => product.stop()));
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  for (const made of databases) await made.drop();
  await data.remove();
});

describe('with nothing but a data folder', () => {
  const env: ProductEnv = { DATA_DIR: data.path };
  let product: Product;

  beforeAll(async () => {
    env.PORT = String(await freePort());
    env.SANDBOX_PORT = String(await freePort());
  });

  it('becomes ready and says where everything is', async () => {
    product = await start(env);
    for (const said of [
      `${product.url}/api/v1/`,
      `${product.url}/api/schema/swagger-ui/`,
      `${product.url}/api/schema/redoc/`,
      `${product.sandboxUrl}/phone`,
      'admin@malipo.test',
      'malipo-demo',
      data.path,
    ]) {
      expect(product.output).toContain(said);
    }
    expect(await statusOf(`${product.sandboxUrl}/phone`)).toBe(200);
    expect(await login(product)).toBe(200);
  });

  it('refuses a second start on the same folder, which changes nothing for the first', async () => {
    const second = await startInVain({
      DATA_DIR: data.path,
      PORT: String(await freePort()),
      SANDBOX_PORT: String(await freePort()),
    });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(`^Malipo cannot start: .* in use by process ${product.pid}`),
    );
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(await statusOf(`${product.url}/health/ready`)).toBe(200);
  });

  it('refuses another one that shares its sandbox port', async () => {
    const other = temporaryDataDir();
    const second = await startInVain({
      DATA_DIR: other.path,
      PORT: String(await freePort()),
      SANDBOX_PORT: env.SANDBOX_PORT ?? '',
    });
    expect(second.stderr).toMatch(/SANDBOX_PORT: .* belongs to the Malipo at http:\/\/127.0.0.1/);
    expect(second.code).toBe(1);
    expect(await statusOf(`${product.url}/health/ready`)).toBe(200);
    await other.remove();
  });

  it('moves the test clock, for which there is no login', async () => {
    const move = (body: unknown) =>
      fetch(`${product.url}/api/v1/sandbox/clock/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answer = await move({ offset_s: 90.5 });
    expect([answer.status, await answer.json()]).toEqual([200, { offset_s: 90.5 }]);
    expect((await move({ offset_s: 'soon' })).status).toBe(400);
    expect((await move({})).status).toBe(400);
    expect((await move({ offset_s: 0 })).status).toBe(200);
  });

  it('takes up the database and the sandbox that a kill -9 left behind', async () => {
    const before = { postgres: await postgresPid(), sandbox: await sandboxPid(product) };
    expect((await product.kill9()).signal).toBe('SIGKILL');
    expect(isAlive(before.postgres) && isAlive(before.sandbox)).toBe(true);

    product = await start({ ...env, NODE_OPTIONS: PLANTED });
    expect({ postgres: await postgresPid(), sandbox: await sandboxPid(product) }).toEqual(before);
    expect(await login(product)).toBe(200);
  });

  it('ends on an unexpected error, the database in good order, the sandbox for the next start', async () => {
    const left = { postgres: await postgresPid(), sandbox: await sandboxPid(product) };
    expect(await product.stop('SIGUSR2')).toMatchObject({ code: 1 });
    expect(product.output).toContain('unhandled rejection: planted');
    await waitFor('the database to be gone', () => !isAlive(left.postgres));
    expect(await lastOfPostgresLog()).toMatch(/database system is shut down/);

    product = await start(env);
    expect(await sandboxPid(product)).toBe(left.sandbox);
  });

  it('leaves no process behind on SIGTERM', async () => {
    const left = [await postgresPid(), await sandboxPid(product)];
    const ended = await product.stop();
    expect(ended).toMatchObject({ code: 0, signal: null });
    await waitFor('the database and the sandbox to be gone', () => !left.some(isAlive));
    expect(await statusOf(`${product.sandboxUrl}/api/health`)).toBeNull();
  });

  it('ends in good order on Ctrl-C, which reaches us twice under npm', async () => {
    product = await start(env);
    expect(await login(product)).toBe(200);
    const left = [await postgresPid(), await sandboxPid(product)];
    product.signal('SIGINT', { group: true });
    product.signal('SIGINT');
    expect(await product.ended).toMatchObject({ code: 0 });
    await waitFor('the database and the sandbox to be gone', () => !left.some(isAlive));
    expect(await lastOfPostgresLog()).toMatch(/database system is shut down/);
  });

  it('stops what it has begun when a signal interrupts the start', async () => {
    const interrupted = runProgram(env);
    products.push(interrupted);
    const pid = await waitFor('the database', () => postgresPid().catch(() => null));
    interrupted.signal('SIGTERM');
    expect(await interrupted.ended).toMatchObject({ code: 0, stderr: '' });
    await waitFor('the database to be gone', () => !isAlive(pid));
    expect(await statusOf(`${interrupted.sandboxUrl}/api/health`)).toBeNull();
  });
});

describe('a port that is taken', () => {
  let stranger: Server;
  const taken = () => String((stranger.address() as { port: number }).port);

  beforeAll(async () => {
    stranger = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => stranger.close(resolve)));

  it.each(['PORT', 'SANDBOX_PORT'])('%s: one clear line, and nothing stays up', async (name) => {
    const env = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
    const ended = await startInVain({ DATA_DIR: data.path, ...env, [name]: taken() });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      new RegExp(`^Malipo cannot start: ${name}: .*${taken()} is in use by another program`),
    );
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    await expect(postgresPid()).rejects.toThrow('ENOENT');
  });
});

describe('settings that will not do', () => {
  it('are all listed at once', async () => {
    const env = { PORT: 'many', SANDBOX: 'perhaps', JWT_SECRT: 'x', AZAMPAY_CLIENT_IDD: 'x' };
    const { code, stdout, stderr } = await startInVain(env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Malipo cannot start: 4 settings need attention:\n/);
    for (const name of Object.keys(env)) expect(stderr).toMatch(new RegExp(`^ {2}${name}: `, 'm'));
  });

  it('include an API alone without a database to share', async () => {
    const { code, stderr } = await startInVain({ ROLE: 'api' });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL: missing, and ROLE=api needs it');
  });

  it('include all that production misses', async () => {
    const { code, stderr } = await startInVain({ NODE_ENV: 'production', SANDBOX: 'on' });
    expect(code).toBe(1);
    for (const name of ['SANDBOX', 'JWT_SECRET', 'PUBLIC_URL']) {
      expect(stderr).toMatch(new RegExp(`^ {2}${name}: `, 'm'));
    }
  });
});

describe('on a database of its own', () => {
  it('refuses a schema that is behind, until it is migrated', async () => {
    const { url, ownerUrl } = await database({ empty: true });
    const env = { DATABASE_URL: url, MIGRATION_DATABASE_URL: ownerUrl };
    const refused = await startInVain({ ...env, PORT: String(await freePort()) });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/schema is behind by \d+ .*npm run migration:run/);

    expect((await startInVain(env, 'migrate', ['show'])).stdout).toMatch(/^\[ \] CreateFoundation/);
    expect(await startInVain(env, 'migrate', ['run'])).toMatchObject({ code: 0, stderr: '' });
    const shown = await startInVain(env, 'migrate', ['show']);
    expect(shown.stdout).toMatch(/^\[x\] CreateFoundation/);
    expect(shown.stdout).not.toContain('[ ]');

    const product = await start(env);
    expect(product.output).not.toContain('Virtual phone');
    expect(await product.stop()).toMatchObject({ code: 0 });
  });

  it('refuses a moved clock without the sandbox', async () => {
    const { url, ownerUrl } = await database();
    const owner = new Client({ connectionString: ownerUrl });
    await owner.connect();
    await owner.query('UPDATE app_clock SET offset_s = 3600');
    await owner.end();
    const refused = await startInVain({ DATABASE_URL: url, PORT: String(await freePort()) });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/test clock of this database is off by 3600 s/);
  });

  it('says which database cannot be used, without its password', async () => {
    const { url } = await database();
    const wrong = url.replace(/:[^:@/]+@/, ':hunter2@');
    const refused = await startInVain({ DATABASE_URL: wrong, PORT: String(await freePort()) });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^Malipo cannot start: DATABASE_URL: cannot use .* 127.0.0.1/);
    expect(refused.stderr).not.toContain('hunter2');
  });

  it('splits into an API and a worker that offers health and metrics alone', async () => {
    const { url } = await database();
    const [api, worker] = await Promise.all([
      start({ DATABASE_URL: url, ROLE: 'api' }),
      start({ DATABASE_URL: url }, 'worker'),
    ]);
    const paths = ['/health/live', '/health/ready', '/metrics', '/api/v1/auth/me/', '/api/schema/'];
    const statuses = (product: Product) =>
      Promise.all(paths.map((path) => statusOf(product.url + path)));
    expect(await statuses(api)).toEqual([200, 200, 200, 401, 200]);
    expect(await statuses(worker)).toEqual([200, 200, 200, 404, 404]);
    expect(await Promise.all([api.stop(), worker.stop()])).toMatchObject([
      { code: 0 },
      { code: 0 },
    ]);
  });
});

describe('a shutdown', () => {
  it('is announced by readiness while requests are still served', async () => {
    const { url } = await database();
    const product = await start({ DATABASE_URL: url, SHUTDOWN_PROBE_MS: '1500' });
    product.signal('SIGTERM');
    await waitFor('readiness to answer 503', async () => {
      return (await statusOf(`${product.url}/health/ready`)) === 503;
    });
    expect(await statusOf(`${product.url}/health/live`)).toBe(200);
    expect(await statusOf(`${product.url}/api/v1/auth/me/`)).toBe(401);
    expect(await product.ended).toMatchObject({ code: 0 });
  });

  it('that takes too long is cut off', async () => {
    const { url } = await database();
    const grace = { SHUTDOWN_PROBE_MS: '60000', SHUTDOWN_GRACE_MS: '300' };
    const product = await start({ DATABASE_URL: url, ...grace });
    const ended = await product.stop();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/still busy 300 ms after it was told to stop/);
  });

  it('is cut short by a second signal', async () => {
    const { url } = await database();
    const product = await start({ DATABASE_URL: url, SHUTDOWN_PROBE_MS: '60000' });
    product.signal('SIGTERM');
    // A repetition within a second counts as the same wish, so it takes a while to be heard.
    await waitFor('the second signal to be heard', () => {
      product.signal('SIGTERM');
      return product.output.includes('stopped at once');
    });
    expect(await product.ended).toMatchObject({ code: 1 });
  });
});
