import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { linksOf, readPdf } from '../support/pdf.js';
import { waitFor } from '../support/wait.js';

let app: TestApp;
let customer: Api;
let staff: Api;

beforeAll(async () => {
  app = await startApp();
  customer = await app.api.login('customer');
  staff = await app.api.login('staff');
});
afterAll(() => app.close());

async function aPayment(booking: Record<string, unknown> = {}): Promise<number> {
  const made = await staff.post('/api/v1/bookings/', {
    property: 124,
    customer: 'customer@malipo.test',
    check_in: '2026-03-01',
    check_out: '2026-03-04',
    guests: 2,
    total_price: '50000.00',
    currency: 'TZS',
    ...booking,
  });
  const payment = await customer.post('/api/v1/payments/payments/', {
    booking: made.body['id'],
    amount: '50000.00',
    payment_method: 'mobile_money',
    mobile_money_provider: 'AIRTEL',
  });
  expect(payment.status).toBe(201);
  return Number(payment.body['id']);
}

async function aPaidPayment(booking: Record<string, unknown> = {}): Promise<number> {
  const id = await aPayment(booking);
  const { body } = await customer.post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
  await app.sandbox.answer(String(body['transaction_reference']), 'approve');
  await waitFor('the completed payment', async () => {
    const read = await customer.get(`/api/v1/payments/payments/${id}/`);
    return read.body['status'] === 'completed';
  });
  return id;
}

const receiptOf = (id: number, by: Api = customer) =>
  by.get(`/api/v1/payments/payments/${id}/receipt/`);

async function pdfOf(id: number): Promise<{ bytes: Buffer; headers: Headers }> {
  const token = await app.api.post<{ access: string }>('/api/v1/auth/token/', {
    username: 'customer@malipo.test',
    password: 'malipo-demo',
  });
  const response = await fetch(`${app.url}/api/v1/payments/payments/${id}/receipt/pdf/`, {
    headers: { authorization: `Bearer ${token.body.access}` },
  });
  expect(response.status).toBe(200);
  return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

/** The public address as a stranger opens it, in a browser or by a program. */
async function opened(address: string, accept = 'text/html'): Promise<Response> {
  return fetch(address, { headers: { accept } });
}

describe('a receipt', () => {
  it('is there once the payment is completed', async () => {
    const id = await aPayment();
    expect(await receiptOf(id)).toMatchObject({
      status: 409,
      body: { code: 'payment_not_paid' },
    });
    const { body } = await customer.post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
    await app.sandbox.answer(String(body['transaction_reference']), 'approve');
    await waitFor('the receipt', async () => (await receiptOf(id)).status === 200);
    expect((await receiptOf(id)).body).toEqual({
      id: expect.any(Number),
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: expect.stringMatching(/^RCT-\d{4}-\d{6}$/),
      payment: id,
      amount: '50000.00',
      currency: 'TZS',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
      transaction_ref: expect.any(String),
      reference: expect.stringMatching(/^HTL-/),
      description: expect.stringMatching(/^Booking HTL-\d+ at /),
      payer_name: expect.any(String),
      issuer: { name: expect.any(String), lines: expect.any(Array) },
      paid_at: expect.stringMatching(/Z$/),
      issued_at: expect.stringMatching(/Z$/),
      status: 'completed',
      refunded_amount: '0.00',
      verification_url: expect.stringMatching(
        new RegExp(`^${app.url}/receipts/[0-9a-f-]{36}\\?s=[\\w-]{22}$`),
      ),
    });
  });

  it('has one number, though twenty ask for it at once, as data and as a document', async () => {
    const id = await aPaidPayment();
    const asked = await Promise.all(Array.from({ length: 20 }, () => receiptOf(id)));
    const numbers = new Set(asked.map(({ body }) => body['number']));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(numbers.size).toBe(1);
    const { headers } = await pdfOf(id);
    expect(headers.get('content-disposition')).toContain(`${String([...numbers][0])}.pdf`);
  });

  it('is a document with the same words, the payer’s name in any script, and the code', async () => {
    const id = await aPaidPayment({ customer_name: 'አበበ Łukasz ቢቂላ' });
    const { body } = await receiptOf(id);
    const { bytes, headers } = await pdfOf(id);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="${String(body['number'])}.pdf"; filename*=UTF-8''${String(body['number'])}.pdf`,
    });
    const [page] = readPdf(bytes);
    expect(page?.text).toContain(`Receipt ${String(body['number'])}`);
    expect(page?.text).toContain('አበበ Łukasz ቢቂላ');
    expect(page?.text).toContain('50,000.00\u00a0TZS');
    expect(page?.text).toContain('Method: Mobile money (AIRTEL)');
    expect(page?.lines.at(-1)).toContain('Page 1 of 1');
    expect(linksOf(bytes)).toEqual([body['verification_url']]);
    expect((await pdfOf(id)).bytes.equals(bytes)).toBe(true);
  });
});

describe('whatever was paid for', () => {
  it('has its receipt', async () => {
    const { body } = await customer.get<{ results: { id: number }[] }>(
      '/api/v1/payments/payments/?status=completed&page_size=100',
    );
    const rows: { id: number; kind: string }[] = await app.database.dataSource.query(
      `SELECT DISTINCT ON (payable_kind) id, payable_kind AS kind FROM payments
       WHERE id = ANY ($1) ORDER BY payable_kind, id`,
      [body.results.map(({ id }) => id)],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['booking', 'invoice', 'order']),
    );
    for (const { id, kind } of rows) {
      const receipt = await receiptOf(id);
      expect({ kind, status: receipt.status }).toEqual({ kind, status: 200 });
      expect(receipt.body['description']).toContain(String(receipt.body['reference']));
      const [page] = readPdf((await pdfOf(id)).bytes);
      expect(page?.text).toContain(String(receipt.body['number']));
    }
  });
});

describe('the address in the code of a receipt', () => {
  it('is a page that everybody can read on a phone, with no more of the payer than letters', async () => {
    const id = await aPaidPayment({ customer_name: 'Asha <b>Juma</b>' });
    const { body } = await receiptOf(id);
    const response = await opened(String(body['verification_url']));
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    for (const shown of [
      'This receipt is genuine',
      String(body['number']),
      '50,000.00\u00a0TZS',
      'A••• &lt;•••',
    ]) {
      expect(html).toContain(shown);
    }
    for (const hidden of ['Asha', 'Juma', '255653294241', 'customer@malipo.test', 'HTL-']) {
      expect(html).not.toContain(hidden);
    }
  });

  it('is JSON for programs', async () => {
    const { body } = await receiptOf(await aPaidPayment({ customer_name: 'Asha Juma' }));
    const response = await opened(String(body['verification_url']), 'application/json');
    expect(response.status).toBe(200);
    expect(response.headers.get('vary')).toContain('Accept');
    expect(await response.json()).toEqual({
      genuine: true,
      number: body['number'],
      issuer: (body['issuer'] as { name: string }).name,
      amount: '50000.00',
      currency: 'TZS',
      payer: 'A••• J•••',
      paid_at: body['paid_at'],
      status: 'completed',
      refunded_amount: '0.00',
    });
  });

  it('answers alike whatever is wrong with it', async () => {
    const [one, two] = await Promise.all([
      receiptOf(await aPaidPayment()),
      receiptOf(await aPaidPayment()),
    ]);
    const first = new URL(String(one?.body['verification_url']));
    const second = new URL(String(two?.body['verification_url']));
    const signature = first.searchParams.get('s') ?? '';
    const with_ = (s: string, path = first.pathname): string => `${app.url}${path}?s=${s}`;
    const wrong = [
      with_(second.searchParams.get('s') ?? ''),
      with_(signature, second.pathname),
      with_(signature, '/receipts/00000000-0000-4000-8000-000000000000'),
      with_(signature, '/receipts/1'),
      with_(signature, '/receipts/nonsense'),
      with_((signature[0] === 'A' ? 'B' : 'A') + signature.slice(1)),
      with_(signature.slice(1)),
      with_(''),
      `${app.url}${first.pathname}`,
      `${with_(signature)}&s=${signature}`,
    ];
    const pages = new Set<string>();
    for (const address of wrong) {
      const page = await opened(address);
      expect({ address, status: page.status }).toEqual({ address, status: 404 });
      pages.add(await page.text());
      const data = await opened(address, 'application/json');
      expect(data.status).toBe(404);
      expect(await data.json()).toMatchObject({ code: 'receipt_not_found' });
    }
    expect(pages.size).toBe(1);
    expect([...pages][0]).toContain('could not be verified');
    expect((await opened(first.href)).status).toBe(200);
  });

  it('tells of money that went back since, while the document stays as it was', async () => {
    const id = await aPaidPayment();
    const { body } = await receiptOf(id);
    const address = String(body['verification_url']);
    const before = await pdfOf(id);
    const refund = async (amount: string): Promise<void> => {
      const asked = await staff.post(`/api/v1/payments/payments/${id}/refunds/`, {
        amount,
        reason: 'left early',
      });
      const settled = await staff.post(
        `/api/v1/payments/refunds/${String(asked.body['id'])}/settle/`,
        { method: 'bank_transfer', evidence: 'CRDB 4411' },
      );
      expect({ asked: asked.status, settled: settled.status }).toEqual({
        asked: 201,
        settled: 200,
      });
    };
    await refund('20000.00');
    expect(await (await opened(address)).text()).toContain('Partly refunded: 20,000.00\u00a0TZS');
    expect((await receiptOf(id)).body).toMatchObject({
      number: body['number'],
      amount: '50000.00',
      status: 'partially_refunded',
      refunded_amount: '20000.00',
    });
    await refund('30000.00');
    const page = await (await opened(address)).text();
    expect(page).toContain('Genuine, but the money was paid back');
    expect(page).toContain('Refunded: 50,000.00\u00a0TZS');
    expect(await (await opened(address, 'application/json')).json()).toMatchObject({
      status: 'refunded',
      refunded_amount: '50000.00',
    });
    expect((await pdfOf(id)).bytes.equals(before.bytes)).toBe(true);
  });

  it('is documented with its signature', async () => {
    const { body } = await app.api.get<{ paths: Record<string, { get: object }> }>('/api/schema/');
    expect(body.paths['/receipts/{uuid}/']?.get).toMatchObject({
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'uuid', in: 'path', required: true }),
        expect.objectContaining({ name: 's', in: 'query', required: true }),
      ]),
      responses: {
        '200': {
          content: {
            'application/json': { example: { genuine: true, payer: 'A••• J•••' } },
            'text/html': { example: expect.any(String) },
          },
        },
        '404': { content: { 'application/json': { examples: { receipt_not_found: {} } } } },
      },
    });
  });

  it('is not for guessing: after a while nobody is answered', async () => {
    const address = `${app.url}/receipts/00000000-0000-4000-8000-000000000000?s=x`;
    const statuses: number[] = [];
    for (let n = 0; n < 80; n += 1) statuses.push((await opened(address)).status);
    expect(statuses.at(-1)).toBe(429);
  });
});
