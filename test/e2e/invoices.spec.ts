import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';

const INVOICE = {
  id: 1,
  number: 'INV-2026-000001',
  status: 'issued',
  customer: 'customer@malipo.test',
  booking: null,
  lines: [
    {
      description: 'Airport transfer',
      quantity: '2',
      unit_price: '20000.00',
      tax_rate: '18',
      total: '47200.00',
    },
  ],
  subtotal: '100000.00',
  tax: '18000.00',
  total: '118000.00',
  amount_paid: '0.00',
  amount_due: '118000.00',
  currency: 'TZS',
  due_date: '2026-02-06',
  issued_at: '2026-01-23T05:12:00Z',
};

/** Section 4 of document 002, on the demo's invoices. */
describe('invoices', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  it('4.1 lists invoices, each caller what is theirs to see', async () => {
    const { status, body } = await customer.get<{ results: { id: number; status: string }[] }>(
      '/api/v1/payments/invoices/',
    );
    expect(status).toBe(200);
    expectAsPrinted(body, { count: 2, next: null, previous: null, results: [INVOICE] });
    expect(body.results.map(({ id, status: state }) => [id, state])).toEqual([
      [2, 'paid'],
      [1, 'issued'],
    ]);
    for (const caller of ['customer2', 'owner'] as const) {
      const client = await app.api.login(caller);
      expect((await client.get('/api/v1/payments/invoices/')).body).toMatchObject({ count: 0 });
    }
    const outsider = await app.api.login('outsider');
    expect((await outsider.get('/api/v1/payments/invoices/')).body).toMatchObject({
      results: [{ id: 3, customer: null, customer_name: 'Peter Lugola' }],
    });
  });

  it('4.3 reads an invoice by id and uuid', async () => {
    const { status, body } = await customer.get('/api/v1/payments/invoices/1/');
    expect(status).toBe(200);
    expectAsPrinted(body, INVOICE);
    expect(body).toMatchObject({
      subtotal: '100000.00',
      tax: '18000.00',
      total: '118000.00',
      amount_due: '118000.00',
    });
    const again = await staff.get(`/api/v1/payments/invoices/${String(body['uuid'])}/`);
    expect(again.body).toEqual(body);
    expect((await customer.get('/api/v1/payments/invoices/2/')).body).toMatchObject({
      status: 'paid',
      amount_paid: '59000.00',
      amount_due: '0.00',
    });
  });
});
