import { type Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { expectBooksToAgree } from '../support/books.js';
import { expectAsPrinted } from '../support/documented.js';

/** What the document names of a payment, with the contract's words for it. */
const PAYMENT = {
  id: 1,
  invoice_id: 1,
  invoice_number: 'INV-2026-000001',
  amount: '118000.00',
  currency: 'TZS',
  payment_method: 'bank_transfer',
  status: 'pending_approval',
  transaction_reference: 'FT26023ABC9',
  failure_reason: null,
  version: 2,
  created_at: '2026-01-23T05:12:00Z',
  updated_at: '2026-01-23T05:12:00Z',
  processed_at: null,
};
const METHOD = {
  code: 'bank_transfer',
  name: 'Bank transfer',
  type: 'bank_transfer',
  currency: 'TZS',
  min_amount: null,
  max_amount: null,
  instructions: null,
};
const SUBMISSION = {
  invoice_id: 1,
  payment_method: 'bank_transfer',
  transaction_reference: 'FT26023ABC9',
  notes: 'Paid at the Azikiwe branch',
};

/** Document 001's endpoints, its two bodies in both spellings, its states, errors and tenancy. */
describe('document 001', () => {
  let app: TestApp;
  let customer: Api;
  let staff: Api;
  let paymentId: number;

  beforeAll(async () => {
    app = await startApp();
    customer = await app.api.login('customer');
    staff = await app.api.login('staff');
  });
  afterAll(async () => {
    await expectBooksToAgree(app.database.dataSource);
    await app.close();
  });

  const invoice = async (id = 1): Promise<Record<string, unknown>> =>
    (await staff.get(`/api/v1/payments/invoices/${id}/`)).body;

  it('lists available methods with their metadata', async () => {
    const { status, body } = await customer.get<{
      methods: Record<string, unknown>[];
      count: number;
    }>('/api/v1/billing/payment-methods/available/?country=TZ&currency=TZS&amount=50000.00');
    expect(status).toBe(200);
    expectAsPrinted(body, {
      methods: [METHOD],
      count: 3,
      default: 'azampay',
      country: 'TZ',
      currency: 'TZS',
    });
    expect(body).toMatchObject({ count: 3, default: 'azampay', country: 'TZ', currency: 'TZS' });
    expect(body.methods.map(({ code, type }) => ({ code, type }))).toEqual([
      { code: 'azampay', type: 'mobile_money' },
      { code: 'bank_transfer', type: 'bank_transfer' },
      { code: 'local_wallet', type: 'local_wallet' },
    ]);
    for (const { currency } of body.methods) expect(currency).toBe('TZS');
    expect(body.methods[1]).toMatchObject({
      min_amount: '1000.00',
      max_amount: '1000000000.00',
      instructions: expect.stringContaining('0150123456780'),
    });
  });

  it('submits a manual payment for an invoice', async () => {
    const { status, body } = await customer.post('/api/v1/billing/payments/manual/', SUBMISSION);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        success: true,
        payment_id: expect.any(Number),
        status: 'pending_approval',
        message: expect.stringMatching(/\S/),
      },
    });
    paymentId = Number(body['payment_id']);
  });

  it('lists payments with the documented fields, and by status', async () => {
    for (const query of ['', '?status=pending_approval', '?status=PENDING_APPROVAL', '?cursor=']) {
      const { status, body } = await customer.get<{ results: Record<string, unknown>[] }>(
        `/api/v1/billing/payments/${query}`,
      );
      expect(status).toBe(200);
      // Payments of orders and bookings have no invoice.
      const any = {
        ...PAYMENT,
        invoice_id: null,
        invoice_number: null,
        transaction_reference: null,
      };
      expectAsPrinted(body, { next: null, previous: null, results: [any] });
      const row = body.results.find(({ id }) => id === paymentId);
      const { number } = await invoice();
      expect(row).toMatchObject({
        ...PAYMENT,
        id: paymentId,
        invoice_number: number,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      });
    }
    const none = await customer.get('/api/v1/billing/payments/?status=cancelled');
    expect(none.body).toMatchObject({ count: 0, results: [] });
    const wrong = await customer.get('/api/v1/billing/payments/?status=paidish');
    expect(wrong.status).toBe(400);
    expect(wrong.body).toHaveProperty('errors.status');
  });

  it.each(['completed', 'succeeded', 'success'])('finds paid ones as %s', async (word) => {
    const { body } = await customer.get<{ results: Record<string, unknown>[] }>(
      `/api/v1/billing/payments/?status=${word}&invoice_id=2`,
    );
    expect(body.results).toHaveLength(1);
    expect(body.results[0]).toMatchObject({
      invoice_id: 2,
      status: 'completed',
      transaction_reference: expect.stringMatching(/^AZM/),
    });
  });

  it('changes the invoice and the credit only when the payment is approved', async () => {
    expect(await invoice()).toMatchObject({ status: 'issued', amount_paid: '0.00' });
    const credit = async (): Promise<unknown> =>
      (
        await customer.get<{ results: { balance: string }[] }>(
          '/api/v1/billing/credits/?currency=TZS',
        )
      ).body.results[0]?.balance;
    const before = await credit();
    expect(before).toBe('59000.00');
    const approved = await staff.post(`/api/v1/billing/payments/${paymentId}/approve/`, {
      version: 2,
    });
    expect(approved).toMatchObject({
      status: 200,
      body: {
        id: paymentId,
        status: 'completed',
        amount: '118000.00',
        processed_at: expect.stringMatching(/Z$/),
      },
    });
    expect(await invoice()).toMatchObject({ status: 'paid', amount_due: '0.00' });
    expect(await credit()).toBe('177000.00');
  });

  it.each([
    ['invoice_id', { ...SUBMISSION, invoice_id: undefined }],
    ['payment_method', { ...SUBMISSION, payment_method: undefined }],
    ['payment_method', { ...SUBMISSION, payment_method: 'cheque' }],
    ['transaction_reference', { ...SUBMISSION, transaction_reference: undefined }],
    ['transaction_reference', { ...SUBMISSION, transaction_reference: ' ' }],
  ])('answers 400 that names %s', async (field, body) => {
    const answer = await customer.post('/api/v1/billing/payments/manual/', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toHaveProperty(`errors.${field}`);
    expect(answer.body).toHaveProperty('error');
  });

  it('answers 400 for an invoice that is paid', async () => {
    const answer = await customer.post('/api/v1/billing/payments/manual/', {
      ...SUBMISSION,
      invoice_id: 2,
      transaction_reference: 'another',
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'Invoice is already paid', code: 'invoice_already_paid' },
    });
  });

  it.each([
    ['another account’s', 3],
    ['an unknown', 99_999],
  ])('answers 404 for %s invoice', async (_whose, id) => {
    for (const caller of [customer, staff]) {
      const body = { ...SUBMISSION, invoice_id: id };
      const answer = await caller.post('/api/v1/billing/payments/manual/', body);
      expect(answer).toMatchObject({ status: 404, body: { error: 'Invoice not found' } });
    }
  });

  it('answers 404 for the invoice of another customer', async () => {
    const other = await app.api.login('customer2');
    const answer = await other.post('/api/v1/billing/payments/manual/', SUBMISSION);
    expect(answer).toMatchObject({ status: 404, body: { error: 'Invoice not found' } });
  });

  it('takes the reference under its other name and the wallet as method', async () => {
    const { body: made } = await staff.post('/api/v1/payments/invoices/', {
      customer: 'customer@malipo.test',
      currency: 'TZS',
      lines: [{ description: 'Laundry', quantity: 1, unit_price: '10000.00' }],
    });
    await staff.post(`/api/v1/payments/invoices/${String(made['id'])}/issue/`);
    const answer = await customer.post('/api/v1/billing/payments/manual/', {
      invoice_id: made['id'],
      payment_method: 'LOCAL_WALLET',
      reference: 'WAL-778899',
    });
    expect(answer).toMatchObject({ status: 201, body: { status: 'pending_approval' } });
    const read = await customer.get(
      `/api/v1/billing/payments/${String(answer.body['payment_id'])}/`,
    );
    expect(read.body).toMatchObject({
      transaction_reference: 'WAL-778899',
      payment_method: 'local_wallet',
      amount: '10000.00',
    });
  });

  it('asks for a login and shows another account nothing', async () => {
    const paths = ['payments/', 'payment-methods/available/', 'credits/'];
    for (const path of paths) {
      expect((await app.api.get(`/api/v1/billing/${path}`)).status).toBe(401);
    }
    expect((await app.api.post('/api/v1/billing/payments/manual/', SUBMISSION)).status).toBe(401);
    const outsider = await app.api.login('outsider');
    const foreign = await outsider.get<{ results: { id: number }[] }>('/api/v1/billing/payments/');
    expect(foreign.body.results.map(({ id }) => id)).not.toContain(paymentId);
    expect((await outsider.get(`/api/v1/billing/payments/${paymentId}/`)).status).toBe(404);
  });
});
