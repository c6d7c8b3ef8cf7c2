import { decodeJwt } from 'jose';
import { Transactions } from '../../src/database/index.js';
import { seedIdentity } from '../../src/identity/index.js';
import { Api, DEMO_PASSWORD, DEMO_USERS, type Answer } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { newAddress, type ErrorBody, type Pair } from '../support/identity-app.js';
import { spawnProduct, temporaryDataDir, type Product } from '../support/process.js';

const NEW_PASSWORD = 'karibu-zanzibar-canary';

/**
 * A person's way in and out, through two API processes of the built product on one database, as behind a
 * load balancer: what one process knows, the other must know too, and neither may write secrets to its log.
 */
describe('log-in through two API processes', () => {
  let database: TestDatabase;
  let folder: ReturnType<typeof temporaryDataDir>;
  let processes: [Product, Product];
  /** Everything that must never be logged. */
  const secrets: string[] = [DEMO_PASSWORD, NEW_PASSWORD, '255653294777', '0653 294 777'];

  beforeAll(async () => {
    database = await createTestDatabase();
    await new Transactions(database.dataSource).run(seedIdentity);
    folder = temporaryDataDir();
    const env = {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      DATA_DIR: folder.path,
      ROLE: 'api',
      SANDBOX: 'off',
      DEMO_DATA: 'off',
      TRUSTED_PROXIES: '1',
      LOG_LEVEL: 'trace',
    };
    processes = [await spawnProduct(env), await spawnProduct(env)];
  });
  afterAll(async () => {
    await Promise.all(processes?.map((product) => product.stop()) ?? []);
    await database?.drop();
    await folder?.remove();
  });

  const at = (n: number, token?: string): Api => new Api(processes[n % 2 === 0 ? 0 : 1].url, token);
  async function send<Body = ErrorBody>(
    n: number,
    path: string,
    body: unknown,
    from: string,
  ): Promise<Answer<Body>> {
    return at(n).post<Body>(`/api/v1/auth/${path}`, body, { 'x-forwarded-for': from });
  }
  const keep = (pair: Pair): Pair => {
    secrets.push(pair.access, pair.refresh);
    return pair;
  };

  it('is one log-in for both', async () => {
    const from = newAddress();
    const registered = await send<{ id: number }>(
      0,
      'register/',
      { email: 'two@example.test', password: NEW_PASSWORD, phone: '0653 294 777' },
      from,
    );
    expect(registered.status).toBe(201);
    const login = { username: 'two@example.test', password: NEW_PASSWORD };
    const { body: first } = await send<Pair>(1, 'token/', login, from);
    keep(first);
    expect((await at(0, first.access).get('/api/v1/auth/me/')).body).toMatchObject({
      id: registered.body.id,
      phone: '255653294777',
    });
    const { body: second } = await send<Pair>(
      0,
      'token/refresh/',
      { refresh: first.refresh },
      from,
    );
    keep(second);
    expect((await at(1, second.access).get('/api/v1/auth/me')).status).toBe(200);
    expect((await send(1, 'logout/', { refresh: second.refresh }, from)).status).toBe(200);
    expect((await send(0, 'token/refresh/', { refresh: second.refresh }, from)).status).toBe(401);
  });

  it('lets exactly one of two processes use a refresh token', async () => {
    const from = newAddress();
    const login = { username: DEMO_USERS.customer, password: DEMO_PASSWORD };
    const { body: pair } = await send<Pair>(0, 'token/', login, from);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send<Pair & ErrorBody>(n, 'token/refresh/', { refresh: keep(pair).refresh }, from),
      ),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
    for (const { body } of winners) {
      const heir = await send(1, 'token/refresh/', { refresh: keep(body).refresh }, from);
      expect(heir.status).toBe(401);
    }
  });

  it('counts failures in both together', async () => {
    const wrong = { username: DEMO_USERS.staff2, password: `${NEW_PASSWORD}-wrong` };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => send(n, 'token/', wrong, newAddress())),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    for (const { headers } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const right = { username: DEMO_USERS.staff2, password: DEMO_PASSWORD };
    expect((await send(1, 'token/', right, newAddress())).status).toBe(429);
  });

  it('gives every demo user a token of their role', async () => {
    const roles: Record<string, unknown> = {};
    for (const name of ['admin', 'staff', 'cashier', 'owner', 'customer', 'john'] as const) {
      const login = { username: DEMO_USERS[name], password: DEMO_PASSWORD };
      const { status, body } = await send<Pair>(0, 'token/', login, newAddress());
      expect({ name, status }).toEqual({ name, status: 200 });
      roles[name] = decodeJwt(keep(body).access).role;
    }
    expect(roles).toEqual({
      admin: 'admin',
      staff: 'staff',
      cashier: 'cashier',
      owner: 'owner',
      customer: 'customer',
      john: 'customer',
    });
  });

  it('is documented route by route, with examples', async () => {
    const { body } = await at(0).get<{ paths: Record<string, Record<string, Operation>> }>(
      '/swagger.json',
    );
    const routes = Object.entries(body.paths)
      .filter(([path]) => path.startsWith('/api/v1/auth/'))
      .flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
      );
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted(byText)).toEqual([
      'get /api/v1/auth/me/',
      'patch /api/v1/auth/me/',
      'post /api/v1/auth/logout/',
      'post /api/v1/auth/register/',
      'post /api/v1/auth/token/',
      'post /api/v1/auth/token/refresh/',
    ]);
    for (const { path, method, operation } of routes) {
      const good = operation.responses[path.endsWith('register/') ? '201' : '200'];
      expect({ path, method, example: exampleIn(good) }).toEqual({
        path,
        method,
        example: expect.any(Object),
      });
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['429']));
      expect(operation.security ?? []).toHaveLength(path.endsWith('me/') ? 1 : 0);
    }
  });

  it('leaves no password, token or phone number in the logs', async () => {
    await Promise.all(processes.map((product) => product.stop()));
    const written = processes.map((product) => product.output).join('\n');
    expect(written).toContain('/api/v1/auth/token');
    expect(secrets.length).toBeGreaterThan(15);
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });
});

interface Operation {
  responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
  security?: unknown[];
}

function exampleIn(answer: Operation['responses'][string] | undefined): unknown {
  return answer?.content?.['application/json']?.example;
}

function byText(a: string, b: string): number {
  return a.localeCompare(b);
}
