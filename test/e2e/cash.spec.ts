import type { Answer, Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';

const INITIATE = '/api/payments/initiate/';

interface Started {
  data: { payment_id: string; payment_status: string; transaction_reference: string };
  code?: string;
}

/** Cash through `initiate` and collections, as payments see them; the drawers have tests of their own. */
describe('cash', () => {
  let app: TestApp;
  let cashier: Api;
  let staff: Api;
  let customer: Api;

  beforeAll(async () => {
    app = await startApp();
    [cashier, staff, customer] = await Promise.all([
      app.api.login('cashier'),
      app.api.login('staff'),
      app.api.login('customer'),
    ]);
    const opened = await cashier.post('/api/v1/cash-drawers/sessions/', {
      drawer: 1,
      opening: [{ currency: 'TZS', amount: '10000.00' }],
    });
    if (opened.status !== 201) throw new Error(`no drawer was opened: ${opened.status}`);
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  const aBooking = async (currency = 'TZS', total = '9000.00'): Promise<number> => {
    const { body } = await staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    return Number(body['id']);
  };
  const pay = (
    booking: number,
    by: Api = cashier,
    body: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer<Started>> =>
    by.post<Started>(INITIATE, { booking_id: booking, provider: 'cash', ...body }, headers);
  const announce = async (booking: number, method = 'cash'): Promise<number> => {
    const { status, body } = await customer.post('/api/v1/payments/payments/', {
      booking,
      amount: '9000.00',
      payment_method: method,
      ...(method === 'mobile_money' ? { mobile_money_provider: 'AIRTEL' } : {}),
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const collect = (payment: number, by: Api = cashier, headers = {}): Promise<Answer> =>
    by.post(`/api/v1/payments/payments/${payment}/collect/`, undefined, headers);
  const rows = async (booking: number) => {
    const payments: { status: string; amount_minor: string }[] =
      await app.database.dataSource.query(
        `SELECT status, amount_minor FROM payments
       WHERE payable_kind = 'booking' AND payable_id = $1 ORDER BY id`,
        [booking],
      );
    const [sales]: { count: string }[] = await app.database.dataSource.query(
      `SELECT count(*) FROM cash_events e JOIN payments p ON p.id = e.payment_id
       WHERE e.type = 'sale' AND p.payable_kind = 'booking' AND p.payable_id = $1`,
      [booking],
    );
    return { payments, sales: Number(sales?.count) };
  };

  it('is complete at once, with a reference of its own', async () => {
    const booking = await aBooking();
    const paid = await pay(booking);
    expect(paid).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        message: 'Payment initiated successfully',
        data: {
          checkout_url: null,
          provider: 'cash',
          payment_status: 'completed',
          transaction_reference: expect.stringMatching(/^CASH-[0-9a-z]{16}$/),
        },
      },
    });
    const again = await pay(booking);
    expect(again).toMatchObject({ status: 400, body: { code: 'payment_already_completed' } });
    const read = await cashier.get(`/api/payments/${paid.body.data.payment_id}/status/`);
    expect(read.body).toMatchObject({ data: { payment_status: 'completed', provider: 'cash' } });
    const verified = await app.api.get(
      `/api/payments/verify/?tx_ref=${paid.body.data.transaction_reference}`,
    );
    expect(verified).toMatchObject({ status: 200, body: { message: 'Payment already verified' } });
  });

  it('is taken by cashiers and staff with an open session, by nobody else', async () => {
    const booking = await aBooking();
    for (const user of ['customer', 'owner'] as const) {
      expect((await pay(booking, await app.api.login(user))).status).toBe(403);
    }
    expect((await pay(booking, app.api)).status).toBeGreaterThanOrEqual(401);
    expect(await pay(booking, staff)).toMatchObject({
      status: 409,
      body: { code: 'no_open_drawer_session' },
    });
    expect(await rows(booking)).toEqual({ payments: [], sales: 0 });
  });

  it('takes one of twenty callers’ cash', async () => {
    const booking = await aBooking();
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(booking)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => [201, 400, 503].includes(status))).toBe(true);
    expect(await rows(booking)).toEqual({
      payments: [{ status: 'completed', amount_minor: '900000' }],
      sales: 1,
    });
  });

  it('answers the same to a repeat with the same key', async () => {
    const booking = await aBooking();
    const key = { 'idempotency-key': `cash-${booking}` };
    const first = await pay(booking, cashier, {}, key);
    const second = await pay(booking, cashier, {}, key);
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect((await rows(booking)).sales).toBe(1);
  });

  it('takes a part, and then the rest', async () => {
    const booking = await aBooking();
    expect((await pay(booking, cashier, { amount: '2500.00' })).status).toBe(201);
    const tooMuch = await pay(booking, cashier, { amount: '6500.01' });
    expect(tooMuch).toMatchObject({ status: 400, body: { code: 'amount_exceeds_owed' } });
    expect((await pay(booking)).status).toBe(201);
    const { payments } = await rows(booking);
    expect(payments.map(({ amount_minor: minor }) => minor)).toEqual(['250000', '650000']);
  });

  it('collects what was announced as cash, once', async () => {
    const booking = await aBooking();
    const payment = await announce(booking);
    const answers = await Promise.all(Array.from({ length: 10 }, () => collect(payment)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await rows(booking)).sales).toBe(1);
    expect((await collect(payment, customer)).status).toBe(403);
  });

  it('pays an announced payment instead of making a second one', async () => {
    const booking = await aBooking();
    const payment = await announce(booking);
    const paid = await pay(booking);
    expect(paid.status).toBe(201);
    expect((await rows(booking)).payments).toHaveLength(1);
    const read = await cashier.get(`/api/v1/payments/payments/${payment}/`);
    expect(read.body).toMatchObject({ status: 'completed' });
  });

  it('does not collect what is to be paid another way', async () => {
    const payment = await announce(await aBooking(), 'mobile_money');
    expect(await collect(payment)).toMatchObject({
      status: 400,
      body: { code: 'method_not_collected', errors: { payment_method: [expect.any(String)] } },
    });
  });

  it('waits for an open prompt, and closes an open page', async () => {
    const prompted = await aBooking();
    const payment = await announce(prompted, 'mobile_money');
    const started = await customer.post(`/api/v1/payments/payments/${payment}/initiate-gateway/`);
    expect(started.status).toBe(200);
    expect(await pay(prompted)).toMatchObject({
      status: 409,
      body: { code: 'attempt_in_progress' },
    });

    const paged = await aBooking('USD', '90.00');
    const page = await customer.post<Started>(INITIATE, { booking_id: paged, provider: 'stripe' });
    expect({ status: page.status, body: page.body }).toMatchObject({ status: 201 });
    const paid = await pay(paged);
    expect({ status: paid.status, code: paid.body.code }).toEqual({ status: 201, code: undefined });
    const checkout = await app.sandbox.checkout(page.body.data.transaction_reference);
    expect(checkout.status).not.toBe('open');
  });

  it('collects cash on delivery of an order, whose stock is delivered', async () => {
    const opened = await cashier.get<{ results: { id: number }[] }>(
      '/orders/api/orders/?method=COD',
    );
    expect(opened.status).toBe(200);
    const collected = await collect(1);
    expect(collected).toMatchObject({ status: 200, body: { status: 'completed' } });
    const shown = await customer.get('/orders/api/payments/1/');
    expect(shown.body).toMatchObject({ method: 'COD', status: 'completed' });
  });
});
