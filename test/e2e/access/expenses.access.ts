import { type AccessDesk, type AccessTable, row } from '../../support/access.js';

const PATH = '/api/v1/payments/expenses/';

/** Expenses of the hotel of `owner`, written by staff unless the owner has to have written them. */
const rows = [
  // route                                              nobody cust cust2 owner cashier staff admin outsider
  row(`GET ${PATH}`, 401, 403, 403, 200, 200, 200, 200, 200),
  row(`POST ${PATH}`, 401, 403, 403, 201, 403, 201, 201, 400),
  row(`GET ${PATH}summary/`, 401, 403, 403, 200, 200, 200, 200, 200),
  row(`GET ${PATH}export/`, 401, 403, 403, 200, 200, 200, 200, 200),
  row(`GET ${PATH}{id}/`, 401, 403, 403, 200, 200, 200, 200, 404),
  row(`PATCH ${PATH}{id}/`, 401, 403, 403, 200, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/submit/`, 401, 403, 403, 200, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/approve/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/reject/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/pay/`, 401, 403, 403, 403, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/void/`, 401, 403, 403, 200, 403, 200, 200, 404),
  row(`POST ${PATH}{id}/receipt/`, 401, 403, 403, 201, 403, 201, 201, 404),
  row(`GET ${PATH}{id}/receipt/`, 401, 403, 403, 200, 200, 200, 200, 404),
];

const expenseBody = (more: Record<string, unknown> = {}) => ({
  property: 124,
  category: 'maintenance',
  amount: '45000.00',
  currency: 'TZS',
  date: '2026-01-20',
  vendor: 'Fundi Plumbing',
  notes: 'Leak in room 7',
  ...more,
});

const aDraft = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('owner').post(PATH, expenseBody({ status: 'draft' })));
const aPending = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('owner').post(PATH, expenseBody({ amount: '2000000.00' })));
const anApproved = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('owner').post(PATH, expenseBody()));

function aReceipt(): FormData {
  const form = new FormData();
  form.set('file', new Blob(['%PDF-1.4\n%%EOF\n'], { type: 'application/pdf' }), 'bill.pdf');
  return form;
}
const withReceipt = async (desk: AccessDesk): Promise<number> => {
  const id = await aDraft(desk);
  await desk.made(desk.as('owner').post(`${PATH}${id}/receipt/`, aReceipt()));
  return id;
};

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method, template = ''] = route.split(' ');
  const path = (id: number): string => template.replace('{id}', String(id));
  const act = template.replace(`${PATH}{id}/`, '');
  if (route === `POST ${PATH}`) return { path: template, body: expenseBody() };
  if (!template.includes('{id}')) return { path: template };
  if (method === 'PATCH') return { path: path(await aDraft(desk)), body: { notes: 'n' } };
  if (act === '') return { path: path(await aDraft(desk)) };
  if (act === 'receipt/') {
    return method === 'GET'
      ? { path: path(await withReceipt(desk)) }
      : { path: path(await aDraft(desk)), body: aReceipt() };
  }
  if (act === 'submit/') return { path: path(await aDraft(desk)), body: {} };
  if (act === 'pay/') {
    return { path: path(await anApproved(desk)), body: { paid_from: 'advance' } };
  }
  if (act === 'void/') return { path: path(await aPending(desk)), body: { reason: 'twice' } };
  const decision = act === 'reject/' ? { version: 1, reason: 'not ordered' } : { version: 1 };
  return { path: path(await aPending(desk)), body: decision };
}

export const expensesAccess: AccessTable = { rows, requestOf };
