import { generateKeyPairSync } from 'node:crypto';
import { loadConfig } from '../../config/index.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
} from '../port/provider.errors.js';
import { AzamPayClient } from './azampay.client.js';
import { azamPaySettings } from './azampay.config.js';
import type { AzamPayCheckoutRequest } from './azampay.types.js';

const BASE = 'http://127.0.0.1:4010/azampay';
const BODY: AzamPayCheckoutRequest = {
  accountNumber: '255653294241',
  amount: 50_000,
  currency: 'TZS',
  externalId: 'BOOKING-HTL-000008-A',
  provider: 'Airtel',
};

function answer(status: number, body: unknown = ''): GatewayAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, text, json: typeof body === 'string' ? undefined : body };
}

function token(accessToken: string, more: object = {}): GatewayAnswer {
  return answer(200, { data: { accessToken, ...more }, success: true, statusCode: 200 });
}

type Scripted = GatewayAnswer | Promise<GatewayAnswer> | Error;

/** Answers the calls of each operation in turn; a call too many is an error. */
function aClient(script: Record<string, Scripted[]>, env: Record<string, string> = {}) {
  const calls: GatewayCall[] = [];
  const left = new Map(Object.entries(script).map(([name, list]) => [name, [...list]]));
  const send = async (call: GatewayCall): Promise<GatewayAnswer> => {
    calls.push(call);
    const next = left.get(call.operation)?.shift();
    if (!next) throw new Error(`unexpected ${call.operation}`);
    if (next instanceof Error) throw next;
    return next;
  };
  const settings = loadConfig(env, [azamPaySettings]).section(azamPaySettings);
  if (!settings) throw new Error('AzamPay is off');
  return { calls, client: new AzamPayClient({ send }, settings) };
}

const signal = (): AbortSignal => new AbortController().signal;
const bearers = (calls: GatewayCall[]): (string | undefined)[] =>
  calls.filter((c) => c.operation !== 'token').map((c) => c.headers?.['authorization']);

describe('checkout', () => {
  it('gets a token first, then posts the closed body', async () => {
    const { client, calls } = aClient({ token: [token('t1')], initiate: [answer(200, {})] });
    await client.checkout(BODY, signal());
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${BASE}/AppRegistration/GenerateToken`,
      `POST ${BASE}/azampay/mno/checkout`,
    ]);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      appName: 'malipo-sandbox',
      clientId: 'sandbox-client-id',
      clientSecret: 'sandbox-client-secret',
    });
    expect(calls[0]?.headers).toEqual({ 'content-type': 'application/json' });
    expect(calls[1]?.headers).toEqual({
      'content-type': 'application/json',
      authorization: 'Bearer t1',
    });
    expect(calls[1]).toMatchObject({ body: JSON.stringify(BODY), reference: BODY.externalId });
  });

  it('sends the API key on both calls where one is configured', async () => {
    const script = { token: [token('t1')], initiate: [answer(200, {})] };
    const { client, calls } = aClient(script, { AZAMPAY_API_KEY: 'dashboard' });
    await client.checkout(BODY, signal());
    expect(calls.map(({ headers }) => headers?.['x-api-key'])).toEqual(['dashboard', 'dashboard']);
  });

  it('posts to the configured path', async () => {
    const script = { token: [token('t1')], initiate: [answer(200, {})] };
    const { client, calls } = aClient(script, {
      AZAMPAY_CHECKOUT_PATH: '/api/v1/checkout/checkoutmno',
    });
    await client.checkout(BODY, signal());
    expect(calls[1]?.url).toBe(`${BASE}/api/v1/checkout/checkoutmno`);
  });

  it('repeats a 401 once, with a new token', async () => {
    const { client, calls } = aClient({
      token: [token('t1'), token('t2')],
      initiate: [answer(401), answer(200, { success: true })],
    });
    expect((await client.checkout(BODY, signal())).status).toBe(200);
    expect(bearers(calls)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('hands over a second 401', async () => {
    const { client, calls } = aClient({
      token: [token('t1'), token('t2')],
      initiate: [answer(401), answer(401)],
    });
    expect((await client.checkout(BODY, signal())).status).toBe(401);
    expect(calls).toHaveLength(4);
  });

  it.each([500, 502, 429, 400, 403])('never repeats a %d', async (status) => {
    const { client, calls } = aClient({ token: [token('t1')], initiate: [answer(status)] });
    expect((await client.checkout(BODY, signal())).status).toBe(status);
    expect(calls).toHaveLength(2);
  });

  it('never repeats a call without an answer', async () => {
    const unknown = new ProviderOutcomeUnknownError('timed out');
    const { client, calls } = aClient({ token: [token('t1')], initiate: [unknown] });
    await expect(client.checkout(BODY, signal())).rejects.toBe(unknown);
    expect(calls).toHaveLength(2);
  });

  it('keeps the token for the next call', async () => {
    const { client, calls } = aClient({
      token: [token('t1', { expire: new Date(Date.now() + 3_600_000).toISOString() })],
      initiate: [answer(200, {}), answer(200, {})],
    });
    await client.checkout(BODY, signal());
    await client.checkout(BODY, signal());
    expect(bearers(calls)).toEqual(['Bearer t1', 'Bearer t1']);
  });
});

describe('the token', () => {
  it.each([
    ['expire', { expire: '2023-03-02T04:21:29Z' }],
    ['expireAt', { expireAt: '2023-03-02T04:21:29Z' }],
    ['expire without an offset', { expire: '2023-03-02T04:21:29.1234567' }],
  ])('is not kept past its end, read from %s', async (_name, more) => {
    const { client, calls } = aClient({
      token: [token('t1', more), token('t2')],
      initiate: [answer(200, {}), answer(200, {})],
    });
    await client.checkout(BODY, signal());
    await client.checkout(BODY, signal());
    expect(bearers(calls)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('is kept where its end cannot be read', async () => {
    const { client, calls } = aClient({
      token: [token('t1', { expire: 'soon' })],
      initiate: [answer(200, {}), answer(200, {})],
    });
    await client.checkout(BODY, signal());
    await client.checkout(BODY, signal());
    expect(calls).toHaveLength(3);
  });

  it.each([
    ['423', answer(423, { data: null, success: false, statusCode: 423, message: 'not valid' })],
    ['423 inside a 200', answer(200, { data: null, success: false, statusCode: 423 })],
    ['400', answer(400, { errors: { AppName: ['required'] } })],
    ['401', answer(401)],
  ])(
    'refused with %s means our credentials are wrong, and nothing was sent',
    async (_case, refusal) => {
      const { client, calls } = aClient({ token: [refusal] });
      const error = await client.checkout(BODY, signal()).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ProviderMisconfiguredError);
      expect(String(error)).toContain('AZAMPAY_CLIENT_SECRET');
      expect(String(error)).not.toContain('sandbox-client-secret');
      expect(calls).toHaveLength(1);
    },
  );

  it.each([
    ['500', answer(500, { data: null, message: 'Internal Server Error', success: false })],
    ['429', answer(429)],
    ['200 without a token', answer(200, { data: {}, success: true })],
    ['200 with a token that is no header', answer(200, { data: { accessToken: 'a\r\nb' } })],
    ['200 that is not JSON', answer(200, '<html>')],
  ])('failing with %s means that nothing was sent', async (_case, failure) => {
    const { client } = aClient({ token: [failure] });
    const error = await client.checkout(BODY, signal()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ProviderUnavailableError', reason: 'rejected' });
  });

  it('without an answer leaves nothing unknown: the payer was not asked', async () => {
    const { client } = aClient({ token: [new ProviderOutcomeUnknownError('timed out')] });
    const error = await client.checkout(BODY, signal()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(error).toMatchObject({ reason: 'unreachable' });
  });

  it('that takes longer than this caller has is given up by this caller only', async () => {
    let issue: (token: GatewayAnswer) => void = () => undefined;
    const issued = new Promise<GatewayAnswer>((resolve) => {
      issue = resolve;
    });
    const { client, calls } = aClient({ token: [issued], initiate: [answer(200, {})] });
    const hurried = new AbortController();
    const first = client.checkout(BODY, hurried.signal);
    const second = client.checkout(BODY, signal());
    hurried.abort();
    await expect(first).rejects.toMatchObject({ reason: 'unreachable' });
    issue(token('t1'));
    expect((await second).status).toBe(200);
    expect(calls.map(({ operation }) => operation)).toEqual(['token', 'initiate']);
  });
});

describe('fetchPublicKey', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

  it.each([
    ['the documented shape', { success: true, format: 'Pem', publicKey: pem }],
    ['under data', { data: { publicKey: pem }, success: true }],
    ['as data', { data: pem, success: true }],
    ['the PEM alone', pem],
  ])('reads %s', async (_case, body) => {
    const { client, calls } = aClient({ token: [token('t1')], public_key: [answer(200, body)] });
    expect((await client.fetchPublicKey(signal()))?.equals(publicKey)).toBe(true);
    expect(calls[1]).toMatchObject({
      method: 'GET',
      url: `${BASE}/azampay/v1/public-key?format=Pem`,
      headers: { authorization: 'Bearer t1' },
    });
  });

  it('tries the second address where the first has none', async () => {
    const { client, calls } = aClient({
      token: [token('t1')],
      public_key: [answer(404), answer(200, { publicKey: pem })],
    });
    expect((await client.fetchPublicKey(signal()))?.equals(publicKey)).toBe(true);
    expect(calls[2]?.url).toBe(`${BASE}/api/Token/PublicKey`);
  });

  it('is null where neither answers a key', async () => {
    const { client } = aClient({
      token: [token('t1')],
      public_key: [answer(200, { publicKey: 'nonsense' }), answer(500)],
    });
    expect(await client.fetchPublicKey(signal())).toBeNull();
  });
});

describe('fetchStatus', () => {
  it("asks by AzamPay's id and the network", async () => {
    const { client, calls } = aClient({ token: [token('t1')], status: [answer(200, {})] });
    await client.fetchStatus('a/b&c', 'Airtel', signal());
    expect(calls[1]?.url).toBe(
      `${BASE}/api/v1/partner/gettransactionstatus?transactionId=a%2Fb%26c&provider=Airtel`,
    );
  });
});
