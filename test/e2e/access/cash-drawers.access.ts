import { type AccessDesk, type AccessTable, type Caller, row } from '../../support/access.js';

/** Drawers are for those who handle cash: cashiers work at them, staff set them up and review. */
const rows = [
  // route                                             nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/cash-drawers/', 401, 403, 403, 403, 200, 200, 200, 200),
  row('POST /api/v1/cash-drawers/', 401, 403, 403, 403, 403, 201, 201, 201),
  row('GET /api/v1/cash-drawers/{id}/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('PATCH /api/v1/cash-drawers/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/cash-drawers/{id}/archive/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/cash-drawers/{id}/z-reports/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('GET /api/v1/cash-drawers/{id}/z-reports/verify/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/cash-drawers/sessions/', 401, 403, 403, 403, 200, 200, 200, 200),
  row('POST /api/v1/cash-drawers/sessions/', 401, 403, 403, 403, 201, 201, 201, 404),
  row('GET /api/v1/cash-drawers/sessions/{id}/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('GET /api/v1/cash-drawers/sessions/{id}/events/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('POST /api/v1/cash-drawers/sessions/{id}/events/', 401, 403, 403, 403, 201, 201, 201, 404),
  row('POST /api/v1/cash-drawers/sessions/{id}/count/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('POST /api/v1/cash-drawers/sessions/{id}/close/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('POST /api/v1/cash-drawers/sessions/{id}/review/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/cash-drawers/sessions/{id}/x-report/', 401, 403, 403, 403, 200, 200, 200, 404),
  row('GET /api/v1/cash-drawers/sessions/{id}/z-report/', 401, 403, 403, 403, 200, 200, 200, 404),
];

const SESSIONS = '/api/v1/cash-drawers/sessions/';
const COUNT = { counted: [{ currency: 'TZS', amount: '100.00' }] };

const aDrawer = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('staff').post('/api/v1/cash-drawers/', drawerBody(desk)));
const drawerBody = (desk: AccessDesk) => ({
  name: `Till ${desk.number}`,
  currencies: [{ currency: 'TZS' }],
});

/** Nobody may have two sessions: those of the request before are closed. */
async function closeAll(desk: AccessDesk): Promise<void> {
  for (const state of ['open', 'counting']) {
    const { body } = await desk
      .as('admin')
      .get<{ results: { id: number }[] }>(`${SESSIONS}?status=${state}`);
    for (const { id } of body.results) {
      const { status } = await desk.as('admin').post(`${SESSIONS}${id}/close/`, COUNT);
      expect(status).toBe(200);
    }
  }
}

const aSession = async (desk: AccessDesk, by: Caller = 'cashier'): Promise<number> =>
  desk.made(
    desk.as(by).post(SESSIONS, {
      drawer: await aDrawer(desk),
      opening: [{ currency: 'TZS', amount: '100.00' }],
    }),
  );

async function aClosedSession(desk: AccessDesk): Promise<number> {
  const id = await aSession(desk);
  expect((await desk.as('cashier').post(`${SESSIONS}${id}/close/`, COUNT)).status).toBe(200);
  return id;
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method = '', template = ''] = route.split(' ');
  const path = (id: number): string => template.replace('{id}', String(id));
  if (!template.startsWith(SESSIONS)) {
    if (route === 'POST /api/v1/cash-drawers/') return { path: template, body: drawerBody(desk) };
    if (!template.includes('{id}')) return { path: template };
    const changes = method === 'PATCH' ? { body: { location: 'by the door' } } : {};
    return { path: path(await aDrawer(desk)), ...changes };
  }
  await closeAll(desk);
  if (template === SESSIONS) {
    if (method === 'GET') return { path: template };
    const opening = [{ currency: 'TZS', amount: '100.00' }];
    return { path: template, body: { drawer: await aDrawer(desk), opening } };
  }
  if (template.endsWith('/review/')) return { path: path(await aClosedSession(desk)), body: {} };
  if (template.endsWith('/z-report/')) return { path: path(await aClosedSession(desk)) };
  const target = path(await aSession(desk));
  if (template.endsWith('/count/') || template.endsWith('/close/')) {
    return { path: target, body: COUNT };
  }
  if (method === 'POST') return { path: target, body: { type: 'no_sale' } };
  return { path: target };
}

/** Drawers, their sessions, events and reports. */
export const cashDrawersAccess: AccessTable = { rows, requestOf };
