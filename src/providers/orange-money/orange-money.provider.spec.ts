import { Logger } from '@nestjs/common';
import { Money } from '../../common/index.js';
import { loadConfig } from '../../config/index.js';
import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import { ProviderOutcomeUnknownError } from '../port/provider.errors.js';
import type { AttemptView, InitiateRequest } from '../port/provider.port.js';
import { orangeMoneySettings } from './orange-money.config.js';
import { OrangeMoneyProvider } from './orange-money.provider.js';

const warnings: unknown[] = [];
beforeEach(() => {
  warnings.length = 0;
  Logger.overrideLogger({
    log: () => 0,
    error: () => 0,
    warn: (text: unknown) => warnings.push(text),
  });
});

function answer(status: number, body: unknown = ''): GatewayAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, text, json: typeof body === 'string' ? undefined : body };
}

const TOKEN = answer(200, { token_type: 'Bearer', access_token: 'at-1', expires_in: '7776000' });

/** The adapter over a gateway that gives these answers in turn; a call too many is an error. */
function aProvider(script: (GatewayAnswer | Error)[] = [], env: Record<string, string> = {}) {
  const calls: GatewayCall[] = [];
  const left = [...script];
  const http: Pick<GatewayHttpClient, 'send' | 'deadline'> = {
    deadline: () => new AbortController().signal,
    send: async (call) => {
      calls.push(call);
      const next = left.shift() ?? new Error(`unexpected ${call.operation}`);
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const config = loadConfig(env, [orangeMoneySettings]);
  return { calls, provider: new OrangeMoneyProvider(config, http as GatewayHttpClient) };
}

const REQUEST: InitiateRequest = {
  reference: 'OM1',
  amount: Money.parse('1500', 'XOF'),
  phone: null,
  network: null,
  description: 'Booking',
  customer: { name: null, email: null },
  returnUrl: null,
};
const ATTEMPT: AttemptView = {
  reference: 'OM1',
  gatewayTransactionId: null,
  gatewayData: { pay_token: 'pt-1', notif_token: 'nt-1', amount: '1500' },
  amount: Money.parse('1500', 'XOF'),
  network: null,
};

describe('what it says of itself', () => {
  it('is what apps choose by', () => {
    const { provider } = aProvider();
    expect(provider).toMatchObject({ code: 'orange_money', name: 'Orange Money', enabled: true });
    expect(provider.capabilities).toMatchObject({
      currencies: ['XOF'],
      countries: ['CI'],
      networks: ['ORANGE'],
      flow: 'redirect',
      refund: 'none',
      cancel: false,
      confirms: 'query',
      lifetimeS: 600,
      limits: { min: 1, wholeOnly: true },
    });
  });

  it.each([
    ['cm', 'XAF', ['CM']],
    ['gn', 'GNF', ['GN']],
    ['dev', 'XOF', []],
  ])('follows the contract of %s', (country, currency, countries) => {
    const { capabilities } = aProvider([], { ORANGE_COUNTRY: country }).provider;
    expect(capabilities).toMatchObject({ currencies: [currency], countries });
  });

  it('is disabled without settings, and then refuses to work', async () => {
    const { provider, calls } = aProvider([], { SANDBOX: 'off', DEMO_DATA: 'off' });
    expect(provider.enabled).toBe(false);
    await expect(provider.fetchStatus(ATTEMPT)).rejects.toMatchObject({
      name: 'ProviderMisconfiguredError',
    });
    const rawBody = Buffer.from('{"status":"SUCCESS","notif_token":"0123456789abcdef"}');
    expect((await provider.parseWebhook({ rawBody, headers: {} })).verdict).toBe('malformed');
    expect(calls).toEqual([]);
  });

  it('names attempts by 120 random bits within 30 letters and digits', () => {
    const { provider } = aProvider();
    const references = Array.from({ length: 1_000 }, () => provider.newReference());
    expect(new Set(references).size).toBe(1_000);
    for (const reference of references) expect(reference).toMatch(/^OM[0-9A-HJKMNP-TV-Z]{24}$/);
  });
});

describe('the token', () => {
  it('is asked for as a form with Basic credentials, and accepts JSON', async () => {
    const { provider, calls } = aProvider([TOKEN, answer(403, { code: 1201 })]);
    await provider.initiate(REQUEST);
    expect(calls[0]).toMatchObject({
      method: 'POST',
      url: 'http://127.0.0.1:4010/orange_money/oauth/v3/token',
      headers: {
        authorization: `Basic ${Buffer.from('sandbox-orange-client:sandbox-orange-secret').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
    });
    expect(calls[1]?.headers).toMatchObject({ authorization: 'Bearer at-1' });
  });

  it('is renewed once on a 401, and a second one is our mistake', async () => {
    const refused = answer(401, { code: 42, message: 'Expired credentials' });
    const { provider, calls } = aProvider([TOKEN, refused, TOKEN, refused]);
    await expect(provider.initiate(REQUEST)).rejects.toMatchObject({
      name: 'ProviderMisconfiguredError',
    });
    expect(calls.map(({ operation }) => operation)).toEqual([
      'token',
      'initiate',
      'token',
      'initiate',
    ]);
  });

  it.each([
    [answer(401), 'ProviderMisconfiguredError'],
    [answer(406), 'ProviderUnavailableError'],
    [answer(429), 'ProviderUnavailableError'],
    [answer(200, { access_token: 'two words' }), 'ProviderUnavailableError'],
    [new ProviderOutcomeUnknownError('timed out'), 'ProviderUnavailableError'],
  ])('that does not come means that nobody was asked: %#', async (given, name) => {
    const { provider, calls } = aProvider([given]);
    await expect(provider.initiate(REQUEST)).rejects.toMatchObject({ name });
    expect(calls).toHaveLength(1);
  });
});

describe('initiate', () => {
  it.each([
    [answer(403, { code: '1202' }), 'ProviderMisconfiguredError'],
    [answer(403, { code: 1203 }), 'ProviderMisconfiguredError'],
    [answer(403, { code: 1204 }), 'ProviderOutcomeUnknownError'],
    [answer(403, { code: 53 }), 'ProviderUnavailableError'],
    [answer(404), 'ProviderUnavailableError'],
    [answer(408), 'ProviderOutcomeUnknownError'],
    [answer(503, { code: 5 }), 'ProviderOutcomeUnknownError'],
    [answer(201, { status: 201, message: 'OK' }), 'ProviderOutcomeUnknownError'],
    [answer(200, '<html>'), 'ProviderOutcomeUnknownError'],
  ])('ends by what the answer says of the order: %#', async (given, name) => {
    const { provider, calls } = aProvider([TOKEN, given]);
    await expect(provider.initiate(REQUEST)).rejects.toMatchObject({ name });
    expect(calls).toHaveLength(2);
  });

  it('a missing field is a refusal that names it', async () => {
    const refused = answer(400, { code: 23, message: 'Missing', description: 'X.NotifUrl' });
    expect(await aProvider([TOKEN, refused]).provider.initiate(REQUEST)).toMatchObject({
      outcome: 'declined',
      message: 'X.NotifUrl',
    });
  });
});

describe('fetchStatus', () => {
  it('asks by order, amount and token', async () => {
    const said = answer(200, { status: 'SUCCESS', order_id: 'OM1', txnid: 'MP1' });
    const { provider, calls } = aProvider([TOKEN, said]);
    expect(await provider.fetchStatus(ATTEMPT)).toMatchObject({
      state: 'paid',
      gatewayTransactionId: 'MP1',
    });
    expect(calls[1]?.url).toMatch(/\/orange-money-webpay\/ci\/v1\/transactionstatus$/);
    expect(JSON.parse(calls[1]?.body ?? '')).toEqual({
      order_id: 'OM1',
      amount: 1_500,
      pay_token: 'pt-1',
    });
  });

  it('cannot ask where the answer to the order was lost', async () => {
    const { provider, calls } = aProvider();
    await expect(provider.fetchStatus({ ...ATTEMPT, gatewayData: {} })).rejects.toMatchObject({
      name: 'ProviderUnsupportedError',
    });
    expect(calls).toEqual([]);
  });

  it.each([
    answer(403, { code: 53 }),
    answer(403, { code: '50' }),
    answer(408),
    answer(429),
    answer(503, { code: 5 }),
    new ProviderOutcomeUnknownError('timed out'),
  ])('is to be repeated later: %#', async (given) => {
    const { provider } = aProvider([TOKEN, given]);
    await expect(provider.fetchStatus(ATTEMPT)).rejects.toMatchObject({
      name: 'ProviderUnavailableError',
    });
    expect(warnings).toEqual([]);
  });

  it('is undecided, with a warning that shows no token, where Orange refuses the three', async () => {
    const { provider } = aProvider([TOKEN, answer(403, { code: 1201 })]);
    expect(await provider.fetchStatus(ATTEMPT)).toMatchObject({ state: 'unknown' });
    expect(warnings).toHaveLength(1);
    expect(String(warnings[0])).toContain('OM1');
    expect(String(warnings[0])).not.toMatch(/pt-1|nt-1|at-1/);
  });
});
