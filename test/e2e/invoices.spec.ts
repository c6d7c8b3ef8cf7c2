import { parse } from 'csv-parse/sync';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';
import { waitFor } from '../support/wait.js';

const ROUTE = '/api/v1/payments/invoices/';

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

  /** 118.00 TZS with tax, of customer@malipo.test unless said otherwise. */
  const aDraft = async (values: Record<string, unknown> = {}): Promise<number> => {
    const { status, body } = await staff.post(ROUTE, {
      customer: 'customer@malipo.test',
      currency: 'TZS',
      lines: [{ description: 'Dinner', quantity: '1', unit_price: '100.00', tax_rate: '18' }],
      ...values,
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const issued = async (values: Record<string, unknown> = {}): Promise<number> => {
    const id = await aDraft(values);
    expect(await staff.post(`${ROUTE}${id}/issue/`)).toMatchObject({ status: 200 });
    return id;
  };
  const read = async (id: number) => (await staff.get(`${ROUTE}${id}/`)).body;

  it('4.2 creates an invoice: staff only, as a draft that its customer does not see', async () => {
    const wanted = {
      customer: 'customer@malipo.test',
      booking: 123,
      currency: 'TZS',
      lines: [
        { description: 'Airport transfer', quantity: 2, unit_price: '20000.00', tax_rate: 18 },
        { description: 'Conference room', quantity: '1.5', unit_price: 40000, tax_rate: '18' },
      ],
      due_date: '2099-02-06',
      notes: 'Thank you',
    };
    expect(await customer.post(ROUTE, wanted)).toMatchObject({ status: 403 });
    const key = { 'idempotency-key': 'invoice-once' };
    const { status, body } = await staff.post(ROUTE, wanted, key);
    expect(status).toBe(201);
    expectAsPrinted(body, { ...INVOICE, number: null, booking: 123, issued_at: null });
    expect(body).toMatchObject({
      status: 'draft',
      booking: 123,
      booking_reference: 'HTL-000008',
      subtotal: '100000.00',
      tax: '18000.00',
      total: '118000.00',
      amount_due: '0.00',
      due_date: '2099-02-06',
    });
    expect((await staff.post(ROUTE, wanted, key)).body).toEqual(body);
    const id = Number(body['id']);
    expect(await customer.get(`${ROUTE}${id}/`)).toMatchObject({ status: 404 });
    const patched = await staff.send('PATCH', `${ROUTE}${id}/`, { notes: '', version: 1 });
    expect(patched).toMatchObject({ status: 200, body: { notes: '', version: 2 } });
    const { body: done } = await staff.post(`${ROUTE}${id}/issue/`);
    const year = String(done['issued_at']).slice(0, 4);
    const { body: all } = await staff.get<{ results: { number: string | null }[] }>(ROUTE);
    const ofYear = all.results.filter(({ number }) => number?.startsWith(`INV-${year}-`));
    expect(done).toMatchObject({
      status: 'issued',
      number: `INV-${year}-${String(ofYear.length).padStart(6, '0')}`,
      amount_due: '118000.00',
    });
    expect(await customer.get(`${ROUTE}${id}/`)).toMatchObject({ status: 200 });
    const owner = await app.api.login('owner');
    expect((await owner.get(ROUTE)).body).toMatchObject({ count: 1, results: [{ id }] });
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', 'issue/'],
    ] as const) {
      const again = await staff.send(method, `${ROUTE}${id}/${path}`, {});
      expect(again).toMatchObject({ status: 409, body: { code: 'invoice_issued' } });
    }
  });

  it.each([
    ['lines', { lines: [] }],
    ['lines.0.quantity', { lines: [{ description: 'a', quantity: '1.0001', unit_price: 1 }] }],
    ['lines.0.quantity', { lines: [{ description: 'a', quantity: 0, unit_price: 1 }] }],
    ['lines.0.unit_price', { lines: [{ description: 'a', quantity: 1, unit_price: '-1' }] }],
    ['lines.0.unit_price', { lines: [{ description: 'a', quantity: 1, unit_price: '1.001' }] }],
    [
      'lines.0.tax_rate',
      { lines: [{ description: 'a', quantity: 1, unit_price: 1, tax_rate: 101 }] },
    ],
    ['lines.0.description', { lines: [{ description: ' ', quantity: 1, unit_price: 1 }] }],
    ['lines.0.total', { lines: [{ description: 'a', quantity: 1, unit_price: 1, total: 5 }] }],
    ['due_date', { due_date: '2026-02-30' }],
    ['booking', { booking: 129 }],
    ['customer', { customer: 'outsider@malipo.test' }],
    ['number', { number: 'INV-2026-000009' }],
  ])('4.2 names the field %s that is wrong', async (field, wrong) => {
    const { status, body } = await staff.post(ROUTE, {
      customer: 'customer@malipo.test',
      currency: 'TZS',
      lines: [{ description: 'Dinner', quantity: '1', unit_price: '100.00' }],
      ...wrong,
    });
    expect({ status, errors: Object.keys(body['errors'] ?? {}) }).toEqual({
      status: 400,
      errors: [field],
    });
  });

  it('filters and sorts its list', async () => {
    const numbers = async (query: string): Promise<unknown[]> => {
      const { status, body } = await staff.get<{ results: { id: number }[] }>(ROUTE + query);
      expect({ query, status }).toEqual({ query, status: 200 });
      return body.results.map(({ id }) => id);
    };
    expect(await numbers('?status=PAID')).toEqual([2]);
    const { number } = await read(1);
    expect(await numbers(`?number=${String(number).toLowerCase()}`)).toEqual([1]);
    expect(await numbers('?customer=CUSTOMER@malipo.test&due_before=2099-01-01')).toEqual([2, 1]);
    expect(await numbers('?booking=123')).toHaveLength(1);
    expect(await numbers('?ordering=due_date&page_size=1')).toHaveLength(1);
    expect(await numbers('?cursor=&page_size=1')).toHaveLength(1);
    expect(await staff.get(`${ROUTE}?status=late`)).toMatchObject({ status: 400 });
  });

  describe('payment', () => {
    const announce = (invoice: number, amount: string, values: Record<string, unknown> = {}) =>
      customer.post('/api/v1/payments/payments/', {
        invoice,
        amount,
        payment_method: 'mobile_money',
        mobile_money_provider: 'AIRTEL',
        ...values,
      });
    const becomes = (id: number, expected: Record<string, unknown>) =>
      waitFor(`invoice ${id} to be ${JSON.stringify(expected)}`, async () => {
        const body = await read(id);
        return Object.entries(expected).every(([name, value]) => body[name] === value);
      });

    it('takes parts by different ways, never more than is owed, and goes back', async () => {
      const id = await issued();
      const first = await announce(id, '50.00');
      expect(first).toMatchObject({ status: 201, body: { booking: null } });
      const payment = Number(first.body['id']);
      const prompt = await customer.post(`/api/v1/payments/payments/${payment}/initiate-gateway/`);
      await app.sandbox.answer(String(prompt.body['transaction_reference']), 'approve');
      await becomes(id, { status: 'partially_paid', amount_paid: '50.00', amount_due: '68.00' });
      expect(await announce(id, '68.01')).toMatchObject({
        status: 400,
        body: { code: 'amount_exceeds_owed' },
      });
      const rest = await customer.post<{ data: { transaction_reference: string } }>(
        '/api/payments/initiate/',
        {
          invoice_id: (await read(id))['uuid'],
          provider: 'azampay',
          mobile_money_provider: 'AIRTEL',
        },
      );
      expect(rest).toMatchObject({ status: 201 });
      await app.sandbox.answer(rest.body.data.transaction_reference, 'approve');
      await becomes(id, { status: 'paid', amount_paid: '118.00', amount_due: '0.00' });
      const { uuid, number } = await read(id);
      await waitFor('both confirmations', async () => {
        const mails = await app.sandbox.mails('customer@malipo.test');
        const subject = `Payment Confirmation - Invoice #${String(uuid).slice(0, 8)}`;
        const own = mails.filter((mail) => mail.subject === subject);
        return own.length === 2 && own[0]?.text.includes(`Invoice Number: ${String(number)}`);
      });
      expect(await announce(id, '1.00')).toMatchObject({
        status: 400,
        body: { code: 'nothing_owed' },
      });

      const { body: refund } = await staff.post(`/api/v1/payments/payments/${payment}/refunds/`, {
        amount: '20.00',
        reason: 'Too cold',
      });
      const admin = await app.api.login('admin');
      const settled = await admin.post(`/api/v1/payments/refunds/${String(refund['id'])}/settle/`, {
        method: 'bank_transfer',
        evidence: 'CRDB 4411',
      });
      expect(settled).toMatchObject({ status: 200 });
      await becomes(id, { status: 'partially_paid', amount_paid: '98.00', amount_due: '20.00' });
    });

    it('works on a hosted page too, and cannot be made by somebody else', async () => {
      const id = await issued({ currency: 'ETB' });
      const other = await app.api.login('customer2');
      const body = { invoice_id: id };
      expect(await other.post('/api/payments/initiate/', body)).toMatchObject({ status: 404 });
      const started = await customer.post<{ data: { transaction_reference: string } }>(
        '/api/payments/initiate/',
        body,
      );
      expect(started).toMatchObject({ status: 201, body: { data: { provider: 'chapa' } } });
      await app.sandbox.endCheckout(started.body.data.transaction_reference, 'pay');
      await becomes(id, { status: 'paid' });
      const draft = await aDraft();
      expect(await customer.post('/api/payments/initiate/', { invoice_id: draft })).toMatchObject({
        status: 404,
      });
    });

    it('is cash at the desk and a card at Stripe as well', async () => {
      const cashier = await app.api.login('cashier');
      const opened = await cashier.post('/api/v1/cash-drawers/sessions/', {
        drawer: 1,
        opening: [{ currency: 'TZS', amount: '10000.00' }],
      });
      expect(opened).toMatchObject({ status: 201 });
      const id = await issued();
      const part = Number((await announce(id, '18.00', { payment_method: 'cash' })).body['id']);
      const collected = await cashier.post(`/api/v1/payments/payments/${part}/collect/`);
      expect(collected).toMatchObject({ status: 200 });
      await becomes(id, { status: 'partially_paid', amount_due: '100.00' });
      const rest = await cashier.post('/api/payments/initiate/', {
        invoice_id: id,
        provider: 'cash',
      });
      expect(rest).toMatchObject({ status: 201, body: { data: { payment_status: 'completed' } } });
      await becomes(id, { status: 'paid', amount_due: '0.00' });

      const abroad = await issued({ currency: 'USD' });
      const page = await customer.post<{ data: { transaction_reference: string } }>(
        '/api/payments/initiate/',
        { invoice_id: abroad, provider: 'stripe', amount: '20.00' },
      );
      expect(page).toMatchObject({ status: 201 });
      await app.sandbox.endCheckout(page.body.data.transaction_reference, 'pay');
      await becomes(abroad, { status: 'partially_paid', amount_paid: '20.00' });
    });

    it('that comes after the invoice was voided is kept, not applied', async () => {
      const id = await issued();
      const payment = Number((await announce(id, '118.00')).body['id']);
      const path = `/api/v1/payments/payments/${payment}/`;
      const prompt = await customer.post(`${path}initiate-gateway/`);
      const voided = await staff.post(`${ROUTE}${id}/void/`, { reason: 'Wrong company' });
      expect(voided).toMatchObject({ status: 200, body: { status: 'void', amount_due: '0.00' } });
      await app.sandbox.answer(String(prompt.body['transaction_reference']), 'approve');
      await waitFor('the late money', async () => {
        return (await customer.get(path)).body['status'] === 'completed';
      });
      expect(await read(id)).toMatchObject({ status: 'void', amount_paid: '0.00' });
    });
  });

  it('credits an invoice once per idempotency key, and lists what it credited', async () => {
    const id = await issued();
    const body = {
      reason: 'Cold',
      lines: [{ description: 'Dinner', quantity: '0.5', unit_price: '100.00', tax_rate: '18' }],
    };
    const key = { 'idempotency-key': 'credit-once' };
    const note = await staff.post(`${ROUTE}${id}/credit-note/`, body, key);
    expect(note).toMatchObject({
      status: 201,
      body: { invoice: id, number: expect.stringMatching(/^CN-\d{4}-\d{6}$/), total: '59.00' },
    });
    expect((await staff.post(`${ROUTE}${id}/credit-note/`, body, key)).body).toEqual(note.body);
    expect((await customer.get(`${ROUTE}${id}/credit-notes/`)).body).toMatchObject({
      count: 1,
      results: [{ id: note.body['id'], reason: 'Cold' }],
    });
    expect(await read(id)).toMatchObject({
      status: 'issued',
      amount_credited: '59.00',
      amount_due: '59.00',
    });
    const more = await staff.post(`${ROUTE}${id}/credit-note/`, {
      ...body,
      lines: [{ description: 'Dinner', quantity: 1, unit_price: '59.01' }],
    });
    expect(more).toMatchObject({ status: 400, body: { code: 'credit_exceeds_owed' } });
    const paper = await customer.get(`${ROUTE}${id}/credit-notes/${String(note.body['id'])}/pdf/`);
    expect(paper.headers.get('content-disposition')).toContain(
      `${String(note.body['number'])}.pdf`,
    );
  });

  it('hands out PDF documents to be saved', async () => {
    const { status, headers, body } = await customer.get(`${ROUTE}1/pdf/`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="INV-\d{4}-000001/);
    expect(String(body['text'])).toMatch(/^%PDF-/);
  });

  it('exports what the list shows, and nothing that a spreadsheet would run', async () => {
    const evil = '=HYPERLINK("http://evil.example","Click")';
    const id = await aDraft({ customer: null, customer_name: evil, notes: '@SUM(A1:A9)' });
    const answer = await staff.get<{ text: string }>(`${ROUTE}export/?status=draft`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const rows: Record<string, string>[] = parse(answer.body.text, { columns: true, bom: true });
    expect(rows.every(({ status }) => status === 'draft')).toBe(true);
    expect(rows.find((row) => row['id'] === String(id))).toMatchObject({
      customer_name: `'${evil}`,
      notes: `'@SUM(A1:A9)`,
      total: '118.00',
    });
    const own = await customer.get<{ text: string }>(`${ROUTE}export/`);
    const mine: Record<string, string>[] = parse(own.body.text, { columns: true, bom: true });
    expect(mine.length).toBeGreaterThan(1);
    expect(mine.every(({ customer_email: to }) => to === 'customer@malipo.test')).toBe(true);
    expect(mine.every(({ status }) => status !== 'draft')).toBe(true);
  });
});
