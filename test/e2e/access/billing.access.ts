import { DEMO_USER_IDS } from '../../../src/identity/index.js';
import { type AccessDesk, type AccessTable, row } from '../../support/access.js';
import { PNG } from '../../support/forms.js';

/** Of a manual payment that `customer` submitted for an invoice about a booking at `owner`'s hotel. */
const rows = [
  // route                                                     nobody cust cust2 owner cashier staff admin outsider
  row('GET /api/v1/billing/payments/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/billing/payments/manual/', 401, 201, 404, 403, 201, 201, 201, 404),
  row('GET /api/v1/billing/payments/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('PATCH /api/v1/billing/payments/{id}/', 401, 200, 404, 403, 403, 403, 403, 404),
  row('POST /api/v1/billing/payments/{id}/withdraw/', 401, 200, 404, 403, 403, 403, 403, 404),
  row('POST /api/v1/billing/payments/{id}/approve/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/billing/payments/{id}/reject/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/billing/payments/{id}/reverse/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/billing/reversals/{id}/confirm/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/billing/reversals/{id}/decline/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/v1/billing/payments/{id}/proofs/', 401, 201, 404, 403, 403, 201, 201, 404),
  row('GET /api/v1/billing/payments/{id}/proofs/', 401, 200, 404, 403, 403, 200, 200, 404),
  row(
    'GET /api/v1/billing/payments/{id}/proofs/{proof_id}/',
    401,
    200,
    404,
    403,
    403,
    200,
    200,
    404,
  ),
  row('GET /api/v1/billing/payment-methods/available/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/billing/account-payment-methods/', 401, 403, 403, 403, 403, 200, 200, 200),
  row('POST /api/v1/billing/account-payment-methods/', 401, 403, 403, 403, 403, 403, 201, 201),
  row('GET /api/v1/billing/account-payment-methods/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row(
    'PATCH /api/v1/billing/account-payment-methods/{id}/',
    401,
    403,
    403,
    403,
    403,
    403,
    200,
    404,
  ),
  row(
    'POST /api/v1/billing/account-payment-methods/{id}/archive/',
    401,
    403,
    403,
    403,
    403,
    403,
    200,
    404,
  ),
  row('GET /api/v1/billing/payment-method-configs/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('PATCH /api/v1/billing/payment-method-configs/{id}/', 401, 403, 403, 403, 403, 403, 200, 404),
  row('GET /api/v1/billing/credits/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/billing/credits/{id}/entries/', 401, 200, 404, 404, 200, 200, 200, 404),
];

const ROUTE = '/api/v1/billing/';
const INVOICES = '/api/v1/payments/invoices/';
const BODIES: Record<string, unknown> = {
  [`PATCH ${ROUTE}payments/{id}/`]: { notes: 'corrected' },
  [`POST ${ROUTE}payments/{id}/approve/`]: { version: 2 },
  [`POST ${ROUTE}payments/{id}/reject/`]: { version: 2, reason: 'never came' },
  [`POST ${ROUTE}payments/{id}/reverse/`]: { reason: 'recalled' },
};

/** Booking 123 is the customer's, at the owner's hotel. */
async function anInvoice(desk: AccessDesk): Promise<number> {
  const staff = desk.as('staff');
  const id = await desk.made(
    staff.post(INVOICES, {
      booking: 123,
      currency: 'TZS',
      lines: [{ description: 'Dinner', quantity: 1, unit_price: '2000.00' }],
    }),
  );
  expect(await staff.post(`${INVOICES}${id}/issue/`)).toMatchObject({ status: 200 });
  return id;
}

async function submission(desk: AccessDesk): Promise<Record<string, unknown>> {
  const invoice = await anInvoice(desk);
  return {
    invoice_id: invoice,
    payment_method: 'bank_transfer',
    transaction_reference: `TRANSFER-${invoice}`,
  };
}

async function aManualPayment(desk: AccessDesk): Promise<number> {
  const { status, body } = await desk
    .as('customer')
    .post(`${ROUTE}payments/manual/`, await submission(desk));
  expect({ status, body }).toMatchObject({ status: 201 });
  return Number(body['payment_id']);
}

async function anApprovedPayment(desk: AccessDesk): Promise<number> {
  const id = await aManualPayment(desk);
  const approved = await desk.as('admin').post(`${ROUTE}payments/${id}/approve/`, { version: 2 });
  expect(approved).toMatchObject({ status: 200 });
  return id;
}

/** Proposed by somebody who is none of the callers. */
async function aReversal(desk: AccessDesk): Promise<number> {
  const rows: { id: number }[] = await desk.app.database.dataSource.query(
    `INSERT INTO manual_payment_reversals (payment_id, account_id, currency, amount_minor, reason,
       proposed_by)
     SELECT id, account_id, currency, amount_minor, 'recalled', $2 FROM payments WHERE id = $1
     RETURNING id`,
    [await anApprovedPayment(desk), DEMO_USER_IDS.staff2],
  );
  return Number(rows[0]?.id);
}

function aProofForm(): FormData {
  const form = new FormData();
  form.set('file', new Blob([PNG], { type: 'image/png' }), 'receipt.png');
  return form;
}

const methodBody = () => ({
  method: 'bank_transfer',
  name: 'Third Bank',
  currency: 'KES',
  bank_name: 'Third Bank',
  account_name: 'Malipo',
  account_number: '001',
});

/** The customer's own. */
async function aCredit(desk: AccessDesk): Promise<number> {
  const { body } = await desk.as('customer').get<{ results: { id: number }[] }>(`${ROUTE}credits/`);
  return Number(body.results[0]?.id);
}

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method, template = ''] = route.split(' ');
  const path = (id: number): string => template.replace('{id}', String(id));
  if (route === `POST ${ROUTE}payments/manual/`) {
    return { path: template, body: await submission(desk) };
  }
  if (route === `POST ${ROUTE}account-payment-methods/`) {
    return { path: template, body: methodBody() };
  }
  if (template.includes('/account-payment-methods/{id}/')) {
    const id = await desk.made(
      desk.as('admin').post(`${ROUTE}account-payment-methods/`, methodBody()),
    );
    return { path: path(id), ...(method === 'PATCH' ? { body: { name: 'Fourth Bank' } } : {}) };
  }
  if (template.includes('/payment-method-configs/{id}/')) {
    return { path: path(1), body: { position: desk.number } };
  }
  if (template.includes('/credits/{id}/')) return { path: path(await aCredit(desk)) };
  if (template.includes('/reversals/{id}/')) return { path: path(await aReversal(desk)) };
  if (template.includes('{proof_id}')) {
    const id = await aManualPayment(desk);
    const proof = await desk.made(
      desk.as('customer').post(`${ROUTE}payments/${id}/proofs/`, aProofForm()),
    );
    return { path: path(id).replace('{proof_id}', String(proof)) };
  }
  if (route === `POST ${ROUTE}payments/{id}/proofs/`) {
    return { path: path(await aManualPayment(desk)), body: aProofForm() };
  }
  if (template.endsWith('/reverse/')) {
    return { path: path(await anApprovedPayment(desk)), body: BODIES[route] };
  }
  if (template.includes('{id}')) {
    const body = BODIES[route];
    return { path: path(await aManualPayment(desk)), ...(body ? { body } : {}) };
  }
  return { path: template };
}

/** Methods, payments of document 001, manual payments and their reviews, credits. */
export const billingAccess: AccessTable = { rows, requestOf };
