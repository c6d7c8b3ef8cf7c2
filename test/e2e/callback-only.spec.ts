import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

/**
 * AzamPay as its documents have it: no status query, only callbacks. What the callback does not tell,
 * the clock and people decide, and late evidence still counts. The test clock moves; nobody waits.
 */
describe('a gateway that only calls back', () => {
  let app: TestApp;
  let customer: Api;
  let admin: Api;
  let clockS = 0;

  beforeAll(async () => {
    app = await startApp({ AZAMPAY_STATUS_QUERY: 'off', AZAMPAY_POLL_SCHEDULE_S: '' });
    customer = await app.api.login('customer');
    admin = await app.api.login('admin');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const start = async () => {
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '1000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const id = Number(made.body['id']);
    const { status, body } = await customer.post(
      `/api/v1/payments/payments/${id}/initiate-gateway/`,
    );
    expect({ status, body }).toMatchObject({ status: 200 });
    return {
      id,
      transactionId: Number(body['transaction_id']),
      reference: String(body['transaction_reference']),
    };
  };
  const untilStatus = (id: number, status: string) =>
    waitFor(`payment ${id} to be ${status}`, async () => {
      const { body } = await customer.get(`/api/v1/payments/payments/${id}/`);
      return body['status'] === status ? body : null;
    });
  const transaction = async (id: number) =>
    (await admin.get(`/api/v1/payments/transactions/${id}/`)).body;
  const passTime = async (seconds: number): Promise<void> => {
    clockS += seconds;
    await app.sandbox.moveClock(clockS);
  };

  it('expires an unanswered prompt by the clock and shows it to people; money that comes later counts', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const { id, transactionId, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    await passTime(890);
    expect((await transaction(transactionId))['status']).toBe('pending');
    await passTime(20);
    await untilStatus(id, 'expired');
    const listed = await admin.get<{ results: { id: number }[] }>(
      '/api/v1/payments/transactions/?needs_review=true',
    );
    expect(listed.body.results.map((row) => row.id)).toContain(transactionId);
    expect(await transaction(transactionId)).toMatchObject({
      review_reason: 'no_answer_from_gateway',
    });
    await app.sandbox.fault({});
    await app.sandbox.repeatCallback(reference);
    await untilStatus(id, 'completed');
    expect(await transaction(transactionId)).toMatchObject({ needs_review: false });
  });

  it('parks an unsigned callback for a person, since the gateway cannot be asked', async () => {
    await app.sandbox.fault({ webhook: 'unsigned' });
    const { id, reference } = await start();
    await app.sandbox.answer(reference, 'approve');
    const event = await waitFor('the parked event', async () => {
      const { body } = await admin.get<{ results: Record<string, unknown>[] }>(
        `/api/v1/webhook-events/?reference=${reference}&status=parked`,
      );
      return body.results[0];
    });
    expect(event).toMatchObject({ verification: 'unsigned', reason: expect.any(String) });
    expect((await customer.get(`/api/v1/payments/payments/${id}/`)).body['status']).toBe(
      'processing',
    );
    // The genuine one still counts: a copy without proof does not stand in its way.
    await app.sandbox.fault({});
    await app.sandbox.repeatCallback(reference);
    await untilStatus(id, 'completed');
  });

  it('keeps an overpayment when an expired prompt and its successor are both paid', async () => {
    await app.sandbox.fault({ webhook: 'none' });
    const first = await start();
    await app.sandbox.answer(first.reference, 'approve');
    await passTime(910);
    await untilStatus(first.id, 'expired');
    await app.sandbox.fault({});
    const again = await customer.post(`/api/v1/payments/payments/${first.id}/initiate-gateway/`);
    await app.sandbox.answer(String(again.body['transaction_reference']), 'approve');
    await untilStatus(first.id, 'completed');
    await app.sandbox.repeatCallback(first.reference);
    const late = await waitFor('the flagged overpayment', async () => {
      const body = await transaction(first.transactionId);
      return body['overpayment'] ? body : null;
    });
    expect(late).toMatchObject({ status: 'completed', review_reason: 'overpayment' });
  });
});
