import { DEMO_PASSWORD } from '../../support/api.js';
import { type AccessDesk, type AccessTable, row } from '../../support/access.js';
import { waitFor } from '../../support/wait.js';

/**
 * What each role gets for objects of `customer` in account 1. 401 not logged in, 403 the role lacks the
 * act, 404 not theirs to see; the rest is what the route answers.
 */
const rows = [
  // route                                                     nobody cust cust2 owner cashier staff admin outsider
  row('POST /api/v1/auth/token/', 200, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/auth/token/refresh/', 401, 401, 401, 401, 401, 401, 401, 401),
  row('POST /api/v1/auth/logout/', 200, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/auth/register/', 201, 201, 201, 201, 201, 201, 201, 201),
  row('GET /api/v1/auth/me/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('PATCH /api/v1/auth/me/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/providers/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/payments/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/payments/export/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/transactions/export/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/payments/payments/', 401, 201, 404, 403, 201, 201, 201, 404),
  row('GET /api/v1/payments/payments/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('PUT /api/v1/payments/payments/{id}/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('PATCH /api/v1/payments/payments/{id}/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('DELETE /api/v1/payments/payments/{id}/', 401, 204, 404, 403, 204, 204, 204, 404),
  row('POST /api/v1/payments/payments/{id}/cancel/', 401, 200, 404, 403, 200, 200, 200, 404),
  row('POST /api/v1/payments/payments/{id}/collect/', 401, 403, 403, 403, 409, 409, 409, 404),
  row(
    'POST /api/v1/payments/payments/{id}/initiate-gateway/',
    401,
    200,
    404,
    200,
    200,
    200,
    200,
    404,
  ),
  row('GET /api/v1/payments/payments/{id}/refunds/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/payments/payments/{id}/refunds/', 401, 403, 403, 403, 403, 201, 201, 404),
  row('POST /api/v1/payments/refunds/{id}/approve/', 401, 403, 403, 403, 403, 409, 409, 404),
  row('POST /api/v1/payments/refunds/{id}/reject/', 401, 403, 403, 403, 403, 409, 409, 404),
  row('POST /api/v1/payments/refunds/{id}/settle/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('POST /api/payments/initiate/', 404, 201, 404, 403, 201, 201, 201, 404),
  row('GET /api/payments/{id}/status/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('GET /api/payments/verify/', 400, 400, 400, 400, 400, 400, 400, 400),
  row('POST /api/payments/verify/', 400, 400, 400, 400, 400, 400, 400, 400),
  row('GET /api/v1/payments/transactions/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/transactions/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/payments/transactions/{id}/resolve/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/payments/audits/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('GET /api/v1/payments/audits/verify/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('GET /api/v1/properties/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/properties/', 401, 403, 403, 403, 403, 201, 201, 400),
  row('GET /api/v1/properties/{id}/', 401, 200, 200, 200, 200, 200, 200, 404),
  row('PATCH /api/v1/properties/{id}/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/bookings/', 401, 200, 200, 200, 200, 200, 200, 200),
  row('POST /api/v1/bookings/', 401, 403, 403, 403, 403, 201, 201, 400),
  row('GET /api/v1/bookings/{id}/', 401, 200, 404, 200, 200, 200, 200, 404),
  row('POST /api/v1/bookings/{id}/cancel/', 401, 403, 403, 403, 403, 200, 200, 404),
  row('GET /api/v1/webhook-events/', 401, 403, 403, 403, 403, 403, 200, 200),
  row('GET /api/v1/webhook-events/{id}/', 401, 403, 403, 403, 403, 403, 200, 404),
  row('POST /api/v1/webhook-events/{id}/replay/', 401, 403, 403, 403, 403, 403, 200, 404),
];

const bookingBody = () => ({
  property: 124,
  customer: 'customer@malipo.test',
  check_in: '2026-04-01',
  check_out: '2026-04-02',
  guests: 1,
  total_price: '5000.00',
  currency: 'TZS',
});
export const aBooking = (desk: AccessDesk): Promise<number> =>
  desk.made(desk.as('staff').post('/api/v1/bookings/', bookingBody()));
const paymentBody = (booking: number) => ({
  booking,
  amount: '5000.00',
  payment_method: 'mobile_money',
  mobile_money_provider: 'AIRTEL',
});
const aPayment = async (desk: AccessDesk): Promise<number> =>
  desk.made(
    desk.as('customer').post('/api/v1/payments/payments/', paymentBody(await aBooking(desk))),
  );
const aCashPayment = async (desk: AccessDesk): Promise<number> =>
  desk.made(
    desk.as('customer').post('/api/v1/payments/payments/', {
      booking: await aBooking(desk),
      amount: '5000.00',
      payment_method: 'cash',
    }),
  );
/** One that waits for a person. */
const aTransaction = async (desk: AccessDesk): Promise<number> => {
  const { status, body } = await desk
    .as('customer')
    .post(`/api/v1/payments/payments/${await aPayment(desk)}/initiate-gateway/`);
  expect({ status, body }).toMatchObject({ status: 200 });
  const id = Number(body['transaction_id']);
  await desk.app.database.dataSource.query(
    `UPDATE payment_transactions SET status = 'unknown', review_reason = 'outcome_unknown'
     WHERE id = $1`,
    [id],
  );
  return id;
};
export const aPaidPayment = async (desk: AccessDesk): Promise<number> => {
  const id = await aPayment(desk);
  const { body } = await desk
    .as('customer')
    .post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
  await desk.app.sandbox.answer(String(body['transaction_reference']), 'approve');
  await waitFor('the completed payment', async () => {
    const read = await desk.as('admin').get(`/api/v1/payments/payments/${id}/`);
    return read.body['status'] === 'completed';
  });
  return id;
};
const aRefund = async (desk: AccessDesk): Promise<number> =>
  desk.made(
    desk.as('staff').post(`/api/v1/payments/payments/${await aPaidPayment(desk)}/refunds/`, {
      reason: 'left early',
    }),
  );
const anEvent = async (desk: AccessDesk): Promise<number> => {
  const rows: { id: number }[] = await desk.app.database.dataSource.query(
    `INSERT INTO webhook_events (provider, dedupe_key, verification, status, reason, raw_body, event,
       wire_status, reference, processed_at, transaction_id, payment_id, account_id)
     SELECT 'azampay', gen_random_uuid(), 'verified', 'parked', 'amount_mismatch', '{}', $2,
       'success', 'R', now(), t.id, t.payment_id, t.account_id
     FROM payment_transactions t WHERE t.id = $1 RETURNING id`,
    [
      await aTransaction(desk),
      {
        reference: 'R',
        dedupeKey: 'k',
        state: 'paid',
        gatewayTransactionId: null,
        amount: null,
        failure: null,
        wireStatus: 'success',
      },
    ],
  );
  return Number(rows[0]?.id);
};
const propertyBody = () => ({
  owner: 'owner@malipo.test',
  kind: 'lodge',
  title: 'Ngorongoro Lodge',
  city: 'Karatu',
  country: 'Tanzania',
});

async function requestOf(
  desk: AccessDesk,
  route: string,
): Promise<{ path: string; body?: unknown }> {
  const [method, template = ''] = route.split(' ');
  const path = (id: number | string): string => template.replace('{id}', String(id));
  if (template.endsWith('/auth/token/')) {
    return { path: template, body: { username: 'john_doe', password: DEMO_PASSWORD } };
  }
  if (template.endsWith('/refresh/') || template.endsWith('/logout/')) {
    return { path: template, body: { refresh: 'nothing-of-ours' } };
  }
  if (template.endsWith('/register/')) {
    const email = `new-${desk.number}@example.test`;
    return { path: template, body: { email, password: 'karibu-zanzibar', name: 'New' } };
  }
  if (method === 'PATCH' && template.endsWith('/auth/me/')) return { path: template, body: {} };
  if (template.endsWith('/initiate/')) {
    const prompt = { mobile_money_provider: 'AIRTEL', phone_number: '255653294241' };
    return { path: template, body: { booking_id: await aBooking(desk), ...prompt } };
  }
  if (template.endsWith('/status/')) return { path: path(await aPayment(desk)) };
  if (template.endsWith('/{id}/refunds/')) {
    const body = method === 'POST' ? { body: { reason: 'left early' } } : {};
    return { path: path(await aPaidPayment(desk)), ...body };
  }
  if (template.endsWith('/refunds/{id}/approve/')) return { path: path(await aRefund(desk)) };
  if (template.endsWith('/refunds/{id}/reject/')) {
    return { path: path(await aRefund(desk)), body: { reason: 'not so' } };
  }
  if (template.includes('/refunds/{id}/')) {
    return {
      path: path(await aRefund(desk)),
      body: { method: 'bank_transfer', evidence: 'CRDB 7' },
    };
  }
  if (template.endsWith('/collect/')) return { path: path(await aCashPayment(desk)) };
  if (template.includes('/payments/payments/{id}/')) {
    const edits = ['PUT', 'PATCH'].includes(method ?? '');
    return { path: path(await aPayment(desk)), ...(edits ? { body: { notes: 'n' } } : {}) };
  }
  if (route === 'POST /api/v1/payments/payments/') {
    return { path: template, body: paymentBody(await aBooking(desk)) };
  }
  if (template.includes('/transactions/{id}/')) {
    const resolution = { outcome: 'failed', evidence: 'statement', reason: 'nothing came' };
    return {
      path: path(await aTransaction(desk)),
      ...(method === 'POST' ? { body: resolution } : {}),
    };
  }
  if (template.includes('/properties/{id}/')) {
    return { path: path(124), ...(method === 'PATCH' ? { body: { title: 'Hotel' } } : {}) };
  }
  if (route === 'POST /api/v1/properties/') return { path: template, body: propertyBody() };
  if (route === 'POST /api/v1/bookings/') return { path: template, body: bookingBody() };
  if (template.includes('/bookings/{id}/')) return { path: path(await aBooking(desk)) };
  if (template.includes('/webhook-events/{id}/')) return { path: path(await anEvent(desk)) };
  return { path: template };
}

/** Users, payments, refunds, checkout, properties, bookings, webhook events. */
export const coreAccess: AccessTable = { rows, requestOf };
