import { randomToken } from '../../src/common/index.js';
import type { Answer, Api } from './api.js';
import type { TestApp } from './app.js';
import { PNG } from './forms.js';

export const BILLING = '/api/v1/billing/';
const INVOICES = '/api/v1/payments/invoices/';

type Body = Record<string, unknown>;

/** People around invoices that are paid by transfer. */
export async function aManualDesk(app: TestApp) {
  const customer = await app.api.login('customer');
  const staff = await app.api.login('staff');
  const staff2 = await app.api.login('staff2');
  const admin = await app.api.login('admin');
  const path = (payment: number, act = ''): string => `${BILLING}payments/${payment}/${act}`;

  /** Fails unless the answer has this status. */
  const expectStatus = async (status: number, answer: Promise<Answer>): Promise<Body> => {
    const { status: got, body } = await answer;
    expect({ status: got, body }).toMatchObject({ status });
    return body;
  };
  const anInvoice = async (total = '10000.00'): Promise<number> => {
    const body = await expectStatus(
      201,
      staff.post(INVOICES, {
        customer: 'customer@malipo.test',
        currency: 'TZS',
        lines: [{ description: 'Laundry', quantity: 1, unit_price: total }],
      }),
    );
    await expectStatus(200, staff.post(`${INVOICES}${String(body['id'])}/issue/`));
    return Number(body['id']);
  };
  const submission = (invoice: number, more: Body = {}): Body => ({
    invoice_id: invoice,
    payment_method: 'bank_transfer',
    transaction_reference: `FT-${randomToken(6)}`,
    ...more,
  });
  const submit = async (invoice: number, more: Body = {}, by: Api = customer): Promise<number> => {
    const body = submission(invoice, more);
    const made = await expectStatus(201, by.post(`${BILLING}payments/manual/`, body));
    return Number(made['payment_id']);
  };
  const rows = <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
    app.database.dataSource.query(sql, params);

  return {
    customer,
    staff,
    staff2,
    admin,
    path,
    rows,
    expectStatus,
    anInvoice,
    submission,
    submit,
    /** A manual payment of an invoice of its own. */
    aPayment: async (more: Body = {}, total?: string): Promise<number> =>
      submit(await anInvoice(total), more),
    trySubmit: (body: Body, by: Api = customer, headers: Record<string, string> = {}) =>
      by.post(`${BILLING}payments/manual/`, body, headers),
    read: async (payment: number, by: Api = staff): Promise<Body> =>
      expectStatus(200, by.get(path(payment))),
    manualOf: async (payment: number, by: Api = staff): Promise<Body> => {
      const body = await expectStatus(200, by.get(path(payment)));
      return body['manual'] as Body;
    },
    invoice: async (id: number): Promise<Body> => expectStatus(200, staff.get(`${INVOICES}${id}/`)),
    approve: (payment: number, body: Body = { version: 2 }, by: Api = staff) =>
      by.post(path(payment, 'approve/'), body),
    reject: (payment: number, body: Body = {}, by: Api = staff) =>
      by.post(path(payment, 'reject/'), { version: 2, reason: 'never came', ...body }),
    revise: (payment: number, body: Body, by: Api = customer) =>
      by.send('PATCH', path(payment), body),
    withdraw: (payment: number, body?: Body, by: Api = customer) =>
      by.post(path(payment, 'withdraw/'), body),
    prove: (payment: number, by: Api = customer, content: Buffer = PNG, name = 'receipt.png') =>
      by.post(path(payment, 'proofs/'), proofForm(content, name)),
    /** In minor units; 0 before the first. */
    credit: async (currency = 'TZS'): Promise<bigint> => {
      const found = await rows<{ balance_minor: string }>(
        'SELECT balance_minor FROM credit_accounts WHERE customer_id = 1 AND currency = $1',
        [currency],
      );
      return BigInt(found[0]?.balance_minor ?? 0);
    },
    trail: async (payment: number): Promise<string[]> =>
      (
        await rows<{ action: string }>(
          'SELECT action FROM audit_entries WHERE payment_id = $1 ORDER BY id',
          [payment],
        )
      ).map(({ action }) => action),
  };
}
export type ManualDesk = Awaited<ReturnType<typeof aManualDesk>>;

export function proofForm(content: Buffer, name: string): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)]), name);
  return form;
}
