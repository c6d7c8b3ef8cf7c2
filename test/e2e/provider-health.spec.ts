import { GatewayHealth } from '../../src/payments/api/gateway-health.service.js';
import { Providers } from '../../src/providers/index.js';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { waitFor } from '../support/wait.js';

interface Health {
  window_s: number;
  attempts: number;
  success_rate: number | null;
  median_latency_ms: number | null;
  median_callback_delay_ms: number | null;
}
interface Listed {
  id: number;
  name: string;
  description: string;
  code: string;
  health: Health;
}

const NOTHING_YET = {
  window_s: 3600,
  attempts: 0,
  success_rate: null,
  median_latency_ms: null,
  median_callback_delay_ms: null,
};

describe('the recent health of gateways', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterEach(() => expectBooksToAgree(app.database.dataSource));
  afterAll(() => app.close());

  async function start(total: string): Promise<{ status: number; reference: string; id: string }> {
    const booking = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency: 'TZS',
    });
    const { status, body } = await customer.post<{ data?: Record<string, string> }>(
      '/api/payments/initiate/',
      { booking_id: booking.body.uuid, provider: 'azampay', mobile_money_provider: 'AIRTEL' },
    );
    const { transaction_reference: reference = '', payment_id: id = '' } = body.data ?? {};
    return { status, reference, id };
  }

  async function until(id: string, status: string): Promise<void> {
    await waitFor(`payment ${id} is ${status}`, async () => {
      const { body } = await staff.get(`/api/v1/payments/payments/${id}/`);
      return body['status'] === status;
    });
  }

  /** As a process sees it that has not asked before. */
  async function healthNow(code: string): Promise<Health> {
    const providers = app.app.get(Providers);
    const healthOf = await new GatewayHealth(app.database.dataSource).of(providers.enabled());
    return healthOf(providers.get(code));
  }

  it('is unknown before anything was sent, for every provider', async () => {
    for (const provider of app.app.get(Providers).enabled()) {
      expect(await healthNow(provider.code)).toEqual(NOTHING_YET);
    }
  });

  it('tells success, latency and the way back, by what was sent', async () => {
    const paid = await start('1000.00');
    await app.sandbox.answer(paid.reference, 'approve');
    await until(paid.id, 'completed');
    const declined = await start('2000.00');
    await app.sandbox.answer(declined.reference, 'decline');
    await until(declined.id, 'failed');
    await app.sandbox.fault({ initiate: 'error_500', count: 1 });
    await start('3000.00');
    await start('4000.00'); // its payer has yet to answer
    const { status, body } = await customer.get<Listed[]>('/api/v1/payments/providers/');
    expect(status).toBe(200);
    const azampay = body.find(({ code }) => code === 'azampay');
    expect(azampay).toMatchObject({
      id: 1,
      name: 'AZAM Pay',
      description: 'AZAM Pay Payment Gateway',
      health: { window_s: 3600, attempts: 4, success_rate: 0.3333 },
    });
    const { median_latency_ms: latency, median_callback_delay_ms: delay } =
      azampay?.health ?? NOTHING_YET;
    expect(latency).toBeGreaterThan(0);
    expect(latency).toBeLessThan(5_000);
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThan(10_000);
    const others = body.filter(({ code }) => code !== 'azampay');
    expect(others.map(({ health }) => health)).toEqual(others.map(() => NOTHING_YET));
  });

  it('is the same for a process that sent none of them, and forgets what is old', async () => {
    expect(await healthNow('azampay')).toMatchObject({ attempts: 4, success_rate: 0.3333 });
    await app.database.dataSource.query(
      `UPDATE payment_transactions SET created_at = created_at - interval '61 minutes'
       WHERE status = 'completed'`,
    );
    expect(await healthNow('azampay')).toMatchObject({ attempts: 3, success_rate: 0 });
    await app.database.dataSource.query(
      `UPDATE payment_transactions SET created_at = created_at - interval '61 minutes'
       WHERE sent_at IS NOT NULL AND status <> 'completed'`,
    );
    expect(await healthNow('azampay')).toEqual(NOTHING_YET);
  });

  it('asks the database once for many who ask at the same time', async () => {
    const health = new GatewayHealth(app.database.dataSource);
    const query = jest.spyOn(app.database.dataSource, 'query');
    const enabled = app.app.get(Providers).enabled();
    await Promise.all(Array.from({ length: 20 }, () => health.of(enabled)));
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  it('is documented, with an example', async () => {
    interface Schema {
      components: {
        schemas: Record<string, { properties: Record<string, { example?: unknown }> }>;
      };
    }
    const { body } = await app.api.get<Schema>('/api/schema/');
    const { GatewayHealthDto: dto, ProviderDto: provider } = body.components.schemas;
    expect(Object.keys(dto?.properties ?? {})).toEqual(Object.keys(NOTHING_YET));
    expect(provider?.properties).toHaveProperty('health');
  });
});
