import { type Answer, type Api } from './api.js';
import { startApp, type TestApp } from './app.js';

const CALLERS = [
  'nobody',
  'customer', // owes the booking, the order, the invoice
  'customer2', // owes another
  'owner', // owns the hotel that is booked
  'cashier',
  'staff',
  'admin',
  'outsider', // administrator of another account
] as const;
export type Caller = (typeof CALLERS)[number];

/** A route as the OpenAPI document prints it, with the status that each caller gets. */
export interface AccessRow {
  route: string;
  statuses: Record<Caller, number>;
}

/** Statuses in the order nobody, customer, customer2, owner, cashier, staff, admin, outsider. */
export function row(route: string, ...statuses: number[]): AccessRow {
  if (statuses.length !== CALLERS.length) throw new Error(`${route}: a status for each caller`);
  const entries = CALLERS.map((caller, index) => [caller, statuses[index]]);
  return { route, statuses: Object.fromEntries(entries) as AccessRow['statuses'] };
}

/** What a room's requests are made with. */
export interface AccessDesk {
  app: TestApp;
  as(caller: Caller): Api;
  /** The id of what a POST made; fails unless it answered 201. */
  made(answer: Promise<Answer>): Promise<number>;
  /** Differs for each request. */
  number: number;
}

/** The routes of a room and, for each, a request that succeeds for whom it may, on a fresh object. */
export interface AccessTable {
  rows: readonly AccessRow[];
  requestOf(desk: AccessDesk, route: string): Promise<{ path: string; body?: unknown }>;
}

const PARAMETER = /\{[a-z_]+\}/g;

/** Sends each of the room's routes as each caller, and for absent and foreign objects. */
export function describeAccess(room: string, table: AccessTable): void {
  describe(`what each role gets on every route: ${room}`, () => {
    let app: TestApp;
    const clients = new Map<Caller, Api>();
    let counter = 0;

    beforeAll(async () => {
      app = await startApp();
      clients.set('nobody', app.api);
      for (const caller of CALLERS.slice(1) as Exclude<Caller, 'nobody'>[]) {
        clients.set(caller, await app.api.login(caller));
      }
    });
    afterAll(() => app.close());

    const as = (caller: Caller): Api => {
      const client = clients.get(caller);
      if (!client) throw new Error(`${caller} is not logged in`);
      return client;
    };
    const made = async (answer: Promise<Answer>): Promise<number> => {
      const { status, body } = await answer;
      expect({ status, body }).toMatchObject({ status: 201 });
      return Number(body['id']);
    };
    const requestOf = (route: string): Promise<{ path: string; body?: unknown }> => {
      counter += 1;
      return table.requestOf({ app, as, made, number: counter }, route);
    };

    it.each(table.rows)('$route', async ({ route, statuses }) => {
      const [method = ''] = route.split(' ');
      const got: Record<string, number> = {};
      for (const caller of CALLERS) {
        const { path, body } = await requestOf(route);
        got[caller] = (await as(caller).send(method, path, body)).status;
      }
      expect(got).toEqual(statuses);
    });

    const withObject = table.rows.filter(({ route }) => route.includes('{'));
    if (withObject.length === 0) return;
    it.each(withObject)(
      '$route answers the same for what is another account’s and what does not exist',
      async ({ route }) => {
        const [method = '', template = ''] = route.split(' ');
        const { path, body } = await requestOf(route);
        const foreign = await as('outsider').send(method, path, body);
        const absentAs = (id: string): Promise<Answer> =>
          as('outsider').send(method, template.replaceAll(PARAMETER, id), body);
        for (const id of ['999999', '00000000-0000-4000-8000-000000000000', 'nonsense', '%00']) {
          const absent = await absentAs(id);
          expect({ id, status: absent.status }).toEqual({ id, status: foreign.status });
        }
        const { request_id: _a, ...foreignBody } = foreign.body;
        const { request_id: _b, ...absentBody } = (await absentAs('999999')).body;
        expect(absentBody).toEqual(foreignBody);
      },
    );
  });
}
