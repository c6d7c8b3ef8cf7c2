import { Api, DEMO_PASSWORD, type Answer } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { runProgram, spawnProduct, temporaryDataDir, type Ended } from '../support/process.js';
import type { Product, ProductEnv } from '../support/process.js';

const PASSWORD = 'karibu-zanzibar-canary';

/** Runs the built command as an operator does, and waits for its end. */
function createUser(env: ProductEnv, args: string[], input?: string): Promise<Ended> {
  return runProgram(env, 'create-user', args, input).ended;
}

const logIn = (product: Product, username: string, password: string) =>
  new Api(product.url).post<{ access: string }>('/api/v1/auth/token/', { username, password });

async function as(product: Product, username: string, password = PASSWORD): Promise<Api> {
  const { status, body } = await logIn(product, username, password);
  if (status !== 200) throw new Error(`log-in of ${username} answered ${status}`);
  return new Api(product.url, body.access);
}

type List = Answer<{ count: number; results: { action: string; actor: string }[] }>;

describe('user:create on a database of its own', () => {
  let database: TestDatabase;
  let env: ProductEnv;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    env = { DATABASE_URL: database.url };
    product = await spawnProduct({ ...env, DEMO_DATA: 'on' });
  });
  afterAll(async () => {
    await product?.stop();
    await database?.drop();
  });

  const run = (args: string[], input?: string) => createUser(env, args, input);
  const count = async (table: 'users' | 'accounts'): Promise<number> => {
    const [row] = await database.dataSource.query(`SELECT count(*)::int AS n FROM ${table}`);
    return row.n;
  };

  it('makes an administrator of a new account, who logs in and sees that account only', async () => {
    const { code, stdout, stderr } = await run(
      ['--email', 'Boss@Coast.test', '--role', 'admin', '--name', 'Bi Kidude'].concat([
        '--phone',
        '0653 294 777',
        '--username',
        'kidude',
        '--account',
        'Coast',
      ]),
      `${PASSWORD}\n`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^made the account Coast \(id \d+\)\nmade the user kidude \(id \d+\) /);
    expect(stdout).toMatch(/role admin in the account Coast .*, in \w+ at 127\.0\.0\.1:\d+\n$/);
    expect(stdout).not.toContain(PASSWORD);

    const boss = await as(product, 'boss@coast.test');
    expect((await boss.get('/api/v1/auth/me/')).body).toMatchObject({
      username: 'kidude',
      name: 'Bi Kidude',
      phone: '255653294777',
      role: 'admin',
      account: { name: 'Coast' },
    });
    const admin = await as(product, 'admin@malipo.test', DEMO_PASSWORD);
    expect((await admin.get('/api/v1/bookings/123/')).status).toBe(200);
    expect((await boss.get('/api/v1/bookings/123/')).status).toBe(404);
    for (const list of ['bookings', 'properties', 'payments/payments', 'payments/transactions']) {
      expect((await boss.get(`/api/v1/${list}/`)).body).toMatchObject({ count: 0 });
    }
    const trail = (await boss.get('/api/v1/payments/audits/')) as List;
    expect(trail.body.results.map(({ action, actor }) => [action, actor])).toEqual([
      ['user.logged_in', 'kidude'],
      ['user.registered', 'system'],
      ['account.created', 'system'],
    ]);
    const others = (await admin.get('/api/v1/payments/audits/')) as List;
    expect(others.body.results.map(({ actor }) => actor)).not.toContain('kidude');
  });

  it('makes users of the default account, and prints a password that it made once', async () => {
    const { code, stdout, stderr } = await run(
      ['--email', 'desk@malipo.test', '--role', 'Cashier', '--generate-password'],
      'not this one\n',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, made = ''] = /^password: (\S{20,})$/m.exec(stdout) ?? [];
    expect(stdout.split(made)).toHaveLength(2);
    const desk = await as(product, 'desk@malipo.test', made);
    expect((await desk.get('/api/v1/bookings/123/')).status).toBe(200);
    expect((await desk.get('/api/v1/auth/me/')).body).toMatchObject({
      role: 'cashier',
      account: { id: 1 },
    });
  });

  it('makes one account when two runs name the same new one at once', async () => {
    const runs = await Promise.all(
      ['Pemba', 'pemba'].map((account, n) =>
        run(
          ['--email', `p${n}@pemba.test`, '--role', 'admin', '--account', account],
          `${PASSWORD}\n`,
        ),
      ),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(runs.filter(({ stdout }) => stdout.includes('made the account'))).toHaveLength(1);
    const admins = await Promise.all([0, 1].map((n) => as(product, `p${n}@pemba.test`)));
    const [one, two] = await Promise.all(
      admins.map(async (admin) => (await admin.get('/api/v1/auth/me/')).body.account),
    );
    expect(one).toEqual(two);
  });

  const admin = (email: string, ...more: string[]) => [
    '--email',
    email,
    '--role',
    'admin',
    ...more,
  ];
  it.each([
    [
      'an e-mail that is taken, in any case',
      admin('ADMIN@malipo.test', '--account', 'Nowhere'),
      /^--email: A user with this e-mail exists already; use another\n$/,
    ],
    [
      'a role that is none',
      ['--email', 'new@malipo.test', '--role', 'boss'],
      /^--role: must be one of customer, owner, cashier, staff, admin .*\n$/,
    ],
    [
      'several things at once',
      ['--email', 'nobody', '--role', 'boss', '--colour=red', '--account', ' '],
      /^--colour: no such option; see --help\n--role: must .*\n--account: must .*\n--email: must .*\n$/,
    ],
    [
      'a password in the command line',
      admin('new@malipo.test', '--password', PASSWORD),
      /^--password: .*use --generate-password\na value stands alone .*\n$/,
    ],
  ])('refuses %s, with a line that names the option', async (_what, args, message) => {
    const before = [await count('users'), await count('accounts')];
    const { code, stdout, stderr } = await run(args, `${PASSWORD}\n`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(PASSWORD);
    expect([await count('users'), await count('accounts')]).toEqual(before);
  });

  it('refuses a weak password without repeating it', async () => {
    const { code, stdout, stderr } = await run(admin('new@malipo.test'), 'zanzi-9\n');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('password: must have at least 10 characters\n');
  });

  it('refuses to go on without a password', async () => {
    const { code, stderr } = await run(admin('new@malipo.test'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^password: none on the standard input; .*--generate-password\n$/);
  });

  it('explains itself', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^usage: npm run user:create -- /);
    for (const option of ['email', 'role', 'name', 'phone', 'username', 'account']) {
      expect(stdout).toContain(`--${option} `);
    }
  });

  it('refuses a schema that is behind', async () => {
    const empty = await createTestDatabase({ empty: true });
    const args = admin('new@malipo.test', '--generate-password');
    const { code, stdout, stderr } = await createUser({ DATABASE_URL: empty.url }, args);
    await empty.drop();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^the database schema is behind by .*npm run migration:run.*\n$/);
  });

  it('wrote no password anywhere in the clear', async () => {
    const [row] = await database.dataSource.query(
      `SELECT count(*)::int AS n FROM (
         SELECT u::text AS text FROM users u UNION ALL SELECT a::text FROM audit_entries a
       ) everything WHERE text LIKE '%${PASSWORD}%'`,
    );
    expect(row.n).toBe(0);
    expect(product.output).not.toContain(PASSWORD);
  });
});

describe('user:create on the embedded database', () => {
  const data = temporaryDataDir();
  const env: ProductEnv = { DATA_DIR: data.path, DEMO_DATA: 'off' };
  const admin = (name: string) => ['--email', `${name}@example.test`, '--role', 'admin'];
  let product: Product | null = null;

  afterAll(async () => {
    await product?.stop();
    await data.remove();
  });

  it('makes the first administrator before the first start', async () => {
    const { code, stdout, stderr } = await createUser(env, admin('first'), `${PASSWORD}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`in the embedded database of ${data.path}`);
    product = await spawnProduct(env);
    expect((await logIn(product, 'first@example.test', PASSWORD)).status).toBe(200);
  });

  it('makes another while the server runs, which goes on running', async () => {
    product ??= await spawnProduct(env);
    const { code, stderr } = await createUser(env, admin('second'), `${PASSWORD}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await logIn(product, 'second@example.test', PASSWORD)).status).toBe(200);
    expect(await product.stop()).toMatchObject({ code: 0 });
    product = null;
  });

  it('lets several runs take turns when no server runs', async () => {
    const runs = await Promise.all(
      ['third', 'fourth', 'fifth'].map((name) => createUser(env, admin(name), `${PASSWORD}\n`)),
    );
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      runs.map(() => ({ code: 0, stderr: '' })),
    );
    const again = await createUser(env, admin('fourth'), `${PASSWORD}\n`);
    expect(again.stderr).toMatch(/^--email: .* exists already/);
  });
});
