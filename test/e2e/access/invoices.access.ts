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
  row('GET /api/v1/payments/invoices/{id}/pdf/', 401, 200, 404, 200, 200, 200, 200, 404),
  row(
    'GET /api/v1/payments/invoices/{id}/credit-notes/{note}/pdf/',
    401,
    200,
    404,
    200,
    200,
    200,
    200,
    404,
  ),
  row('GET /api/v1/payments/invoices/export/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/invoices/issuer/', 401, 403, 403, 403, 200, 200, 200, 200),
  row('PATCH /api/v1/payments/invoices/issuer/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('PUT /api/v1/payments/invoices/issuer/logo/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('DELETE /api/v1/payments/invoices/issuer/logo/', 401, 403, 403, 403, 403, 403, 204, 204),
];

const DRAFTS = new Set([
  'PATCH /api/v1/payments/invoices/{id}/',
  'DELETE /api/v1/payments/invoices/{id}/',
  'POST /api/v1/payments/invoices/{id}/issue/',
]);
const BODIES: Record<string, unknown> = {
  'PATCH /api/v1/payments/invoices/issuer/': { tax_id: 'TIN 1' },
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

async function anInvoice(desk: AccessDesk, issued: boolean): Promise<number> {
  const staff = desk.as('staff');
  const id = await desk.made(staff.post(ROUTE, invoiceBody()));
  if (issued) {
    expect(await staff.post(`${ROUTE}${id}/issue/`)).toMatchObject({ status: 200 });
  }
  return id;
}

const aNote = (desk: AccessDesk, id: number): Promise<number> =>
  desk.made(desk.as('staff').post(`${ROUTE}${id}/credit-note/`, { reason: 'Spoilt' }));

/** One white pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC';

function aLogo(): FormData {
  const form = new FormData();
  form.append('file', new Blob([Buffer.from(PIXEL, 'base64')]), 'logo.png');
  return form;
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [, template = ''] = route.split(' ');
  if (route === `POST ${ROUTE}`) return { path: template, body: invoiceBody() };
  if (route.endsWith('/issuer/logo/') && route.startsWith('PUT'))
    return { path: template, body: aLogo() };
  if (!template.includes('{id}')) {
    const body = BODIES[route];
    return { path: template, ...(body === undefined ? {} : { body }) };
  }
  const id = await anInvoice(desk, !DRAFTS.has(route));
  if (template.includes('{note}'))
    return {
      path: template.replace('{id}', String(id)).replace('{note}', String(await aNote(desk, id))),
    };
  const body = BODIES[route];
  return { path: template.replace('{id}', String(id)), ...(body === undefined ? {} : { body }) };
}

export const invoicesAccess: AccessTable = { rows, requestOf };
