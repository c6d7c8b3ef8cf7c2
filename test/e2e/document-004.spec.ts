import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';
import { waitFor } from '../support/wait.js';

const BOOKING = 'f367ddf9-f2ff-4de2-b929-0e0942ace93b';
const INITIATE = {
  booking_id: BOOKING,
  email: 'customer@example.com',
  first_name: 'John',
  last_name: 'Doe',
  phone_number: '0911234567',
};

interface Body {
  status: string;
  message: string;
  data: Record<string, unknown>;
}

/** Document 004: each request as printed, by nobody in particular, each answer field by field. */
describe('document 004', () => {
  let app: TestApp;
  let reference: string;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  const initiate = (body: unknown = INITIATE) =>
    app.api.post<Body>('/api/payments/initiate/', body);
  const verify = (query: string, method = 'GET') =>
    app.api.send<Body>(method, `/api/payments/verify/${query}`);
  const page = async (act: 'pay' | 'fail' | 'cancel'): Promise<void> => {
    const answer = await fetch(`${app.sandbox.url}/api/checkouts`);
    const pages = (await answer.json()) as { id: string; reference: string }[];
    const found = pages.find((checkout) => checkout.reference === reference);
    await fetch(`${app.sandbox.url}/api/checkouts/${found?.id}/${act}`, { method: 'POST' });
  };

  it('1 answers a missing and an unknown booking as printed', async () => {
    expect(await initiate({})).toMatchObject({
      status: 400,
      body: { status: 'error', message: 'booking_id is required' },
    });
    expect(await initiate({ booking_id: '11111111-1111-4111-8111-111111111111' })).toMatchObject({
      status: 404,
      body: { status: 'error', message: 'Booking not found' },
    });
  });

  it('1 answers the gateway’s refusal with its own words', async () => {
    await app.sandbox.fault({ initiate: 'decline', count: 1 }, 'chapa');
    const { status, body } = await initiate();
    expect(status).toBe(400);
    expect(body).toMatchObject({
      status: 'error',
      message: 'Failed to initiate payment with Chapa',
      details: expect.any(String),
    });
  });

  it('1 initiates the payment', async () => {
    const { status, body } = await initiate();
    expect(status).toBe(201);
    expectAsPrinted(body, {
      status: 'success',
      message: 'Payment initiated successfully',
      data: {
        checkout_url: 'https://checkout.chapa.co/checkout/payment/AfjfjGjrGrj',
        payment_id: 'e6e342d2-edba-4816-9e32-30fd39b5ae4c',
        transaction_reference: 'tx-a1b2c3d4e5f6-f367ddf9-f2ff-4de2',
      },
    });
    expect(body).toMatchObject({ status: 'success', message: 'Payment initiated successfully' });
    reference = String(body.data['transaction_reference']);
    expect(reference).toMatch(/^tx-/);
  });

  it('2 answers a missing and an unknown reference as printed', async () => {
    for (const method of ['GET', 'POST']) {
      expect(await verify('', method)).toMatchObject({
        status: 400,
        body: { status: 'error', message: 'tx_ref is required' },
      });
    }
    expect(await verify('?tx_ref=tx-a1b2c3d4e5f6-test')).toMatchObject({
      status: 404,
      body: { status: 'error', message: 'Payment not found' },
    });
  });

  it('2 is pending until it is paid', async () => {
    expect(await verify(`?tx_ref=${reference}`)).toMatchObject({
      status: 200,
      body: {
        status: 'pending',
        message: 'Payment is pending',
        data: { payment_status: 'pending' },
      },
    });
  });

  it('2 and 3 verify the paid payment, as the redirect does and again', async () => {
    await app.sandbox.fault({ webhook: 'none' }, 'chapa');
    await page('pay');
    const { status, body } = await verify(`?tx_ref=${reference}&status=success`);
    expect(status).toBe(200);
    expectAsPrinted(body, {
      status: 'success',
      message: 'Payment verified and completed successfully',
      data: {
        payment_id: '0da607cb-53ff-4538-9641-83d108716c19',
        booking_id: BOOKING,
        transaction_id: 'CHAPA-TEST-FFDDCD12',
        amount: 2304.0,
        currency: 'ETB',
        payment_status: 'completed',
        payment_method: 'card',
        payment_date: '2025-11-13T21:12:56.838672+00:00',
        booking_status: 'confirmed',
        booking_details: {
          property: 'Spacious Family Home in New York',
          location: 'Tokyo, Japan',
          check_in: '2026-01-15',
          check_out: '2026-01-21',
          guests: 1,
          total_price: 2304.0,
        },
        customer: { name: 'john_doe', email: 'customer@example.com' },
      },
    });
    expect(body.data).toMatchObject({
      booking_id: BOOKING,
      amount: 2304,
      currency: 'ETB',
      payment_status: 'completed',
      booking_status: 'confirmed',
      booking_details: {
        property: 'Spacious Family Home in New York',
        location: 'Tokyo, Japan',
        check_in: '2026-01-15',
        check_out: '2026-01-21',
        guests: 1,
        total_price: 2304,
      },
      customer: { name: 'john_doe', email: 'customer@example.com' },
    });
    const again = await verify(`?trx_ref=${reference}`, 'POST');
    expect(again.status).toBe(200);
    expectAsPrinted(again.body, {
      status: 'success',
      message: 'Payment already verified',
      data: {
        payment_id: '0da607cb-53ff-4538-9641-83d108716c19',
        booking_id: BOOKING,
        payment_status: 'completed',
        amount: '2304.00',
        transaction_id: 'CHAPA-TEST-FFDDCD12',
      },
    });
    expect(again.body.message).toBe('Payment already verified');
  });

  it('1 refuses to pay twice', async () => {
    expect(await initiate()).toMatchObject({
      status: 400,
      body: { status: 'error', message: 'Payment already completed for this booking' },
    });
  });

  it('2 answers a failed payment as printed', async () => {
    const staff = await app.api.login('staff');
    const made = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '100.00',
      currency: 'ETB',
    });
    const started = await initiate({ ...INITIATE, booking_id: made.body.uuid });
    reference = String(started.body.data['transaction_reference']);
    await page('fail');
    const failed = await waitFor('the failed payment', async () => {
      const answer = await verify(`?tx_ref=${reference}`);
      return answer.status === 400 ? answer : null;
    });
    expect(failed.body).toMatchObject({
      status: 'error',
      message: 'Payment failed or was cancelled',
      data: { payment_id: started.body.data['payment_id'], payment_status: 'failed' },
    });
  });
});
