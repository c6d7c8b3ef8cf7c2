import { type AccessDesk, type AccessTable, row } from '../../support/access.js';

/** Of an invoice about `customer`'s booking at `owner`'s hotel. */
const rows = [
  // route                                                     nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/payments/invoices/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/payments/invoices/', 401, 403, 403, 403, 403, 201, 201, 400),
  row('GET /api/v1/payments/invoices/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('PATCH /api/v1/payments/invoices/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('DELETE /api/v1/payments/invoices/{id}/', 401, 403, 403, 403, 403, 204, 204, 404),
  row('POST /api/v1/payments/invoices/{id}/issue/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/payments/invoices/{id}/void/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/payments/invoices/{id}/credit-note/', 401, 403, 403, 403, 403, 201, 201, 404),
  row('GET /api/v1/payments/invoices/{id}/credit-notes/', 401, 200, 404, 200, 200, 200, 200, 404),
];

const DRAFTS = new Set([
  'PATCH /api/v1/payments/invoices/{id}/',
  'DELETE /api/v1/payments/invoices/{id}/',
  'POST /api/v1/payments/invoices/{id}/issue/',
]);
const BODIES: Record<string, unknown> = {
  'PATCH /api/v1/payments/invoices/{id}/': { notes: 'Thank you' },
  'POST /api/v1/payments/invoices/{id}/void/': { reason: 'Wrong company' },
  'POST /api/v1/payments/invoices/{id}/credit-note/': { reason: 'Did not take place' },
};
const ROUTE = '/api/v1/payments/invoices/';

/** Booking 123 is the customer's, at the owner's hotel. */
const invoiceBody = (): unknown => ({
  booking: 123,
  currency: 'TZS',
  lines: [{ description: 'Dinner', quantity: 1, unit_price: '1000.00' }],
});

async function anInvoice({ as, made }: AccessDesk, issued: boolean): Promise<number> {
  const id = await made(as('staff').post(ROUTE, invoiceBody()));
  if (issued) {
    expect(await as('staff').post(`${ROUTE}${id}/issue/`)).toMatchObject({ status: 200 });
  }
  return id;
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [, template = ''] = route.split(' ');
  if (route === `POST ${ROUTE}`) return { path: template, body: invoiceBody() };
  if (!template.includes('{id}')) return { path: template };
  const id = await anInvoice(desk, !DRAFTS.has(route));
  const body = BODIES[route];
  return { path: template.replace('{id}', String(id)), ...(body === undefined ? {} : { body }) };
}

export const invoicesAccess: AccessTable = { rows, requestOf };
