import { JsonLogger } from '../../src/http/index.js';
import { Api, DEMO_PASSWORD } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { pagesOf, pathsOf, type Route, routesOf, textOf } from '../support/route-walk.js';
import { waitFor } from '../support/wait.js';

const HOURS = 3_600;
const HOUSE = '/api/v1/properties/123';
const INITIATE = { payment_method: 'mobile_money', mobile_money_provider: 'AIRTEL' };

/** What the house had at first; the trail of the change must not tell it either. */
const BEFORE = [
  '700000000',
  'owner@example.com',
  'owner@malipo.test',
  '123 Main Street',
  'Kinondoni',
  '6.7924',
  '39.2083',
];
const NOW = {
  phone: '+255767111222',
  email: 'hidden.owner@example.org',
  address: 'Hidden Lane 77',
  district: 'Hiddenwilaya',
  latitude: -6.123457,
  longitude: 39.765433,
};
const SECRETS = [
  ...BEFORE,
  '767111222',
  NOW.email,
  NOW.address,
  NOW.district,
  '6.123457',
  '39.765433',
];

function secretsIn(text: string): string[] {
  const lower = text.toLowerCase();
  return SECRETS.filter((secret) => lower.includes(secret.toLowerCase()));
}

/**
 * How the owner of a house is reached and where it stands are what visits are paid for. Every route of
 * the OpenAPI document is walked by everybody who may not know, and no answer may tell.
 */
describe('what a visit is paid for', () => {
  let app: TestApp;
  let staff: Api;
  let admin: Api;
  let routes: Route[];
  const lines: string[] = [];
  const curious = new Map<string, Api>();

  const who = (name: string): Api => {
    const api = curious.get(name);
    if (!api) throw new Error(`nobody is called ${name}`);
    return api;
  };
  const login = async (username: string): Promise<Api> => {
    const { body } = await app.api.post<{ access: string }>('/api/v1/auth/token/', {
      username,
      password: DEMO_PASSWORD,
    });
    return new Api(app.url, body.access);
  };
  const aUser = async (role: string, name: string, phone: string): Promise<Api> => {
    await app.database.dataSource.query(
      `INSERT INTO users (account_id, username, email, name, phone, role, password_hash)
       SELECT account_id, $2, $2, $3, $4, $1, password_hash FROM users WHERE id = 1`,
      [role, `${name}@malipo.test`, name, phone],
    );
    return login(`${name}@malipo.test`);
  };
  const visit = async (visitor: Api): Promise<Record<string, unknown>> => {
    const { status, body } = await visitor.post(`${HOUSE}/visit/initiate/`, INITIATE);
    expect({ status, body }).toMatchObject({ status: 200 });
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await waitFor('the paid visit', async () => {
      const read = await visitor.get(`${HOUSE}/visit/status/`);
      return read.body['has_paid'] === true;
    });
    const verified = await visitor.post(`${HOUSE}/visit/verify/`, {
      transaction_id: body['transaction_reference'],
    });
    expect(verified.status).toBe(200);
    return body;
  };

  /** The owner does something to a customer's payment: the trail names the owner. */
  const ownerActs = async (): Promise<void> => {
    const made = await who('a lapsed visitor').post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      ...INITIATE,
    });
    const owner = await app.api.login('owner');
    const { status } = await owner.post(
      `/api/v1/payments/payments/${String(made.body['id'])}/initiate-gateway/`,
    );
    expect(status).toBe(200);
  };

  beforeAll(async () => {
    app = await startApp();
    app.app.useLogger(
      new JsonLogger({ logLevel: 'trace', role: 'all' }, { write: (line) => lines.push(line) }),
    );
    routes = await routesOf(app.api);
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
    curious.set('nobody', app.api);
    curious.set('a lapsed visitor', await app.api.login('customer'));
    curious.set('an active visitor', await app.api.login('customer2'));
    curious.set('a refunded visitor', await aUser('customer', 'refunded', '255653000771'));
    curious.set('a customer', await aUser('customer', 'passerby', '255653000772'));
    curious.set('another owner', await aUser('owner', 'neighbour', '255653000773'));
    curious.set('a cashier', await app.api.login('cashier'));
    curious.set('an administrator of another account', await app.api.login('outsider'));

    // Something of everything, as documented.
    for (const route of routes.filter(({ method }) => method === 'POST')) {
      const [path = ''] = await pathsOf(route, admin);
      await staff.post(path, route.example);
    }
    const changed = await staff.send('PATCH', `${HOUSE}/`, {
      address: NOW.address,
      district: NOW.district,
      latitude: NOW.latitude,
      longitude: NOW.longitude,
      owner_contact: { phone: NOW.phone, email: NOW.email },
      visit_cost: '5000.00',
      visit_cost_currency: 'TZS',
    });
    if (changed.status !== 200) throw new Error(`PATCH answered ${changed.status}`);
    await visit(who('a lapsed visitor'));
    await app.sandbox.moveClock(73 * HOURS);
    const refunded = await visit(who('a refunded visitor'));
    const refund = await staff.post(
      `/api/v1/payments/payments/${String(refunded['payment_id'])}/refunds/`,
      { reason: 'The house was let' },
    );
    await staff.post(`/api/v1/payments/refunds/${String(refund.body['id'])}/settle/`, {
      method: 'mobile_money',
      evidence: 'payout 17',
    });
    await visit(who('an active visitor'));
    await ownerActs();
  }, 120_000);
  afterAll(() => app.close());

  it('is told to its owner, staff, admin and active visitors: the walk could find it', async () => {
    const secrets = SECRETS.slice(BEFORE.length);
    for (const api of [staff, admin, await app.api.login('owner')]) {
      expect(secretsIn(textOf(await api.get(`${HOUSE}/`)))).toEqual(
        expect.arrayContaining(secrets),
      );
    }
    const status = await who('an active visitor').get(`${HOUSE}/visit/status/`);
    expect(secretsIn(textOf(status))).toEqual(secrets);
    const found = [...curious.keys()].filter((name) => name !== 'an active visitor');
    for (const name of found) {
      const { body } = await who(name).get(`${HOUSE}/visit/status/`);
      expect(body['has_paid'] ?? false).toBe(false);
    }
  });

  /** Only these two routes open, and only to the active visitor. */
  const mayTell = (name: string, path: string): boolean =>
    name === 'an active visitor' &&
    /^\/api\/v1\/properties\/[^/]+\/visit\/(status|verify)\//.test(path);

  const NAMES = [
    'nobody',
    'a lapsed visitor',
    'an active visitor',
    'a refunded visitor',
    'a customer',
    'another owner',
    'a cashier',
    'an administrator of another account',
  ];

  it.each(NAMES)(
    'is in no list, object or error that %s can read',
    async (name) => {
      const leaks: unknown[] = [];
      let answers = 0;
      for (const route of routes.filter(({ method }) => method === 'GET')) {
        const queries = route.path.includes('{')
          ? ['']
          : ['', '?page_size=100', '?cursor=&page_size=100', '?ordering=nonsense', '?page=x'];
        for (const path of await pathsOf(route, admin)) {
          for (const query of queries) {
            for (const answer of await pagesOf(who(name), path + query)) {
              answers += 1;
              const secrets = mayTell(name, path) ? [] : secretsIn(textOf(answer));
              if (secrets.length > 0) leaks.push({ path: path + query, secrets });
              if (answer.status >= 500) leaks.push({ path: path + query, status: answer.status });
            }
          }
        }
      }
      expect(leaks).toEqual([]);
      expect(answers).toBeGreaterThan(routes.length);
    },
    120_000,
  );

  it.each(NAMES)(
    'is in no answer to what %s can try',
    async (name) => {
      const leaks: unknown[] = [];
      for (const route of routes.filter(({ method }) => method !== 'GET')) {
        for (const path of await pathsOf(route, admin)) {
          for (const body of [{}, route.example, { nonsense: true }]) {
            if (body === undefined) continue;
            const answer = await who(name).send(route.method, path, body);
            const secrets = mayTell(name, path) ? [] : secretsIn(textOf(answer));
            if (secrets.length > 0) leaks.push({ method: route.method, path, body, secrets });
            if (answer.status === 500)
              leaks.push({ method: route.method, path, body, status: 500 });
          }
        }
      }
      expect(leaks).toEqual([]);
    },
    120_000,
  );

  it('cannot be guessed by searching, filtering or sorting', async () => {
    for (const word of [NOW.district, NOW.address, NOW.email, NOW.phone, '39.76']) {
      for (const field of ['search', 'district', 'address', 'owner']) {
        const query = `${field}=${encodeURIComponent(word)}`;
        const told = await who('a customer').get<{ results: unknown[] }>(
          `/api/v1/properties/?${query}`,
        );
        const wrong = await who('a customer').get<{ results: unknown[] }>(
          `/api/v1/properties/?${field}=nowhere`,
        );
        expect({ query, results: told.body.results }).toEqual({
          query,
          results: wrong.body.results,
        });
      }
    }
    for (const column of ['district', 'address', 'latitude', 'contact_email']) {
      const { status } = await who('a customer').get(`/api/v1/properties/?ordering=${column}`);
      expect(status).toBe(400);
    }
  });

  it('is in no change that the trail keeps', async () => {
    const rows: { action: string; changes: unknown }[] = await app.database.dataSource.query(
      'SELECT action, changes FROM audit_entries',
    );
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['property.changed', 'visit.active', 'visit.refunded']),
    );
    const telling = rows.filter(({ changes }) => secretsIn(JSON.stringify(changes)).length > 0);
    expect(telling).toEqual([]);
  });

  it('is in no e-mail, and in nothing that gateways get', async () => {
    const mails = await waitFor('confirmations of the visits', async () => {
      const all = (await (await fetch(`${app.sandbox.url}/api/mails`)).json()) as {
        subject: string;
      }[];
      return all.filter(({ subject }) => subject.includes('Visit')).length >= 3 ? all : null;
    });
    expect(mails.filter((mail) => secretsIn(JSON.stringify(mail)).length > 0)).toEqual([]);
    const requests = await app.sandbox.requests();
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter(({ body }) => secretsIn(body).length > 0)).toEqual([]);
  });

  it('is in no log line', () => {
    expect(lines.some((line) => line.includes('visit/status'))).toBe(true);
    expect(lines.filter((line) => secretsIn(line).length > 0)).toEqual([]);
  });
});
