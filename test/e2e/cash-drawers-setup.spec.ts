import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';

interface Media {
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Schema {
  paths: Record<
    string,
    Record<string, { requestBody?: { content: { 'application/json': Media } } }>
  >;
}

const DRAWERS = '/api/v1/cash-drawers/';
const SESSIONS = '/api/v1/cash-drawers/sessions/';

describe('cash drawers', () => {
  let app: TestApp;
  let cashier: Api;
  let staff: Api;
  let admin: Api;

  beforeAll(async () => {
    app = await startApp();
    cashier = await app.api.login('cashier');
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  it('take every request as the documentation prints it', async () => {
    const { body: schema } = await app.api.get<Schema>('/api/schema/');
    const printed = (path: string): unknown[] => {
      const media = schema.paths[path]?.['post']?.requestBody?.content['application/json'];
      const values = Object.values(media?.examples ?? {}).map(({ value }) => value);
      return values.length > 0 ? values : [media?.example];
    };
    const [drawer] = printed(DRAWERS);
    expect(await staff.post(DRAWERS, drawer)).toMatchObject({ status: 201 });
    const [opening] = printed(SESSIONS);
    const { status, body: session } = await cashier.post<{ id: number }>(SESSIONS, opening);
    expect({ status, session }).toMatchObject({ status: 201 });
    const events = printed(`${SESSIONS}{id}/events/`);
    expect(events.length).toBeGreaterThan(4);
    for (const event of events) {
      const answer = await staff.post(`${SESSIONS}${session.id}/events/`, event);
      expect({ event, answer }).toMatchObject({ answer: { status: 201 } });
    }
    for (const act of ['count', 'close', 'review']) {
      const [body] = printed(`${SESSIONS}{id}/${act}/`);
      const dollars = { currency: 'USD', amount: '10.00' };
      const counted = act === 'count' ? { counted: [dollars] } : undefined;
      if (counted) await cashier.post(`${SESSIONS}${session.id}/count/`, counted);
      const by = act === 'review' ? staff : cashier;
      const answer = await by.post(`${SESSIONS}${session.id}/${act}/`, body);
      expect({ act, answer }).toMatchObject({ answer: { status: 200 } });
    }
  });

  it('are set up, changed and archived by staff, and leave a trail', async () => {
    const { status, body: made } = await staff.post<{ id: number }>(DRAWERS, {
      name: 'Roof bar',
      location: 'Pool',
      currencies: [{ currency: 'TZS' }],
      blind: true,
    });
    expect(status).toBe(201);
    const drawer = made.id;
    expect(
      await staff.post(DRAWERS, { name: 'ROOF BAR', currencies: [{ currency: 'TZS' }] }),
    ).toMatchObject({ status: 409, body: { code: 'cash_drawer_name_taken' } });
    for (const wrong of [
      {},
      { name: ' ', currencies: [{ currency: 'TZS' }] },
      { name: 'X', currencies: [] },
      { name: 'X', currencies: [{ currency: 'ABC' }] },
      { name: 'X', currencies: [{ currency: 'TZS' }, { currency: 'tzs' }] },
      { name: 'X', currencies: [{ currency: 'TZS', holding_limit: '0' }] },
      { name: 'X', currencies: [{ currency: 'TZS', float_target: 5, holding_limit: 5 }] },
      { name: 'X', currencies: [{ currency: 'TZS' }], colour: 'red' },
    ]) {
      expect((await staff.post(DRAWERS, wrong)).status).toBe(400);
    }
    const changed = await staff.send('PATCH', `${DRAWERS}${drawer}/`, {
      location: 'Roof',
      blind: false,
      currencies: [{ currency: 'usd', variance_limit: '2.50' }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: 'Roof bar',
        location: 'Roof',
        blind: false,
        version: 2,
        currencies: [
          { currency: 'USD', float_target: null, holding_limit: null, variance_limit: '2.50' },
        ],
      },
    });
    const opening = [{ currency: 'USD', amount: '10.00' }];
    const { body: session } = await cashier.post<{ id: number }>(SESSIONS, { drawer, opening });
    expect((await staff.post(`${DRAWERS}${drawer}/archive/`)).body).toMatchObject({
      code: 'drawer_in_use',
    });
    await cashier.post(`${SESSIONS}${session.id}/close/`, { counted: opening });
    expect((await staff.post(`${DRAWERS}${drawer}/archive/`)).body).toMatchObject({
      code: 'cash_drawer_not_empty',
    });
    const last = await cashier.post<{ id: number }>(SESSIONS, { drawer, opening });
    const drop = { type: 'drop_to_safe', amount: '10.00', currency: 'USD' };
    await cashier.post(`${SESSIONS}${last.body.id}/events/`, drop);
    const empty = { counted: [{ currency: 'USD', amount: 0 }] };
    await cashier.post(`${SESSIONS}${last.body.id}/close/`, empty);
    expect((await staff.post(`${DRAWERS}${drawer}/archive/`)).status).toBe(200);
    expect(await cashier.post(SESSIONS, { drawer, opening })).toMatchObject({
      status: 409,
      body: { code: 'cash_drawer_archived' },
    });
    const { body } = await admin.get<{ results: { action: string }[] }>(
      `/api/v1/payments/audits/?object_type=cash_drawer&object_id=${drawer}`,
    );
    expect(body.results.map(({ action }) => action)).toEqual([
      'cash_drawer.archived',
      'cash_drawer.updated',
      'cash_drawer.created',
    ]);
  });
});
