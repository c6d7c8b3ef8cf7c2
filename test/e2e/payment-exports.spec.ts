import { parse } from 'csv-parse/sync';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait.js';

describe('payments and attempts as files', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
    const made = await customer.post('/api/v1/payments/payments/', {
      booking: 123,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
      notes: '=HYPERLINK("http://evil.example")',
    });
    const id = Number(made.body['id']);
    const begun = await customer.post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
    await app.sandbox.answer(String(begun.body['transaction_reference']), 'approve');
    await waitFor('the completed payment', async () => {
      const { body } = await customer.get(`/api/v1/payments/payments/${id}/`);
      return body['status'] === 'completed';
    });
  });
  afterAll(() => app.close());

  type Row = Record<string, string>;
  async function file(api: Api, path: string): Promise<Row[]> {
    const { status, headers, body } = await api.get<{ text: string }>(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/csv');
    return parse(body.text, { columns: true, bom: true });
  }
  const idsOf = (rows: { id: unknown }[]): string[] => rows.map(({ id }) => String(id));
  const listed = async (api: Api, path: string): Promise<Record<string, unknown>[]> =>
    (await api.get(path)).body['results'] as Record<string, unknown>[];

  it.each(['payments', 'transactions'])(
    'hold the %s that each caller sees in the list, and no other',
    async (room) => {
      const path = `/api/v1/payments/${room}/`;
      for (const caller of ['customer', 'customer2', 'owner', 'staff', 'outsider'] as const) {
        const api = await app.api.login(caller);
        const rows = await file(api, `${path}export/`);
        const list = await listed(api, `${path}?page_size=100`);
        expect(idsOf(rows as unknown as { id: string }[])).toEqual(
          idsOf(list as { id: unknown }[]),
        );
        for (const [index, row] of rows.entries()) {
          expect(row).toMatchObject({
            amount: list[index]?.['amount'],
            status: list[index]?.['status'],
            uuid: list[index]?.['uuid'],
          });
        }
      }
      expect((await app.api.get(`${path}export/`)).status).toBe(401);
    },
  );

  it('take the filters of the list and hold no formula', async () => {
    const rows = await file(
      staff,
      '/api/v1/payments/payments/export/?status=succeeded&booking=123',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      payable_reference: 'HTL-000008',
      amount: '50000.00',
      refunded_amount: '0.00',
      status: 'completed',
      notes: `'=HYPERLINK("http://evil.example")`,
    });
    const failed = await file(staff, '/api/v1/payments/transactions/export/?status=failed');
    expect(failed).toEqual([]);
    const wrong = await staff.get('/api/v1/payments/payments/export/?status=lost');
    expect(wrong.status).toBe(400);
  });
});
