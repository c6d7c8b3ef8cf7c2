import type { Answer, Api } from './api.js';
import type { TestApp } from './app.js';
import { waitFor } from './wait.js';

export const RECONCILIATION = '/api/v1/reconciliation/';

type Body = Record<string, unknown>;
export interface Item {
  id: number;
  kind: string;
  outcome: string;
  detail: string | null;
  line: Body;
  record: Body;
  healed: boolean;
  posted: boolean;
  resolution: string | null;
  suggested_transaction: number | null;
  receipt: number | null;
}

export function statementForm(provider: string, text: string, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set('provider', provider);
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([text], { type: 'text/csv' }), 'statement.csv');
  return form;
}

/** People who pay through Chapa, and staff who reconcile what Chapa says. */
export async function aReconciliationRoom(app: TestApp) {
  const staff = await app.api.login('staff');
  const customer = await app.api.login('customer');
  const query = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    app.database.dataSource.query(sql, params);

  const start = async (total = '2000.00') => {
    const booking = await staff.post<{ uuid: string }>('/api/v1/bookings/', {
      property: 124,
      customer: 'customer@malipo.test',
      check_in: '2026-03-01',
      check_out: '2026-03-04',
      guests: 2,
      total_price: total,
      currency: 'ETB',
    });
    const started = await customer.post<{ data: Body }>('/api/payments/initiate/', {
      booking_id: booking.body.uuid,
      provider: 'chapa',
      phone_number: '0911234567',
    });
    expect({ status: started.status, body: started.body }).toMatchObject({ status: 201 });
    const reference = String(started.body.data['transaction_reference']);
    const [attempt] = await query<{ id: number; payment_id: number }>(
      'SELECT id, payment_id FROM payment_transactions WHERE reference = $1',
      [reference],
    );
    return { reference, transaction: attempt?.id ?? 0, payment: attempt?.payment_id ?? 0 };
  };
  const gatewayId = async (reference: string): Promise<string> => {
    const [row] = await query<{ id: string }>(
      `SELECT gateway_transaction_id AS id FROM payment_transactions WHERE reference = $1`,
      [reference],
    );
    return row?.id ?? '';
  };
  const upload = (
    text: string,
    fields: Record<string, string> = {},
    { provider = 'chapa', by = staff }: { provider?: string; by?: Api } = {},
  ): Promise<Answer> => by.post(`${RECONCILIATION}runs/`, statementForm(provider, text, fields));
  const completed = async (run: unknown): Promise<Body> =>
    waitFor(`run ${String(run)}`, async () => {
      const { body } = await staff.get(`${RECONCILIATION}runs/${String(run)}/`);
      return body['status'] === 'completed' ? body : null;
    });

  return {
    staff,
    customer,
    query,
    start,
    gatewayId,
    upload,
    completed,
    /** Paid and known to be paid. */
    paid: async (total?: string) => {
      const started = await start(total);
      await app.sandbox.endCheckout(started.reference, 'pay');
      await waitFor(`payment ${started.payment}`, async () => {
        const { body } = await staff.get(`/api/v1/payments/payments/${started.payment}/`);
        return body['status'] === 'completed';
      });
      return { ...started, gateway: await gatewayId(started.reference) };
    },
    /** Paid there; nobody has told us. */
    paidUnheard: async (total?: string) => {
      await app.sandbox.fault({ webhook: 'none' }, 'chapa');
      const started = await start(total);
      await app.sandbox.endCheckout(started.reference, 'pay');
      await app.sandbox.fault({ webhook: 'normal' }, 'chapa');
      return started;
    },
    /** Uploads, waits until the run is completed, and answers it. */
    reconcile: async (text: string, fields: Record<string, string> = {}, provider = 'chapa') => {
      const { status, body } = await upload(text, fields, { provider });
      expect({ status, body }).toMatchObject({ status: 201 });
      return completed(body['id']);
    },
    items: async (run: unknown, filter = ''): Promise<Item[]> => {
      const path = `${RECONCILIATION}runs/${String(run)}/items/?ordering=id&page_size=100&${filter}`;
      const { status, body } = await staff.get<{ results: Item[] }>(path);
      expect(status).toBe(200);
      return body.results;
    },
    resolve: (item: number, body: Body, by: Api = staff, headers: Record<string, string> = {}) =>
      by.post(`${RECONCILIATION}items/${item}/resolve/`, body, headers),
    /** In minor units. */
    balance: async (code: string, currency = 'ETB'): Promise<bigint> => {
      const [row] = await query<{ minor: string }>(
        `SELECT coalesce(sum(p.amount_minor), 0)::text AS minor FROM ledger_postings p
         JOIN ledger_accounts a ON a.id = p.ledger_account_id
         WHERE a.account_id = 1 AND a.code = $1 AND a.currency = $2`,
        [code, currency],
      );
      return BigInt(row?.minor ?? 0);
    },
  };
}
export type ReconciliationRoom = Awaited<ReturnType<typeof aReconciliationRoom>>;
