import { randomUUID } from 'node:crypto';
import { Catcher } from '../../../../test/support/azampay-desk.js';
import { type RunningSandbox, startSandbox } from '../../index.js';

const PAY = '/mtn_momo/collection/v1_0/requesttopay';
const REFUND = '/mtn_momo/disbursement/v1_0/refund';
const ORDER = {
  amount: '100',
  currency: 'EUR',
  externalId: 'ref-1',
  payer: { partyIdType: 'MSISDN', partyId: '46733123999' },
  payerMessage: 'Booking 123',
  payeeNote: 'Booking 123',
};
const KEYS = {
  collection: ['malipo-sandbox-collection', '00000000c011', 'sandbox-collection-api-key'],
  disbursement: ['malipo-sandbox-disbursement', '00000000d15b', 'sandbox-disbursement-api-key'],
} as const;
type Product = keyof typeof KEYS;
type Json = Record<string, unknown>;

describe('MTN’s wire format in the sandbox', () => {
  let catcher: Catcher;
  let sandbox: RunningSandbox;
  const tokens: Partial<Record<Product, string>> = {};
  beforeAll(async () => {
    catcher = await Catcher.listen();
    sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      timings: { callbackDelayMs: 1, autoAnswerDelayMs: 1, hangMs: 50 },
    });
    for (const product of ['collection', 'disbursement'] as const) {
      const { json } = await token(product);
      tokens[product] = String(json?.['access_token']);
    }
  });
  afterAll(async () => {
    await sandbox.close();
    await catcher.close();
  });

  async function send(method: string, path: string, headers: Json, body?: string) {
    const answer = await fetch(sandbox.url + path, {
      method,
      headers: headers as Record<string, string>,
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const json = text.startsWith('{') ? (JSON.parse(text) as Json) : null;
    return { status: answer.status, text, json };
  }

  function token(product: Product, change: Json = {}, body?: string) {
    const [subscription, user, key] = KEYS[product];
    const basic = Buffer.from(`5a1e0c5e-0000-4000-8000-${user}:${key}`).toString('base64');
    const headers = {
      authorization: `Basic ${basic}`,
      'ocp-apim-subscription-key': subscription,
      ...change,
    };
    return send('POST', `/mtn_momo/${product}/token/`, headers, body);
  }

  function headersOf(product: Product, change: Json = {}): Json {
    const headers: Json = {
      authorization: `Bearer ${tokens[product]}`,
      'ocp-apim-subscription-key': KEYS[product][0],
      'x-target-environment': 'sandbox',
      ...change,
    };
    return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  }

  function pay(change: Json = {}, headers: Json = {}) {
    const id = { 'x-reference-id': randomUUID(), 'content-type': 'application/json' };
    const all = headersOf('collection', { ...id, ...headers });
    return send('POST', PAY, all, JSON.stringify({ ...ORDER, ...change }));
  }

  it('hands out tokens per product, in the three shapes of answers', async () => {
    expect(await token('collection')).toMatchObject({
      status: 200,
      json: {
        access_token: expect.any(String) as string,
        token_type: 'access_token',
        expires_in: 3600,
      },
    });
    expect(await token('collection', { authorization: 'Basic abc' })).toMatchObject({
      status: 401,
      json: { error: expect.any(String) as string },
    });
    expect(await token('collection', { 'ocp-apim-subscription-key': 'x' })).toMatchObject({
      status: 401,
      json: { statusCode: 401, message: expect.any(String) as string },
    });
    const json = { 'content-type': 'application/json' };
    expect((await token('collection', json, '{}')).status).toBe(400);
  });

  it('takes an order with an empty 202, keeps it under its UUID, and refuses that again', async () => {
    const id = randomUUID();
    expect(await pay({}, { 'x-reference-id': id })).toEqual({ status: 202, text: '', json: null });
    const found = await send('GET', `${PAY}/${id}`, headersOf('collection'));
    expect([found.status, found.json]).toEqual([200, { ...ORDER, status: 'PENDING' }]);
    expect(await pay({}, { 'x-reference-id': id })).toMatchObject({
      status: 409,
      json: { code: 'RESOURCE_ALREADY_EXIST' },
    });
    const other = await send('GET', `${PAY}/${randomUUID()}`, headersOf('collection'));
    expect(other).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_FOUND' } });
  });

  it.each<[string, Json, Json]>([
    ['no UUID', {}, { 'x-reference-id': 'ref-1' }],
    ['a UUID of version 1', {}, { 'x-reference-id': '5a1e0c5e-1111-1222-8333-444455556666' }],
    ['an apostrophe', { payerMessage: "Amina's" }, {}],
    ['a long text', { payeeNote: 'x'.repeat(161) }, {}],
    ['an amount as a number', { amount: 100 }, {}],
    ['no payer', { payer: undefined }, {}],
    ['a plus', { payer: { partyIdType: 'MSISDN', partyId: '+46733123999' } }, {}],
    ['a stray field', { metadata: {} }, {}],
    ['an empty callback address', {}, { 'x-callback-url': '' }],
    ['another content type', {}, { 'content-type': 'text/plain' }],
  ])('refuses %s with an empty 400', async (_case, change, headers) => {
    expect(await pay(change, headers)).toMatchObject({ status: 400, text: '' });
  });

  it('reports configuration mistakes as 500', async () => {
    expect(await pay({ currency: 'TZS' })).toMatchObject({
      status: 500,
      json: { code: 'INVALID_CURRENCY' },
    });
    expect(await pay({}, { 'x-target-environment': 'mtnuganda' })).toMatchObject({
      status: 500,
      json: { code: 'NOT_ALLOWED_TARGET_ENVIRONMENT' },
    });
  });

  it("lets nobody in with another product's key or token", async () => {
    const foreign = { authorization: `Bearer ${tokens.disbursement}` };
    expect((await pay({}, foreign)).status).toBe(401);
    const key = { 'ocp-apim-subscription-key': KEYS.disbursement[0] };
    expect(await pay({}, key)).toMatchObject({ status: 401, json: { statusCode: 401 } });
  });

  it.each([
    ['1', 404, 'RESOURCE_NOT_FOUND'],
    ['7', 500, 'NOT_ALLOWED'],
    ['8', 500, 'NOT_ALLOWED_TARGET_ENVIRONMENT'],
    ['9', 500, 'INVALID_CALLBACK_URL_HOST'],
    ['10', 500, 'INVALID_CURRENCY'],
    ['11', 500, 'INTERNAL_PROCESSING_ERROR'],
    ['12', 503, 'SERVICE_UNAVAILABLE'],
  ])('a refund of "%s" is answered %d %s', async (referenceIdToRefund, status, code) => {
    const { json, status: answered } = await refund(referenceIdToRefund);
    expect([answered, json?.['code']]).toEqual([status, code]);
  });

  it.each([
    ['2', 'FAILED'],
    ['3', 'FAILED'],
    ['4', 'FAILED'],
    ['5', 'PENDING'],
    ['6', 'PENDING'],
    ['13', 'FAILED'],
  ])('a refund of "%s" is taken, then %s', async (referenceIdToRefund, status) => {
    const id = randomUUID();
    expect(await refund(referenceIdToRefund, id)).toMatchObject({ status: 202, text: '' });
    const found = await send('GET', `${REFUND}/${id}`, headersOf('disbursement'));
    expect(found.json).toMatchObject({ externalId: 'rf-1', amount: '100', status });
    expect('reason' in (found.json ?? {})).toBe(status === 'FAILED');
  });

  function refund(referenceIdToRefund: string, id: string = randomUUID()) {
    const { payer: _, ...common } = ORDER;
    const headers = { 'x-reference-id': id, 'content-type': 'application/json' };
    const body = { ...common, externalId: 'rf-1', referenceIdToRefund };
    return send('POST', REFUND, headersOf('disbursement', headers), JSON.stringify(body));
  }
});
