import { Providers, type PaymentProvider } from '../../src/providers/index.js';
import type { Api } from './api.js';
import { startApp, type TestApp } from './app.js';
import { CALLBACK_KEY, callback, type CallbackFields } from './azampay-callbacks.js';
import { waitFor } from './wait.js';

export const DOOR = '/api/v1/payments/webhook/azam-pay/';

export interface EventRow {
  id: number;
  uuid: string;
  status: string;
  reason: string | null;
  verification: string;
  payment_id: number | null;
  account_id: number | null;
  replays: number;
  last_error: string | null;
}

/** The product with an AzamPay whose callbacks only this test sends; it cannot be asked unless `open` is told so. */
export class WebhookDesk {
  private constructor(
    readonly app: TestApp,
    readonly admin: Api,
    readonly customer: Api,
    readonly staff: Api,
  ) {}

  static async open(overrides: Record<string, string> = {}): Promise<WebhookDesk> {
    const app = await startApp({
      AZAMPAY_PUBLIC_KEY: CALLBACK_KEY,
      AZAMPAY_STATUS_QUERY: 'off',
      JOBS_BACKOFF_BASE_S: '1',
      JOBS_BACKOFF_MAX_S: '1',
      ...overrides,
    });
    await app.sandbox.fault({ webhook: 'none' });
    const { api } = app;
    return new WebhookDesk(
      app,
      await api.login('admin'),
      await api.login('customer'),
      await api.login('staff'),
    );
  }

  /** A payment whose prompt is out: what a callback may be about. */
  async anAttempt(): Promise<{ paymentId: number; reference: string }> {
    const booking = await this.staff.post('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      customer_phone: '255653294241',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: '50000.00',
      currency: 'TZS',
    });
    const payment = await this.customer.post('/api/v1/payments/payments/', {
      booking: booking.body['id'],
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    const paymentId = Number(payment.body['id']);
    const started = await this.customer.post(
      `/api/v1/payments/payments/${paymentId}/initiate-gateway/`,
    );
    if (started.status !== 200) throw new Error(`initiate answered ${started.status}`);
    return { paymentId, reference: String(started.body['transaction_reference']) };
  }

  /** Knocks as a gateway does. */
  async deliver(
    body: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(new URL(DOOR, this.app.url), {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** Delivers a callback and waits until its job has concluded. */
  async concluded(
    fields: CallbackFields,
    signedBy: 'azampay' | 'nobody' = 'azampay',
  ): Promise<EventRow> {
    const { status } = await this.deliver(callback(fields, signedBy));
    if (status !== 200) throw new Error(`the callback was answered ${status}`);
    return this.untilConcluded(fields.utilityref);
  }

  untilConcluded(reference: string, status?: string): Promise<EventRow> {
    return waitFor(`the event of ${reference} to be ${status ?? 'concluded'}`, async () => {
      const [row] = await this.events(reference);
      return row && row.status !== 'received' && (!status || row.status === status) ? row : null;
    });
  }

  events(reference: string): Promise<EventRow[]> {
    return this.rows('SELECT * FROM webhook_events WHERE reference = $1 ORDER BY id', [reference]);
  }

  rows<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.app.database.dataSource.query(sql, params);
  }

  async number(sql: string, params: unknown[] = []): Promise<number> {
    const [row] = await this.rows<{ n: number }>(`SELECT (${sql})::int AS n`, params);
    return row?.n ?? NaN;
  }

  async paymentStatus(id: number): Promise<unknown> {
    return (await this.admin.get(`/api/v1/payments/payments/${id}/`)).body['status'];
  }

  async metric(line: RegExp): Promise<number> {
    const answer = await fetch(new URL('/metrics', this.app.url));
    return Number(line.exec(await answer.text())?.[1] ?? 0);
  }

  /** Lets `change` stand in for parts of AzamPay's adapter until mocks are restored. */
  standIn(change: Partial<PaymentProvider>): void {
    const providers = this.app.app.get(Providers, { strict: false });
    const real = providers.get('azampay');
    const altered = Object.create(
      real,
      Object.getOwnPropertyDescriptors(change),
    ) as PaymentProvider;
    const get = providers.get.bind(providers);
    jest
      .spyOn(providers, 'get')
      .mockImplementation((code) => (code === 'azampay' ? altered : get(code)));
  }

  async moveClock(seconds: number): Promise<void> {
    await this.app.database.asAdmin(`UPDATE app_clock SET offset_s = offset_s + ${seconds}`);
  }
}
