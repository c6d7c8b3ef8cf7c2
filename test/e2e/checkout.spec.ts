import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

interface Started {
  status: string;
  message: string;
  data: {
    checkout_url: string | null;
    payment_id: string;
    transaction_reference: string;
    provider: string;
    payment_status: string;
  };
}

/** One endpoint to pay: prompts and hosted pages, guests and repeats, and verify when the payer is back. */
describe('checkout', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({ RETURN_URL_ALLOWLIST: 'https://shop.example.com/done' });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const aBooking = async (
    currency: string,
    total: string,
  ): Promise<{ id: number; uuid: string }> => {
    const { status, body } = await staff.post<{ id: number; uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    expect(status).toBe(201);
    return body;
  };
  const initiate = (body: unknown, by: Api = customer, headers: Record<string, string> = {}) =>
    by.post<Started>('/api/payments/initiate/', body, headers);
  const verify = (reference: string, by: Api = app.api) =>
    by.get<{ status: string; message: string; data: Record<string, unknown> }>(
      `/api/payments/verify/?tx_ref=${reference}`,
    );
  const page = async (reference: string, act: 'pay' | 'fail' | 'cancel'): Promise<void> => {
    const found = await waitFor('the hosted page', async () => {
      const pages = (await (await fetch(`${app.sandbox.url}/api/checkouts`)).json()) as {
        id: string;
        reference: string;
      }[];
      return pages.find((checkout) => checkout.reference === reference);
    });
    await fetch(`${app.sandbox.url}/api/checkouts/${found.id}/${act}`, { method: 'POST' });
  };

  it('answers the printed errors for what cannot be paid', async () => {
    expect(await initiate({})).toMatchObject({
      status: 400,
      body: { status: 'error', message: 'booking_id is required' },
    });
    for (const booking_id of ['00000000-0000-4000-8000-000000000000', 'nonsense', 999999]) {
      expect(await initiate({ booking_id })).toMatchObject({
        status: 404,
        body: { status: 'error', message: 'Booking not found' },
      });
    }
    expect(await verify('')).toMatchObject({
      status: 400,
      body: { status: 'error', message: 'tx_ref is required' },
    });
    expect(await verify('tx-of-nobody')).toMatchObject({
      status: 404,
      body: { status: 'error', message: 'Payment not found' },
    });
    const { uuid } = await aBooking('XOF', '1500');
    for (const [field, value] of [
      ['return_url', 'https://evil.example.com/'],
      ['provider', 'chapa'],
      ['email', 'nobody'],
      ['phone_number', 'abc'],
    ]) {
      const answer = await initiate({ booking_id: uuid, [String(field)]: value });
      expect({ field, status: answer.status }).toEqual({ field, status: 400 });
      expect(answer.body).toHaveProperty(`errors.${field}`);
    }
  });

  it('prompts a phone for shillings and verifies when it is paid', async () => {
    const { uuid } = await aBooking('TZS', '50000.00');
    const started = await initiate({ booking_id: uuid, mobile_money_provider: 'AIRTEL' });
    expect(started).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        message: 'Payment initiated successfully',
        data: { checkout_url: null, provider: 'azampay', payment_status: 'pending' },
      },
    });
    const reference = started.body.data.transaction_reference;
    expect(await verify(reference)).toMatchObject({
      status: 200,
      body: { status: 'pending', message: 'Payment is pending' },
    });
    await app.sandbox.fault({ webhook: 'none' });
    await app.sandbox.answer(reference, 'approve');
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(reference)));
    for (const { status, body } of answers) {
      expect({ status, said: body.status }).toEqual({ status: 200, said: 'success' });
      expect(body.data).toMatchObject({ payment_status: 'completed', booking_id: uuid });
    }
    expect(await verify(reference)).toMatchObject({
      body: { message: 'Payment already verified', data: { amount: '50000.00' } },
    });
    const paid = await app.database.dataSource.query<unknown[]>(
      `SELECT 1 FROM audit_entries WHERE action = 'payment.completed'
         AND payment_id = (SELECT id FROM payments WHERE uuid = $1)`,
      [started.body.data.payment_id],
    );
    expect(paid).toHaveLength(1);
  });

  it('is pending, not unavailable, while the gateway’s answer is lost and nothing can be asked', async () => {
    const { uuid } = await aBooking('TZS', '50000.00');
    await app.sandbox.fault({ initiate: 'timeout_after_accept', count: 1 });
    const started = await initiate({ booking_id: uuid, mobile_money_provider: 'AIRTEL' });
    const reference = started.body.data.transaction_reference;
    expect(await verify(reference)).toMatchObject({ status: 200, body: { status: 'pending' } });
    await app.sandbox.answer(reference, 'approve');
    await waitFor('the paid booking', async () => {
      const { body } = await staff.get(`/api/v1/bookings/${uuid}/`);
      return body['status'] === 'confirmed';
    });
  });

  it('answers the running page again instead of opening a second one', async () => {
    const { uuid } = await aBooking('XOF', '1500');
    const first = await initiate({ booking_id: uuid });
    expect(first).toMatchObject({ status: 201, body: { data: { provider: 'wave' } } });
    expect(first.body.data.checkout_url).toMatch(/^http/);
    const again = await Promise.all(
      Array.from({ length: 5 }, () => initiate({ booking_id: uuid })),
    );
    for (const answer of again) expect(answer.body.data).toEqual(first.body.data);
    const status = await customer.get<{ data: Record<string, unknown> }>(
      `/api/payments/${first.body.data.payment_id}/status/`,
    );
    expect(status.body.data).toMatchObject({
      payment_status: 'processing',
      amount: '1500',
      currency: 'XOF',
      checkout_url: first.body.data.checkout_url,
    });
    await page(first.body.data.transaction_reference, 'pay');
    await waitFor('the paid booking', async () => {
      const { body } = await staff.get(`/api/v1/bookings/${uuid}/`);
      return body['status'] === 'confirmed';
    });
    expect(await initiate({ booking_id: uuid })).toMatchObject({
      status: 400,
      body: { message: 'Payment already completed for this booking' },
    });
  });

  it('starts anew after the page was given up by the payer', async () => {
    const { uuid } = await aBooking('XOF', '1500');
    const first = await initiate({ booking_id: uuid });
    await page(first.body.data.transaction_reference, 'cancel');
    await app.database.asOwner(
      `UPDATE payment_transactions SET status = 'expired' WHERE reference = '${first.body.data.transaction_reference}';
       UPDATE payments SET status = 'expired' WHERE uuid = '${first.body.data.payment_id}'`,
    );
    const second = await initiate({ booking_id: uuid });
    expect(second.status).toBe(201);
    expect(second.body.data.payment_id).toBe(first.body.data.payment_id);
    expect(second.body.data.transaction_reference).not.toBe(first.body.data.transaction_reference);
    await page(second.body.data.transaction_reference, 'pay');
    await waitFor('the paid booking', async () => {
      const { body } = await staff.get(`/api/v1/bookings/${uuid}/`);
      return body['status'] === 'confirmed';
    });
  });

  it('makes one page per idempotency key, in the header or in the body', async () => {
    const { uuid } = await aBooking('XOF', '1500');
    const key = `checkout-${uuid}`;
    const answers = await Promise.all([
      initiate({ booking_id: uuid }, customer, { 'idempotency-key': key }),
      initiate({ booking_id: uuid, idempotency_key: key }),
    ]);
    for (const { status } of answers) expect([201, 409, 422]).toContain(status);
    const pages = (await (await fetch(`${app.sandbox.url}/api/checkouts`)).json()) as unknown[];
    expect(pages).toHaveLength(1);
  });

  it('lets a guest pay a booking by its uuid and by nothing else', async () => {
    const { id, uuid } = await aBooking('XOF', '1500');
    expect((await initiate({ booking_id: id }, app.api)).status).toBe(404);
    const started = await initiate({ booking_id: uuid }, app.api);
    expect(started.status).toBe(201);
    // An address of its own: counters may be shared with other tests.
    const from = { 'x-forwarded-for': `198.51.100.${Math.floor(Math.random() * 250)}` };
    const closed = await startApp({
      ALLOW_GUEST_CHECKOUT: 'off',
      LIMIT_GUEST_PER_MINUTE: '2',
      TRUSTED_PROXIES: '1',
    });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      const answer = await closed.api.post('/api/payments/initiate/', { booking_id: uuid }, from);
      statuses.push(answer.status);
    }
    await closed.close();
    expect(statuses).toEqual([401, 401, 429]);
  });
});
