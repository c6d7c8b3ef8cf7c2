import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const LIMIT = '1000.00';

/** Refunds above the limit: two people, or nothing moves. */
describe('refunds above the limit', () => {
  let app: TestApp;
  let staff: Api;
  let staff2: Api;
  let admin: Api;

  beforeAll(async () => {
    app = await startApp({ APPROVAL_LIMITS: `ETB=${LIMIT},TZS=${LIMIT}` });
    [staff, staff2, admin] = await Promise.all([
      app.api.login('staff'),
      app.api.login('staff2'),
      app.api.login('admin'),
    ]);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  /** 5000.00 paid through a gateway that refunds by API (ETB) or by hand (TZS). */
  const aPaidPayment = async (currency: 'ETB' | 'TZS'): Promise<string> => {
    const booking = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '5000.00',
      currency,
    });
    const { status, body } = await staff.post<{ data: Record<string, string> }>(
      '/api/payments/initiate/',
      {
        booking_id: booking.body['id'],
        ...(currency === 'TZS'
          ? { mobile_money_provider: 'AIRTEL', phone_number: '255653294241' }
          : {}),
      },
    );
    expect({ status, body }).toMatchObject({ status: 201 });
    const reference = String(body.data['transaction_reference']);
    if (currency === 'TZS') await app.sandbox.answer(reference, 'approve');
    else await app.sandbox.endCheckout(reference, 'pay');
    const id = String(body.data['payment_id']);
    await waitFor('the completed payment', async () => {
      const read = await admin.get(`/api/v1/payments/payments/${id}/`);
      return read.body['status'] === 'completed';
    });
    return id;
  };
  const ask = (id: string, amount: string, by: Api = staff): Promise<Answer> =>
    by.post(`/api/v1/payments/payments/${id}/refunds/`, { amount, reason: 'left early' });
  const decide = (refund: unknown, act: 'approve' | 'reject', by: Api): Promise<Answer> =>
    by.post(
      `/api/v1/payments/refunds/${String(refund)}/${act}/`,
      act === 'reject' ? { reason: 'stayed after all' } : {},
    );
  const payment = async (id: string) => (await admin.get(`/api/v1/payments/payments/${id}/`)).body;
  const refundsAtGateway = async (): Promise<number> =>
    (await app.sandbox.requests('chapa')).filter(({ path }) => path.includes('/refund')).length;

  it('waits for a second person before the gateway hears of it', async () => {
    const id = await aPaidPayment('ETB');
    const before = await refundsAtGateway();
    const asked = await ask(id, '1000.01');
    expect(asked).toMatchObject({ status: 201, body: { status: 'pending', approval: 'waiting' } });
    const own = await decide(asked.body['id'], 'approve', staff);
    expect(own).toMatchObject({ status: 403, body: { code: 'second_person_needed' } });
    expect(await refundsAtGateway()).toBe(before);
    const approved = await decide(asked.body['id'], 'approve', staff2);
    expect(approved).toMatchObject({ status: 200, body: { approval: 'approved' } });
    await waitFor('the refund at the gateway', async () => (await refundsAtGateway()) > before);
    // After a lost answer the same person asks again.
    const again = await decide(asked.body['id'], 'approve', staff2);
    expect(again).toMatchObject({ status: 200, body: { approval: 'approved' } });
    expect(await refundsAtGateway()).toBe(before + 1);
  });

  it('lets exactly one of two deciders win', async () => {
    const id = await aPaidPayment('TZS');
    const asked = await ask(id, '2000.00');
    const answers = await Promise.all([
      decide(asked.body['id'], 'approve', staff2),
      decide(asked.body['id'], 'reject', admin),
      decide(asked.body['id'], 'approve', admin),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  });

  it('needs attention once approved where no API can pay it back', async () => {
    const id = await aPaidPayment('TZS');
    const asked = await ask(id, '2000.00');
    const path = `/api/v1/payments/refunds/${String(asked.body['id'])}/settle/`;
    const record = { method: 'bank_transfer', evidence: 'CRDB 4412' };
    expect((await admin.post(path, record)).status).toBe(409);
    const approved = await decide(asked.body['id'], 'approve', staff2);
    expect(approved.body).toMatchObject({ status: 'needs_attention', approval: 'approved' });
    expect((await admin.post(path, record)).body).toMatchObject({ status: 'completed' });
    expect(await payment(id)).toMatchObject({ refunded_amount: '2000.00' });
  });

  it('frees what was reserved when it is rejected', async () => {
    const id = await aPaidPayment('TZS');
    const asked = await ask(id, '5000.00');
    expect((await ask(id, '1.00')).status).toBe(400);
    const rejected = await decide(asked.body['id'], 'reject', staff2);
    expect(rejected).toMatchObject({
      status: 200,
      body: { status: 'failed', approval: 'rejected', failure_reason: 'stayed after all' },
    });
    expect((await decide(asked.body['id'], 'reject', staff2)).body).toEqual(rejected.body);
    expect(await payment(id)).toMatchObject({ status: 'completed' });
    expect((await ask(id, '1.00')).status).toBe(201);
  });

  it('counts small parts together', async () => {
    const id = await aPaidPayment('TZS');
    expect((await ask(id, '600.00')).body).toMatchObject({ approval: 'not_needed' });
    expect((await ask(id, '400.00')).body).toMatchObject({ approval: 'not_needed' });
    expect((await ask(id, '0.01')).body).toMatchObject({ approval: 'waiting' });
  });

  it('is refused by the database for one person alone', async () => {
    const id = await aPaidPayment('TZS');
    const asked = await ask(id, '2000.00');
    const alone = app.database.dataSource.query(
      `UPDATE refunds SET approval = 'approved', decided_by = requested_by, decided_at = now()
       WHERE id = $1`,
      [asked.body['id']],
    );
    await expect(alone).rejects.toThrow('refunds_second_person');
    const unapproved = app.database.dataSource.query(
      `UPDATE refunds SET sent_at = now() WHERE id = $1`,
      [asked.body['id']],
    );
    await expect(unapproved).rejects.toThrow('refunds_nothing_moves_unapproved');
  });
});
