import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

const OFTEN = '1,2,3,4,5,6,7,8,9,10,15,20,30,60';

/**
 * Gateways whose notifications prove nothing, or never come: a notification makes us ask, and without
 * one we ask all the same. The payer pays on a hosted page or on the phone, as the gateway has it.
 */
describe('gateways that must be asked', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp({
      CHAPA_POLL_SCHEDULE_S: OFTEN,
      WAVE_POLL_SCHEDULE_S: OFTEN,
      ORANGE_POLL_SCHEDULE_S: OFTEN,
      MTN_POLL_SCHEDULE_S: OFTEN,
      STRIPE_POLL_SCHEDULE_S: OFTEN,
    });
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.sandbox.reset();
  });
  afterAll(() => app.close());

  const start = async (provider: string, currency: string, total: string) => {
    const booking = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency,
    });
    const started = await customer.post<{ data: Record<string, string> }>(
      '/api/payments/initiate/',
      { booking_id: booking.body.uuid, provider, phone_number: '+2250707070707' },
    );
    expect({ status: started.status, body: started.body }).toMatchObject({ status: 201 });
    return {
      booking: booking.body.uuid,
      payment: String(started.body.data['payment_id']),
      reference: String(started.body.data['transaction_reference']),
      page: started.body.data['checkout_url'],
    };
  };
  /** The payer pays: on the page where there is one, else on the phone. */
  const pay = async ({ reference, page }: { reference: string; page?: string | null }) => {
    if (!page) return app.sandbox.answer(reference, 'approve');
    const pages = (await (await fetch(`${app.sandbox.url}/api/checkouts`)).json()) as {
      id: string;
      url: string;
    }[];
    const found = pages.find((checkout) => checkout.url === page);
    await fetch(`${app.sandbox.url}/api/checkouts/${found?.id}/pay`, { method: 'POST' });
  };

  it.each([
    ['chapa', 'ETB', '2000.00', 'normal'],
    ['chapa', 'ETB', '2000.00', 'none'],
    ['wave', 'XOF', '1500', 'normal'],
    ['wave', 'XOF', '1500', 'none'],
    ['orange', 'XOF', '1500', 'normal'],
    ['orange', 'XOF', '1500', 'none'],
    ['stripe', 'USD', '20.00', 'normal'],
    ['stripe', 'USD', '20.00', 'none'],
    ['mtn', 'XOF', '1500', 'normal'],
    ['mtn', 'XOF', '1500', 'none'],
  ])(
    '%s in %s: %s is paid and confirmed, notifications %s',
    async (provider, currency, total, hook) => {
      const code = { orange: 'orange_money', mtn: 'mtn_momo' }[provider] ?? provider;
      await app.sandbox.fault({ webhook: hook }, code);
      const started = await start(provider, currency, total);
      await pay(started);
      const paid = await waitFor(`the payment through ${provider}`, async () => {
        const { body } = await staff.get(`/api/v1/payments/payments/${started.payment}/`);
        return body['status'] === 'completed' ? body : null;
      });
      expect(paid).toMatchObject({ provider: code, currency });
      expect((await staff.get(`/api/v1/bookings/${started.booking}/`)).body).toMatchObject({
        status: 'confirmed',
      });
    },
  );
});
