import { Catcher } from '../../../../test/support/azampay-desk.js';
import { waitFor } from '../../../../test/support/wait.js';
import { type RunningSandbox, startSandbox } from '../../index.js';

type Json = Record<string, unknown>;

const BASIC = `Basic ${Buffer.from('sandbox-orange-client:sandbox-orange-secret').toString('base64')}`;
const PAY = '/orange_money/orange-money-webpay/ci/v1/webpayment';
const STATUS = '/orange_money/orange-money-webpay/ci/v1/transactionstatus';

describe('Orange’s wire format in the sandbox', () => {
  let catcher: Catcher;
  let sandbox: RunningSandbox;
  let token = '';
  let orders = 0;
  beforeAll(async () => {
    catcher = await Catcher.listen();
    sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      timings: { callbackDelayMs: 1, autoAnswerDelayMs: 1, hangMs: 50 },
    });
  });
  beforeEach(async () => {
    await send('POST', '/api/reset');
    catcher.received.length = 0;
    token = String((await login()).json['access_token']);
  });
  afterAll(async () => {
    await sandbox.close();
    await catcher.close();
  });

  async function send(method: string, path: string, body?: unknown, headers: Json = {}) {
    const answer = await fetch(sandbox.url + path, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...headers } as Record<string, string>,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}) as Json;
    return { status: answer.status, text, json, location: answer.headers.get('location') };
  }

  const login = (headers: Json = {}) =>
    send('POST', '/orange_money/oauth/v3/token', 'grant_type=client_credentials', {
      authorization: BASIC,
      accept: 'application/json',
      ...headers,
    });

  const order = (change: Json = {}): Json => ({
    merchant_key: 'sandbox-orange-merchant',
    currency: 'XOF',
    order_id: `ORDER${(orders += 1)}`,
    amount: 1_500,
    return_url: 'https://shop.example.com/yes',
    cancel_url: 'https://shop.example.com/no',
    notif_url: `${catcher.url}/told`,
    lang: 'fr',
    ...change,
  });

  /** A new order, and the three values that ask about it. */
  async function create(change: Json = {}) {
    const body = order(change);
    const { status, json } = await send('POST', PAY, body);
    expect(status).toBe(201);
    const { order_id, amount } = body;
    return { made: json, query: { order_id, amount, pay_token: json['pay_token'] } as Json };
  }

  async function act(query: Json, what: 'pay' | 'fail' | 'cancel'): Promise<Json> {
    const { json } = await send('GET', '/api/checkouts');
    const pages = json as unknown as Json[];
    const page = pages.find(({ reference }) => reference === query['order_id']);
    const answer = await send('POST', `/api/checkouts/${String(page?.['id'])}/${what}`);
    expect(answer.status).toBe(200);
    return answer.json;
  }

  const ask = async (query: Json) => (await send('POST', STATUS, query)).json;

  it('answers an order with 201, tokens in hexadecimal, and a page', async () => {
    const { made } = await create();
    expect(made).toEqual({
      status: 201,
      message: 'OK',
      pay_token: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      notif_token: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      payment_url: `${sandbox.url}/orange-money/payment/pay_token/${String(made['pay_token'])}`,
    });
  });

  it.each<[string, Json, number, number]>([
    ['no order_id', { order_id: '' }, 400, 23],
    ['no notif_url', { notif_url: undefined }, 400, 23],
    ['31 characters', { order_id: 'x'.repeat(31) }, 400, 24],
    ['an amount in text', { amount: '1500' }, 400, 24],
    ['a fraction', { amount: 15.5 }, 400, 24],
    ['a long address', { return_url: `https://a.example/${'x'.repeat(103)}` }, 400, 24],
    ['another language', { lang: 'sw' }, 400, 24],
    ['another merchant', { merchant_key: 'x' }, 403, 1202],
    ["another country's currency", { currency: 'XAF' }, 403, 1203],
    ['pretend money', { currency: 'OUV' }, 403, 1203],
  ])('refuses %s', async (_case, change, status, code) => {
    expect(await send('POST', PAY, order(change))).toMatchObject({ status, json: { code } });
  });

  it('refuses an order_id for ever once it was used, and tells no token', async () => {
    const { query } = await create();
    await act(query, 'pay');
    const again = await send('POST', PAY, order({ order_id: query['order_id'] }));
    expect(again).toMatchObject({ status: 403, json: { code: 1204 } });
    expect(again.text).not.toContain(String(query['pay_token']));
  });

  it('takes pretend money on the test segment, and orders without a segment', async () => {
    const dev = PAY.replace('/ci/', '/dev/');
    expect((await send('POST', dev, order({ currency: 'OUV' }))).status).toBe(201);
    expect((await send('POST', dev, order())).json['code']).toBe(1203);
    expect((await send('POST', PAY.replace('/ci/', '/'), order())).status).toBe(201);
    expect((await send('POST', PAY.replace('/ci/', '/tz/'), order())).status).toBe(404);
  });

  it('gives tokens to its client only, and only to who accepts JSON', async () => {
    expect((await login()).json).toMatchObject({ token_type: 'Bearer', expires_in: 7_776_000 });
    expect((await login({ accept: '*/*' })).status).toBe(406);
    expect((await login({ authorization: 'Basic eDp5' })).status).toBe(401);
    await send('PUT', '/api/orange_money/behaviour', { expires_in: '3600' });
    expect((await login()).json['expires_in']).toBe('3600');
  });

  it('tells missing, wrong and expired tokens apart', async () => {
    const codeWith = async (authorization: string) =>
      (await send('POST', PAY, order(), { authorization })).json['code'];
    expect(await codeWith('')).toBe(40);
    expect(await codeWith('Bearer x')).toBe(41);
    await send('POST', '/api/orange_money/revoke-tokens');
    expect(await codeWith(`Bearer ${token}`)).toBe(42);
  });

  it('answers a query by all three values, and to no other', async () => {
    const { query } = await create();
    expect(await send('POST', STATUS, query)).toMatchObject({
      status: 201,
      json: { status: 'INITIATED', order_id: query['order_id'] },
    });
    for (const change of [{ amount: 1_501 }, { pay_token: '0'.repeat(64) }, { order_id: 'X' }]) {
      expect((await send('POST', STATUS, { ...query, ...change })).status).toBe(403);
    }
    expect(await send('POST', STATUS, { ...query, order_id: undefined })).toMatchObject({
      status: 400,
      json: { code: 23, description: 'GetTransactionStatusInfo.OrderId' },
    });
  });

  it('tells an id of its own only with the money, by query and notification', async () => {
    const [paid, failed] = [await create(), await create()];
    expect(await act(paid.query, 'pay')).toMatchObject({
      return_url: 'https://shop.example.com/yes',
    });
    await act(failed.query, 'fail');
    await waitFor('two notifications', () => catcher.received.length >= 2);
    const told = catcher.received.map(({ body }) => JSON.parse(body) as Json);
    const txnid = expect.stringMatching(/^MP\d{6}\.\d{4}\.A\d{5}$/) as string;
    const { notif_token: first } = paid.made;
    const { notif_token: second } = failed.made;
    expect(told).toContainEqual({ status: 'SUCCESS', notif_token: first, txnid });
    expect(told).toContainEqual({ status: 'FAILED', notif_token: second });
    expect(catcher.received[0]?.path).toBe('/told');
    expect(await ask(paid.query)).toMatchObject({ status: 'SUCCESS', txnid });
    expect(await ask(failed.query)).toEqual({
      status: 'FAILED',
      order_id: failed.query['order_id'],
    });
  });

  it('goes on waiting for a payer who turned back', async () => {
    const { query } = await create();
    expect(await act(query, 'cancel')).toMatchObject({
      return_url: 'https://shop.example.com/no',
    });
    expect(await ask(query)).toMatchObject({ status: 'INITIATED' });
  });

  it('is slow to settle where it is told to be', async () => {
    const { query } = await create();
    await send('PUT', '/api/orange_money/behaviour', { slow: true });
    await act(query, 'pay');
    expect(await ask(query)).toEqual({ status: 'PENDING', order_id: query['order_id'] });
    await send('PUT', '/api/orange_money/behaviour', {});
    expect(await ask(query)).toMatchObject({ status: 'SUCCESS' });
  });

  it('waits for ever, expires who confirms late, and by itself only where it is told to', async () => {
    const [late, untouched] = [await create(), await create()];
    expect((await send('POST', '/api/clock', { offset_s: 601 })).status).toBe(200);
    try {
      expect(await ask(late.query)).toMatchObject({ status: 'INITIATED' });
      expect(await act(late.query, 'pay')).toMatchObject({ status: 'expired' });
      expect(await ask(late.query)).toMatchObject({ status: 'EXPIRED' });
      expect(await ask(untouched.query)).toMatchObject({ status: 'INITIATED' });
      await send('PUT', '/api/orange_money/behaviour', { expires_by_itself: true });
      expect(await ask(untouched.query)).toMatchObject({ status: 'EXPIRED' });
      expect(catcher.received.filter(({ path }) => path === '/told')).toEqual([]);
    } finally {
      await send('POST', '/api/clock', { offset_s: 0 });
    }
  });

  it.each([{ expires_in: 0 }, { expires_in: 'x' }, { slow: 'yes' }, { quick: true }])(
    'knows no behaviour %j',
    async (behaviour) => {
      expect((await send('PUT', '/api/orange_money/behaviour', behaviour)).status).toBe(400);
    },
  );

  it('shows a page of its own, from which the payer goes back to the shop', async () => {
    const { made, query } = await create({ reference: 'Hôtel <Azur>' });
    const { pathname } = new URL(String(made['payment_url']));
    const page = await send('GET', pathname);
    expect(page.text).toContain('Hôtel &lt;Azur&gt;');
    expect(page.text).toContain('Code à usage unique');
    const pay = /action="(\/checkout\/chk_\w+\/pay)"/.exec(page.text)?.[1] ?? '';
    expect((await send('POST', pay)).location).toBe('https://shop.example.com/yes');
    expect((await send('GET', pathname)).text).not.toContain('<form');
    expect(await ask(query)).toMatchObject({ status: 'SUCCESS' });
    expect((await send('GET', `${pathname}0`)).status).toBe(404);
  });
});
