import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

interface Started {
  paymentId: number;
  transactionId: number;
  reference: string;
}

/**
 * A booking paid by phone prompt over real HTTP: what the payer, the network and the gateway can do,
 * and where each case must end. Every test has a booking of its own; the books must agree after each.
 */
describe('a booking paid by phone prompt', () => {
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
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const aBooking = async (phone = '255653294241'): Promise<number> => {
    const { status, body } = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      customer_phone: phone,
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const aPayment = async (booking?: number, by: Api = customer): Promise<number> => {
    const { status, body } = await by.post('/api/v1/payments/payments/', {
      booking: booking ?? (await aBooking()),
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const initiate = (paymentId: number, by: Api = customer, headers: Record<string, string> = {}) =>
    by.post(`/api/v1/payments/payments/${paymentId}/initiate-gateway/`, undefined, headers);
  const start = async (paymentId?: number, by: Api = customer): Promise<Started> => {
    const id = paymentId ?? (await aPayment());
    const { status, body } = await initiate(id, by);
    expect({ status, body }).toMatchObject({ status: 200 });
    return {
      paymentId: id,
      transactionId: Number(body['transaction_id']),
      reference: String(body['transaction_reference']),
    };
  };
  const payment = async (id: number) => (await admin.get(`/api/v1/payments/payments/${id}/`)).body;
  const transaction = async (id: number) =>
    (await admin.get(`/api/v1/payments/transactions/${id}/`)).body;
  const untilStatus = (id: number, status: string) =>
    waitFor(`payment ${id} to be ${status}`, async () => {
      const body = await payment(id);
      return body['status'] === status ? body : null;
    });
  const actions = async (id: number): Promise<string[]> => {
    const { body } = await admin.get<{ results: { action: string }[] }>(
      `/api/v1/payments/audits/?payment=${id}&page_size=100`,
    );
    return body.results.map(({ action }) => action).toReversed();
  };
  const jobsDone = () =>
    waitFor('all webhook jobs', async () => {
      const [row]: { open: number }[] = await app.database.dataSource.query(
        `SELECT count(*)::int AS open FROM outbox
         WHERE topic = 'webhook.process' AND done_at IS NULL AND parked_at IS NULL`,
      );
      return row?.open === 0;
    });

  it('completes when the payer approves', async () => {
    const started = await start();
    expect((await payment(started.paymentId))['status']).toBe('processing');
    await app.sandbox.answer(started.reference, 'approve');
    const paid = await untilStatus(started.paymentId, 'completed');
    const attempt = await transaction(started.transactionId);
    expect(attempt).toMatchObject({ status: 'completed', azam_reference: started.reference });
    expect(paid['transaction_ref']).toBe(attempt['gateway_transaction_id']);
    expect(await actions(started.paymentId)).toEqual([
      'payment.created',
      'transaction.initiated',
      'payment.processing',
      'transaction.pending',
      expect.stringMatching(/^booking\./),
      'transaction.completed',
      'payment.completed',
    ]);
  });

  it('fails when the payer declines, and may be tried again', async () => {
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'decline');
    expect(await untilStatus(paymentId, 'failed')).toMatchObject({
      failure_code: expect.any(String),
    });
    const again = await start(paymentId);
    await app.sandbox.answer(again.reference, 'approve');
    await untilStatus(paymentId, 'completed');
  });

  it('fails with the reason when there is no money', async () => {
    const { paymentId } = await start(await aPayment(await aBooking('255754000002'), staff), staff);
    expect(await untilStatus(paymentId, 'failed')).toMatchObject({
      failure_code: 'insufficient_funds',
    });
  });

  it('is declined at once when the gateway refuses inside a 200', async () => {
    await app.sandbox.fault({ initiate: 'decline', count: 1 });
    const paymentId = await aPayment();
    const { status, body } = await initiate(paymentId);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'gateway_declined' } });
    expect((await payment(paymentId))['status']).toBe('failed');
  });

  it('expires when the payer ignores the prompt', async () => {
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'ignore');
    await untilStatus(paymentId, 'expired');
    expect((await initiate(paymentId)).status).toBe(200);
  });

  it('completes an expired payment when the money turns out to have arrived', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const { paymentId, reference, transactionId } = await start();
    await app.database.asOwner(
      `UPDATE payment_transactions SET status = 'expired' WHERE id = ${transactionId};
       UPDATE payments SET status = 'expired' WHERE id = ${paymentId}`,
    );
    await app.sandbox.answer(reference, 'approve');
    await app.sandbox.fault({});
    await app.sandbox.repeatCallback(reference);
    expect(await untilStatus(paymentId, 'completed')).toMatchObject({ failure_code: null });
  });

  it('answers 502 or 503 when the gateway surely did not get it, and may be tried again', async () => {
    await app.sandbox.fault({ initiate: 'rate_limited', count: 1 });
    const paymentId = await aPayment();
    const { status } = await initiate(paymentId);
    expect([502, 503]).toContain(status);
    expect((await payment(paymentId))['status']).toBe('failed');
    const again = await start(paymentId);
    await app.sandbox.answer(again.reference, 'approve');
    await untilStatus(paymentId, 'completed');
  });

  it.each(['error_500', 'timeout_after_accept', 'malformed'])(
    'treats %s as unknown, never as failed, and asks for no second prompt',
    async (fault) => {
      await app.sandbox.fault({ initiate: fault, count: 1 });
      const paymentId = await aPayment();
      const { status, body } = await initiate(paymentId);
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { success: true, status: 'processing' },
      });
      const attempt = await transaction(Number(body['transaction_id']));
      expect(attempt).toMatchObject({ status: 'unknown', needs_review: true });
      const again = await initiate(paymentId);
      expect(again.status).toBe(409);
      expect(again.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await app.sandbox.promptRequests(String(body['transaction_reference']))).toBe(1);
    },
  );

  it('completes an unknown outcome by the callback', async () => {
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 });
    const paymentId = await aPayment();
    const { body } = await initiate(paymentId);
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await untilStatus(paymentId, 'completed');
    expect(await transaction(Number(body['transaction_id']))).toMatchObject({
      status: 'completed',
      needs_review: false,
    });
  });

  it('lets two people settle what the gateway cannot answer for, and not one alone', async () => {
    await app.sandbox.fault({ initiate: 'timeout', count: 1 });
    const paymentId = await aPayment();
    const { body } = await initiate(paymentId);
    const path = `/api/v1/payments/transactions/${String(body['transaction_id'])}/resolve/`;
    const verdict = { outcome: 'failed', evidence: 'no line in the statement', reason: 'not paid' };
    expect((await customer.post(path, verdict)).status).toBe(403);
    expect(await staff.post(path, verdict)).toMatchObject({
      status: 200,
      body: { status: 'proposed' },
    });
    expect(await staff.post(path, verdict)).toMatchObject({ body: { status: 'proposed' } });
    expect((await payment(paymentId))['status']).toBe('processing');
    const staff2 = await app.api.login('staff2');
    expect(await staff2.post(path, { ...verdict, outcome: 'completed' })).toMatchObject({
      status: 409,
    });
    const both = await Promise.all([staff2.post(path, verdict), admin.post(path, verdict)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await payment(paymentId))['status']).toBe('failed');
    expect((await initiate(paymentId)).status).toBe(200);
  });

  it('changes nothing when the callback comes twice or three times', async () => {
    await app.sandbox.fault({ webhook: 'duplicate' });
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(paymentId, 'completed');
    await app.sandbox.repeatCallback(reference);
    await jobsDone();
    const done = (await actions(paymentId)).filter((action) => action === 'payment.completed');
    expect(done).toHaveLength(1);
  });

  it('completes when the callback outruns the reply', async () => {
    await app.sandbox.fault({ webhook: 'before_reply' });
    const { paymentId, transactionId } = await start();
    await untilStatus(paymentId, 'completed');
    expect(await transaction(transactionId)).toMatchObject({
      status: 'completed',
      gateway_transaction_id: expect.any(String),
    });
  });

  it('completes by asking the gateway when the callback never comes', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    expect(await untilStatus(paymentId, 'completed')).toMatchObject({ provider: 'azampay' });
  });

  it('stays complete when an older event arrives after the final one', async () => {
    await app.sandbox.fault({ webhook: 'out_of_order' });
    const { paymentId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(paymentId, 'completed');
    await jobsDone();
    expect((await payment(paymentId))['status']).toBe('completed');
  });

  it('parks evidence with another amount for a person and moves nothing', async () => {
    await app.sandbox.fault({ initiate: 'wrong_amount', count: 1 });
    const { paymentId, reference, transactionId } = await start();
    await app.sandbox.answer(reference, 'approve');
    await waitFor('the parked event', async () => {
      const { body } = await admin.get<{ results: { reason: string }[] }>(
        `/api/v1/webhook-events/?status=parked&reference=${reference}`,
      );
      return body.results[0];
    });
    expect((await payment(paymentId))['status']).toBe('processing');
    expect(await transaction(transactionId)).toMatchObject({
      needs_review: true,
      review_reason: 'amount_mismatch',
    });
  });

  it('prompts once when twenty callers initiate at the same time', async () => {
    const paymentId = await aPayment();
    const answers = await Promise.all(Array.from({ length: 20 }, () => initiate(paymentId)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
    const winner = answers.find(({ status }) => status === 200);
    expect(await app.sandbox.promptRequests(String(winner?.body['transaction_reference']))).toBe(1);
    expect((await app.sandbox.prompts()).length).toBe(1);
  });

  it('prompts once when twenty callers use one idempotency key', async () => {
    const paymentId = await aPayment();
    const key = { 'idempotency-key': `initiate-${paymentId}` };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => initiate(paymentId, customer, key)),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const replay = await initiate(paymentId, customer, key);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect(answers.find(({ status }) => status === 200)?.body).toEqual(replay.body);
    expect((await app.sandbox.prompts()).length).toBe(1);
  });

  it('makes one payment per idempotency key', async () => {
    const booking = await aBooking();
    const body = { booking, amount: '50000.00', payment_method: 'mobile_money' };
    const key = { 'idempotency-key': `create-${booking}` };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => customer.post('/api/v1/payments/payments/', body, key)),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const other = await customer.post(
      '/api/v1/payments/payments/',
      { ...body, amount: '1.00' },
      key,
    );
    expect(other.status).toBe(422);
    const list = await customer.get<{ count: number }>(
      `/api/v1/payments/payments/?booking=${booking}`,
    );
    expect(list.body.count).toBe(1);
  });

  it('does not let two payments of one booking be under way for more than is owed', async () => {
    const booking = await aBooking();
    const [first, second] = [await aPayment(booking), await aPayment(booking)];
    const { reference } = await start(first);
    expect(await initiate(second)).toMatchObject({ status: 409 });
    await app.sandbox.answer(reference, 'approve');
    await untilStatus(first, 'completed');
    expect(await initiate(second)).toMatchObject({ status: 400 });
  });

  it('prompts the booking’s phone for staff and refuses a customer without a number', async () => {
    const booking = await aBooking('255754000111');
    const { body } = await initiate(await aPayment(booking, staff), staff);
    expect(body).toMatchObject({ phone_number_used: '255754000111' });
  });

  it('names the field when the amount is wrong, and writes nothing', async () => {
    const booking = await aBooking();
    for (const amount of [
      '-1',
      '0',
      '1e3',
      '50000.001',
      '50000.01',
      '',
      null,
      [],
      '1'.repeat(16),
    ]) {
      const { status, body } = await customer.post('/api/v1/payments/payments/', {
        booking,
        amount,
        payment_method: 'mobile_money',
      });
      expect({ amount, status }).toEqual({ amount, status: 400 });
      expect(body).toHaveProperty('errors.amount');
    }
    const list = await customer.get<{ count: number }>(
      `/api/v1/payments/payments/?booking=${booking}`,
    );
    expect(list.body.count).toBe(0);
  });

  it('refuses a fraction that the gateway cannot carry before anything is sent', async () => {
    const booking = await aBooking();
    const made = await customer.post('/api/v1/payments/payments/', {
      booking,
      amount: '100.50',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const paymentId = Number(made.body['id']);
    const { status, body } = await initiate(paymentId);
    expect(status).toBe(400);
    expect(body).toHaveProperty('errors.amount');
    expect((await payment(paymentId))['status']).toBe('pending');
    expect(await app.sandbox.prompts()).toEqual([]);
  });

  it('cannot be changed or deleted while a prompt is open', async () => {
    const { paymentId } = await start();
    const path = `/api/v1/payments/payments/${paymentId}/`;
    expect((await customer.send('PATCH', path, { amount: '1.00' })).status).toBe(409);
    expect((await customer.send('DELETE', path)).status).toBe(409);
    expect((await customer.post(`${path}cancel/`)).status).toBe(409);
  });
});
