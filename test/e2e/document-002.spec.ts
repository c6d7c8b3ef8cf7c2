import { type Api, DEMO_USERS } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';
import { waitFor } from '../support/wait.js';

const PAYMENT = {
  id: 69,
  booking: 123,
  amount: '50000.00',
  payment_method: 'mobile_money',
  mobile_money_provider: 'AIRTEL',
  status: 'pending',
  booking_reference: 'HTL-000008',
  booking_id: 123,
  created_at: '2026-01-23T05:12:00Z',
};
const TRANSACTION = {
  id: 15,
  payment: 69,
  provider: 1,
  gateway_transaction_id: null,
  azam_reference: 'BOOKING-HTL-000008-1769145132',
  status: 'initiated',
  request_payload: {
    accountNumber: '255653294241',
    amount: 50000,
    currency: 'TZS',
    provider: 'Airtel',
  },
  created_at: '2026-01-23T05:12:00Z',
};
const CREATE = {
  booking: 123,
  amount: '50000.00',
  payment_method: 'mobile_money',
  mobile_money_provider: 'AIRTEL',
  notes: 'Payment for booking HTL-000008',
};

/** Sections 1 to 3, 5 and 8 of document 002, sent as printed by the demo users, compared field by field. */
describe('document 002', () => {
  let app: TestApp;
  let customer: Api;
  let admin: Api;
  let paymentId: number;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    admin = await app.api.login('admin');
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  it('1.1 lists providers as a bare array', async () => {
    const { status, body } = await customer.get<unknown[]>('/api/v1/payments/providers/');
    expect(status).toBe(200);
    expect(body[0]).toMatchObject({
      id: 1,
      name: 'AZAM Pay',
      description: 'AZAM Pay Payment Gateway',
    });
  });

  it('2.2 creates a payment', async () => {
    const { status, body } = await customer.post('/api/v1/payments/payments/', CREATE);
    expect(status).toBe(201);
    expectAsPrinted(body, PAYMENT);
    expect(body).toMatchObject({ ...PAYMENT, id: body['id'], created_at: body['created_at'] });
    expect(body['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    paymentId = Number(body['id']);
  });

  it('2.1 lists payments with the documented filters', async () => {
    for (const query of ['', '?status=pending', '?payment_method=mobile_money', '?booking=123']) {
      const { status, body } = await customer.get<{
        count: number;
        results: { id: number; booking: number | null }[];
      }>(`/api/v1/payments/payments/${query}`);
      expect(status).toBe(200);
      // Payments of all kinds are listed; the document prints one of a booking.
      const results = body.results.filter(({ booking }) => booking !== null);
      const printed = { count: 10, next: null, previous: null, results: [PAYMENT] };
      expectAsPrinted({ ...body, results }, printed);
      expect(body.results.map(({ id }) => id)).toContain(paymentId);
    }
    const none = await customer.get('/api/v1/payments/payments/?status=cancelled');
    expect(none.body).toMatchObject({ count: 0, results: [] });
    const wrong = await customer.get('/api/v1/payments/payments/?status=paidish');
    expect(wrong.status).toBe(400);
    expect(wrong.body).toHaveProperty('errors.status');
  });

  it('2.3 reads a payment', async () => {
    const { status, body } = await customer.get(`/api/v1/payments/payments/${paymentId}/`);
    expect(status).toBe(200);
    expectAsPrinted(body, { ...PAYMENT, transaction_ref: null });
    expect(body).toMatchObject({ id: paymentId, transaction_ref: null });
  });

  it('2.4 changes a payment by PATCH and by sending the whole object back', async () => {
    const path = `/api/v1/payments/payments/${paymentId}/`;
    const patched = await customer.send('PATCH', path, { mobile_money_provider: 'TIGO' });
    expect(patched).toMatchObject({ status: 200, body: { mobile_money_provider: 'TIGO' } });
    const put = await customer.send('PUT', path, {
      ...patched.body,
      mobile_money_provider: 'AIRTEL',
    });
    expect(put).toMatchObject({ status: 200, body: { mobile_money_provider: 'AIRTEL' } });
    const readOnly = await customer.send('PUT', path, { ...put.body, status: 'completed' });
    expect(readOnly.status).toBe(400);
    expect(readOnly.body).toHaveProperty('errors.status');
    const stale = await customer.send('PATCH', path, { version: 1, notes: 'late' });
    expect(stale).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
  });

  it('2.5 deletes a payment, whose audit trail stays', async () => {
    const made = await customer.post('/api/v1/payments/payments/', {
      ...CREATE,
      amount: '1000.00',
    });
    const path = `/api/v1/payments/payments/${String(made.body['id'])}/`;
    expect((await customer.send('DELETE', path)).status).toBe(204);
    expect((await customer.get(path)).status).toBe(404);
    const trail = await admin.get<{ results: { action: string }[] }>(
      `/api/v1/payments/audits/?payment=${String(made.body['id'])}`,
    );
    expect(trail.body.results.map(({ action }) => action)).toEqual([
      'payment.deleted',
      'payment.created',
    ]);
  });

  it('2.6 initiates the gateway on the customer’s own phone, and 8.1 completes by callback', async () => {
    const { status, body } = await customer.post(
      `/api/v1/payments/payments/${paymentId}/initiate-gateway/`,
      { mobile_money_provider: 'AIRTEL' },
    );
    expect(status).toBe(200);
    expectAsPrinted(body, {
      success: true,
      payment_id: 69,
      transaction_id: 15,
      transaction_reference: 'BOOKING-HTL-000008-1769145132',
      gateway_transaction_id: 'AZM019be9446ac770a2a65c6243434f61d8',
      message: '…',
      phone_number_used: '255653294241',
      booking_reference: 'HTL-000008',
    });
    expect(body).toMatchObject({
      success: true,
      payment_id: paymentId,
      message:
        'Payment initiated successfully. The customer will receive a payment prompt on their phone.',
      phone_number_used: '255653294241',
      booking_reference: 'HTL-000008',
    });
    expect(body['transaction_reference']).toMatch(/^BOOKING-HTL-000008-[0-9A-Z]{16,}$/);
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    const paid = await waitFor('the completed payment', async () => {
      const read = await customer.get(`/api/v1/payments/payments/${paymentId}/`);
      return read.body['status'] === 'completed' ? read.body : null;
    });
    expect(paid['transaction_ref']).toEqual(expect.any(String));
    expect((await customer.get('/api/v1/bookings/123/')).body).toMatchObject({
      status: 'confirmed',
      amount_due: '0.00',
    });
  });

  it('2.6 answers the printed error for a payment that is completed', async () => {
    const { status, body } = await customer.post(
      `/api/v1/payments/payments/${paymentId}/initiate-gateway/`,
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'Payment already completed' });
  });

  it('3.1 and 3.2 list and read transactions', async () => {
    const list = await customer.get<{ count: number; results: { id: number }[] }>(
      '/api/v1/payments/transactions/',
    );
    expect(list.status).toBe(200);
    // The newest is this prompt; the document prints one at this gateway.
    const [first] = list.body.results;
    expectAsPrinted({ ...list.body, results: [first] }, { count: 5, results: [TRANSACTION] });
    const detail = await customer.get(`/api/v1/payments/transactions/${first?.id}/`);
    expect(detail.status).toBe(200);
    expectAsPrinted(detail.body, TRANSACTION);
    expect(detail.body).toMatchObject({
      payment: paymentId,
      provider: 1,
      request_payload: TRANSACTION.request_payload,
      status: 'completed',
    });
    expect(detail.body['gateway_transaction_id']).toEqual(expect.any(String));
  });

  it('5.1 lists audits that tell every step with its actor', async () => {
    const { status, body } = await admin.get<{
      results: { action: string; actor: { label: string } | string }[];
    }>(`/api/v1/payments/audits/?payment=${paymentId}&page_size=100`);
    expect(status).toBe(200);
    const steps = body.results.map(({ action }) => action).toReversed();
    expect(steps).toEqual(
      expect.arrayContaining([
        'payment.created',
        'payment.updated',
        'transaction.initiated',
        'payment.processing',
        'transaction.completed',
        'payment.completed',
      ]),
    );
    expect(JSON.stringify(body.results)).toContain('gateway:azampay');
    expect(JSON.stringify(body.results)).toContain(DEMO_USERS.customer);
    expect(JSON.stringify(body.results)).not.toContain('255653294241');
  });

  it('is documented: every path of sections 1 to 3 and 5 stands in the OpenAPI document, webhooks do not', async () => {
    const { body } = await app.api.get<{ paths: Record<string, unknown> }>('/api/schema/');
    const paths = Object.keys(body.paths);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/api/v1/payments/providers/',
        '/api/v1/payments/payments/',
        '/api/v1/payments/payments/{id}/',
        '/api/v1/payments/payments/{id}/initiate-gateway/',
        '/api/v1/payments/transactions/',
        '/api/v1/payments/transactions/{id}/',
        '/api/v1/payments/audits/',
      ]),
    );
    expect(paths.filter((path) => path.includes('/webhook/'))).toEqual([]);
  });
});
