import { type AccessDesk, type AccessTable, row } from '../../support/access.js';
import { waitFor } from '../../support/wait.js';

const PATH = '/api/v1/reconciliation/';

/** Only whoever works with the books reconciles them; how statements are read is a setting. */
const rows = [
  // route                                  nobody cust cust2 owner cashier staff admin outsider
  row(`GET ${PATH}mappings/`, 401, 403, 403, 403, 403, 200, 200, 200),
  row(`PUT ${PATH}mappings/`, 401, 403, 403, 403, 403, 403, 200, 200),
  row(`GET ${PATH}runs/`, 401, 403, 403, 403, 403, 200, 200, 200),
  row(`POST ${PATH}runs/`, 401, 403, 403, 403, 403, 201, 201, 201),
  // Of a gateway that cannot be asked, so that no run of one caller is in the way of the next.
  row(`POST ${PATH}runs/gateway/`, 401, 403, 403, 403, 403, 400, 400, 400),
  row(`GET ${PATH}runs/{id}/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`GET ${PATH}runs/{id}/items/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`GET ${PATH}runs/{id}/report/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`GET ${PATH}items/{id}/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`POST ${PATH}items/{id}/resolve/`, 401, 403, 403, 403, 403, 200, 200, 404),
];

function aStatement(desk: AccessDesk): FormData {
  const form = new FormData();
  form.set('provider', 'chapa');
  const text = `Reference,Amount,Date\nACCESS-${desk.number},100.00,2026-01-23 10:00\n`;
  form.set('file', new Blob([text], { type: 'text/csv' }), 'chapa.csv');
  return form;
}

const aRun = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('staff').post(`${PATH}runs/`, aStatement(desk)));

async function anItem(desk: AccessDesk): Promise<number> {
  const run = await aRun(desk);
  const staff = desk.as('staff');
  await waitFor(
    `run ${run}`,
    async () => (await staff.get(`${PATH}runs/${run}/`)).body['status'] === 'completed',
  );
  const { body } = await staff.get<{ results: { id: number }[] }>(`${PATH}runs/${run}/items/`);
  return body.results[0]?.id ?? 0;
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method, template = ''] = route.split(' ');
  const path = (id: number): string => template.replace('{id}', String(id));
  if (template.endsWith('/gateway/')) return { path: template, body: { provider: 'manual' } };
  if (method === 'PUT') return { path: template, body: { provider: 'wave', mapping: {} } };
  if (method === 'POST' && template.endsWith('/runs/')) {
    return { path: template, body: aStatement(desk) };
  }
  if (template.includes('/runs/{id}')) return { path: path(await aRun(desk)) };
  if (!template.includes('{id}')) return { path: template };
  const id = path(await anItem(desk));
  return method === 'POST' ? { path: id, body: { reason: 'of another branch' } } : { path: id };
}

export const reconciliationAccess: AccessTable = { rows, requestOf };
