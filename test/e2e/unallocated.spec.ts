import { createHmac } from 'node:crypto';
import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';

const QUEUE = '/api/v1/payments/unallocated/';
const SECRET = 'a-secret-of-the-sender-of-at-least-32-bytes';

/** Money that nobody owed, and what people do with it: counted once, moved once, two people above the limit. */
describe('unallocated money', () => {
  let app: TestApp;
  let staff: Api;
  let staff2: Api;
  let admin: Api;
  let counter = 0;

  beforeAll(async () => {
    app = await startApp({ APPROVAL_LIMITS: 'USD=100,TZS=100000', SIGNED_WEBHOOK_SECRET: SECRET });
    [staff, staff2, admin] = await Promise.all([
      app.api.login('staff'),
      app.api.login('staff2'),
      app.api.login('admin'),
    ]);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const made = async (answer: Promise<Answer>): Promise<Record<string, unknown>> => {
    const { status, body } = await answer;
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  };
  const aBooking = async (total = '40.00', currency = 'USD'): Promise<number> =>
    Number(
      (
        await made(
          staff.post('/api/v1/bookings/', {
            property: 124,
            customer: 'customer@malipo.test',
            check_in: '2026-03-01',
            check_out: '2026-03-04',
            guests: 2,
            total_price: total,
            currency,
          }),
        )
      )['id'],
    );
  const anUnmatched = async (amount = '40.00', currency = 'USD'): Promise<number> => {
    counter += 1;
    const body = { provider: 'manual', amount, currency, reference: `LINE-${counter}` };
    return Number((await made(staff.post(QUEUE, body)))['id']);
  };
  const act = (
    receipt: number,
    kind: 'allocate' | 'credit' | 'refund',
    body: object,
    by: Api = staff,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    by.post(`${QUEUE}${receipt}/${kind}/`, { reason: 'paid twice', ...body }, headers);
  const left = async (receipt: number): Promise<unknown> =>
    (await admin.get(`${QUEUE}${receipt}/`)).body['left'];
  const paidBack = { method: 'bank_transfer', evidence: 'CRDB 77' };

  /** Demo order 3, paid twice by signed confirmations. */
  const anOverpayment = async (): Promise<number> => {
    for (const payment of ['txn_first', 'txn_second']) {
      const body = JSON.stringify({
        event_type: 'payment.completed',
        payment_id: payment,
        order_reference: '3',
        amount: '1250.00',
        status: 'completed',
      });
      const signature = createHmac('sha256', SECRET).update(body).digest('hex');
      const { status } = await app.api.post('/orders/api/payment-webhook/', body, {
        'x-webhook-signature': signature,
      });
      expect(status).toBe(200);
    }
    const { body } = await staff.get<{ results: { id: number }[] }>(
      `${QUEUE}?kind=overpayment&status=open`,
    );
    expect(body.results).toHaveLength(1);
    return body.results[0]?.id ?? 0;
  };

  it('lists what was paid twice, and lets two people pay it back', async () => {
    const receipt = await anOverpayment();
    expect((await admin.get(`${QUEUE}${receipt}/`)).body).toMatchObject({
      kind: 'overpayment',
      status: 'open',
      provider: 'signed_webhook',
      reference: 'txn_second',
      amount: '1250.00',
      left: '1250.00',
      currency: 'USD',
      acts: [],
    });
    const asked = await act(receipt, 'refund', paidBack);
    expect(asked).toMatchObject({ status: 201, body: { status: 'waiting', amount: '1250.00' } });
    expect(await left(receipt)).toBe('0.00');
    const path = `${QUEUE}acts/${String(asked.body['id'])}/confirm/`;
    expect(await staff.post(path)).toMatchObject({
      status: 403,
      body: { code: 'second_person_needed' },
    });
    const both = await Promise.all([staff2.post(path), admin.post(path)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const winner = both[0].status === 200 ? staff2 : admin;
    expect(await winner.post(path)).toMatchObject({ status: 200, body: { status: 'done' } });
    expect((await admin.get(`${QUEUE}${receipt}/`)).body).toMatchObject({ status: 'settled' });
  });

  it('pays a booking with a receipt that nobody could explain', async () => {
    const [booking, receipt] = [await aBooking(), await anUnmatched('60.00')];
    const done = await act(receipt, 'allocate', { booking });
    expect(done).toMatchObject({ status: 201, body: { status: 'done', amount: '40.00' } });
    expect(await left(receipt)).toBe('20.00');
    const payment = await admin.get(`/api/v1/payments/payments/${String(done.body['payment'])}/`);
    expect(payment.body).toMatchObject({ status: 'completed', amount: '40.00', booking });
    expect((await admin.get(`/api/v1/bookings/${booking}/`)).body).toMatchObject({
      status: 'confirmed',
      amount_due: '0.00',
    });
    const again = await act(receipt, 'allocate', { booking });
    expect(again).toMatchObject({ status: 400 });
  });

  it('keeps money as credit of a customer', async () => {
    const receipt = await anUnmatched('15.00');
    const customer = await app.api.login('customer2');
    const balance = async (): Promise<unknown> => {
      const { body } = await customer.get<{ results: { balance: string; currency: string }[] }>(
        '/api/v1/billing/credits/',
      );
      return body.results.find(({ currency }) => currency === 'USD')?.balance ?? '0.00';
    };
    expect(await balance()).toBe('0.00');
    const done = await act(receipt, 'credit', { customer: 'customer2@malipo.test' });
    expect(done).toMatchObject({ status: 201, body: { status: 'done' } });
    expect(await balance()).toBe('15.00');
    const stranger = await act(await anUnmatched(), 'credit', { customer: 'nobody@malipo.test' });
    expect(stranger).toMatchObject({
      status: 400,
      body: { errors: { customer: [expect.any(String)] } },
    });
  });

  it('never hands out more than is left, to twenty callers at once', async () => {
    const receipt = await anUnmatched('10.00');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => act(receipt, 'refund', { ...paidBack, amount: '3.00' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.every(({ status }) => [201, 400].includes(status))).toBe(true);
    expect(await left(receipt)).toBe('1.00');
  });

  it('does it once per idempotency key', async () => {
    const receipt = await anUnmatched('10.00');
    const key = { 'idempotency-key': `act-${receipt}` };
    const wanted = { ...paidBack, amount: '4.00' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => act(receipt, 'refund', wanted, staff, key)),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(await left(receipt)).toBe('6.00');
  });

  it('gives the money back to the queue when the second person says no', async () => {
    const receipt = await anUnmatched('500.00');
    const asked = await act(receipt, 'refund', paidBack);
    expect(asked.body).toMatchObject({ status: 'waiting' });
    const rejected = await staff2.post(`${QUEUE}acts/${String(asked.body['id'])}/reject/`);
    expect(rejected).toMatchObject({ status: 200, body: { status: 'rejected' } });
    const again = await staff2.post(`${QUEUE}acts/${String(asked.body['id'])}/reject/`);
    expect(again.body).toEqual(rejected.body);
    expect(await left(receipt)).toBe('500.00');
  });

  it('refuses to pay with the wrong currency, or what is not owed any more', async () => {
    const receipt = await anUnmatched('40.00');
    const foreign = await act(receipt, 'allocate', { booking: await aBooking('40000.00', 'TZS') });
    expect(foreign).toMatchObject({
      status: 400,
      body: { errors: { booking: [expect.any(String)] } },
    });
    const nothing = await act(receipt, 'allocate', {});
    expect(nothing).toMatchObject({ status: 400 });
    const unknown = await act(receipt, 'allocate', { booking: 999_999 });
    expect(unknown.status).toBe(404);
    expect(await left(receipt)).toBe('40.00');
  });

  it('takes a reference from a statement once', async () => {
    await anUnmatched();
    const twice = await staff.post(QUEUE, {
      provider: 'manual',
      amount: '1.00',
      currency: 'USD',
      reference: `LINE-${counter}`,
    });
    expect(twice).toMatchObject({ status: 409, body: { code: 'reference_taken' } });
    const paying = await staff.post(QUEUE, {
      provider: 'signed_webhook',
      amount: '1250.00',
      currency: 'USD',
      reference: 'txn_first',
    });
    expect(paying).toMatchObject({ status: 409 });
  });

  it('is no business of customers, cashiers and other accounts', async () => {
    const receipt = await anUnmatched();
    for (const user of ['customer', 'cashier', 'owner'] as const) {
      expect((await (await app.api.login(user)).get(QUEUE)).status).toBe(403);
    }
    const outsider = await app.api.login('outsider');
    expect((await outsider.get(`${QUEUE}${receipt}/`)).status).toBe(404);
    expect((await act(receipt, 'refund', paidBack, outsider)).status).toBe(404);
    const { body } = await outsider.get<{ count: number }>(QUEUE);
    expect(body.count).toBe(0);
  });

  it('holds what one person alone may not do, in the database too', async () => {
    const asked = await act(await anUnmatched('500.00'), 'refund', paidBack);
    const alone = app.database.dataSource.query(
      `UPDATE unallocated_acts SET status = 'done', decided_by = proposed_by, decided_at = now()
       WHERE id = $1`,
      [asked.body['id']],
    );
    await expect(alone).rejects.toThrow('unallocated_acts_second_person');
  });
});
