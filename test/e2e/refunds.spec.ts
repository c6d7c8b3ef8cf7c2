import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

/** Refunds of a gateway without a refund API: asked for, reserved, paid back by hand, never too much. */
describe('refunds that no API can pay', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;
  let admin: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
    admin = await app.api.login('admin');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const aPaidPayment = async (): Promise<{ id: number; booking: number }> => {
    const booking = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: booking.body['id'],
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const id = Number(made.body['id']);
    const { body } = await customer.post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await waitFor(
      'the completed payment',
      async () => (await payment(id))['status'] === 'completed',
    );
    return { id, booking: Number(booking.body['id']) };
  };
  const payment = async (id: number) => (await admin.get(`/api/v1/payments/payments/${id}/`)).body;
  const refund = (id: number, body: unknown, by: Api = staff, headers = {}) =>
    by.post(`/api/v1/payments/payments/${id}/refunds/`, body, headers);

  it('waits for a person, who records how it was paid back', async () => {
    const { id, booking } = await aPaidPayment();
    const asked = await refund(id, { amount: '20000.00', reason: 'left early' });
    expect(asked).toMatchObject({
      status: 201,
      body: { status: 'needs_attention', amount: '20000.00', payment: id, currency: 'TZS' },
    });
    expect((await payment(id))['status']).toBe('completed');
    const path = `/api/v1/payments/refunds/${String(asked.body['id'])}/settle/`;
    const record = { method: 'bank_transfer', evidence: 'CRDB 4411' };
    const both = await Promise.all([staff.post(path, record), admin.post(path, record)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const winner = both[0].status === 200 ? staff : admin;
    expect(await winner.post(path, record)).toMatchObject({
      status: 200,
      body: { status: 'completed', settlement_evidence: 'CRDB 4411' },
    });
    expect(await payment(id)).toMatchObject({
      status: 'partially_refunded',
      refunded_amount: '20000.00',
    });
    expect((await admin.get(`/api/v1/bookings/${booking}/`)).body).toMatchObject({
      status: 'partially_paid',
      amount_due: '20000.00',
    });
    const list = await admin.get<{ count: number }>(`/api/v1/payments/payments/${id}/refunds/`);
    expect(list.body.count).toBe(1);
  });

  it('refunds all that is left unless an amount is named', async () => {
    const { id } = await aPaidPayment();
    await refund(id, { amount: '10000.00', reason: 'first part' });
    expect((await refund(id, { reason: 'the rest' })).body).toMatchObject({ amount: '40000.00' });
    const none = await refund(id, { reason: 'too much' });
    expect(none).toMatchObject({ status: 400, body: { code: 'refund_exceeds_payment' } });
  });

  it('never promises more than was paid, with a hundred requests at once', async () => {
    const { id } = await aPaidPayment();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => refund(id, { amount: '700.00', reason: 'many at once' })),
    );
    const taken = answers.filter(({ status }) => status === 201).length;
    expect(answers.every(({ status }) => [201, 400, 503].includes(status))).toBe(true);
    const [row]: { reserved: string; asked: string }[] = await app.database.dataSource.query(
      `SELECT p.refunding_minor::text AS reserved, (SELECT sum(r.amount_minor) FROM refunds r
         WHERE r.payment_id = p.id)::text AS asked FROM payments p WHERE p.id = $1`,
      [id],
    );
    expect(row).toEqual({ reserved: String(taken * 70_000), asked: String(taken * 70_000) });
    expect(taken).toBeLessThanOrEqual(71);
    const more = await refund(id, { amount: '50000.00', reason: 'far too much' });
    expect(more.status).toBe(400);
  });

  it('makes one refund per idempotency key', async () => {
    const { id } = await aPaidPayment();
    const key = { 'idempotency-key': `refund-${id}` };
    const wanted = { amount: '5000.00', reason: 'once' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refund(id, wanted, staff, key)),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const list = await admin.get<{ count: number }>(`/api/v1/payments/payments/${id}/refunds/`);
    expect(list.body.count).toBe(1);
  });

  it('refuses what was never paid', async () => {
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '100.00',
      payment_method: 'cash',
    });
    const answer = await refund(Number(made.body['id']), { reason: 'nothing came' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'payment_not_paid' } });
  });
});
