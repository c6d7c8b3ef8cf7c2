import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Money } from '../../common/index.js';
import { loadConfig } from '../../config/index.js';
import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import {
  ProviderMisconfiguredError,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
  ProviderUnsupportedError,
} from '../port/provider.errors.js';
import type { InitiateRequest } from '../port/provider.port.js';
import { azamPaySettings } from './azampay.config.js';
import { AzamPayProvider } from './azampay.provider.js';

const warnings: unknown[] = [];
beforeEach(() => {
  warnings.length = 0;
  Logger.overrideLogger({
    log: () => 0,
    error: () => 0,
    warn: (text: unknown) => warnings.push(text),
  });
});

function answer(status: number, json?: unknown): GatewayAnswer {
  return { status, headers: {}, text: json === undefined ? '' : JSON.stringify(json), json };
}

type Responder = (call: GatewayCall) => GatewayAnswer | Promise<GatewayAnswer> | Error;

/** The adapter over a gateway that answers as `respond` says; tokens come by themselves. */
function aProvider(respond: Partial<Record<string, Responder>>, env: Record<string, string> = {}) {
  const calls: string[] = [];
  const http: Pick<GatewayHttpClient, 'send' | 'deadline'> = {
    deadline: () => new AbortController().signal,
    send: async (call) => {
      calls.push(call.operation);
      if (call.operation === 'token') return answer(200, { data: { accessToken: 't' } });
      const result =
        respond[call.operation]?.(call) ?? new ProviderUnavailableError('down', 'unreachable');
      if (result instanceof Error) throw result;
      return result;
    },
  };
  const config = loadConfig(env, [azamPaySettings]);
  return { calls, provider: new AzamPayProvider(config, http as GatewayHttpClient) };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 2 s');
    await new Promise(setImmediate);
  }
}

const REQUEST: InitiateRequest = {
  reference: 'BOOKING-HTL-000008-7QD3F8YJ2K4M6N8P',
  amount: Money.parse('50000.00', 'TZS'),
  phone: '255653294241',
  network: 'AIRTEL',
  description: 'Booking HTL-000008',
  customer: { name: null, email: null },
  returnUrl: null,
};

describe('what it says of itself', () => {
  const { provider } = aProvider({});
  it('is what the documents print', () => {
    expect(provider).toMatchObject({
      code: 'azampay',
      name: 'AZAM Pay',
      description: 'AZAM Pay Payment Gateway',
      enabled: true,
    });
  });

  it('polls only where the status query is on', () => {
    expect(provider.capabilities).toMatchObject({ statusQuery: true, lifetimeS: 900 });
    const off = aProvider({}, { AZAMPAY_STATUS_QUERY: 'off' }).provider;
    expect(off.capabilities).toMatchObject({ statusQuery: false, pollScheduleS: [] });
  });

  it('is disabled without settings, and then refuses to work', async () => {
    const { provider, calls } = aProvider({}, { SANDBOX: 'off', DEMO_DATA: 'off' });
    expect(provider.enabled).toBe(false);
    await expect(provider.initiate(REQUEST)).rejects.toBeInstanceOf(ProviderMisconfiguredError);
    const rawBody = Buffer.from('{"utilityref":"a","transactionstatus":"success"}');
    const verdict = await provider.parseWebhook(
      { rawBody, headers: {} },
      { trustCachedKeyOnly: true },
    );
    expect([verdict.verdict, calls]).toEqual(['malformed', []]);
  });
});

describe('newReference', () => {
  const { provider } = aProvider({});
  it.each([
    ['booking', 'HTL-000008', /^BOOKING-HTL-000008-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['visit', 'HOUSE-1', /^VISIT-70-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['order', null, /^ORDER-70-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['invoice', 'INV/2026 é', /^INVOICE-INV2026-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['booking', '***', /^BOOKING-70-/],
    ['booking', 'x'.repeat(500), /^BOOKING-x{64}-.{16}$/],
  ])('of %s %s', (payableKind, payableReference, shape) => {
    const reference = provider.newReference({ payableKind, payableReference, paymentId: 70 });
    expect(reference).toMatch(shape);
    expect(reference.length).toBeLessThanOrEqual(128);
  });

  it('never repeats', () => {
    const context = { payableKind: 'booking', payableReference: 'HTL-000008', paymentId: 1 };
    const all = Array.from({ length: 1_000 }, () => provider.newReference(context));
    expect(new Set(all).size).toBe(1_000);
  });
});

describe('check', () => {
  it('answers what will be stored and shown, and asks nobody', () => {
    const { provider, calls } = aProvider({}, { AZAMPAY_AMOUNT_FORMAT: 'string' });
    expect(provider.check(REQUEST)).toEqual({
      accountNumber: '255653294241',
      amount: 50_000,
      currency: 'TZS',
      provider: 'Airtel',
    });
    expect(calls).toEqual([]);
  });

  it('refuses before anything is sent', async () => {
    const { provider, calls } = aProvider({});
    const request = { ...REQUEST, amount: Money.parse('0.50', 'TZS') };
    expect(() => provider.check(request)).toThrow(/^amount: /);
    await expect(provider.initiate(request)).rejects.toMatchObject({ code: 'amount_not_whole' });
    expect(calls).toEqual([]);
  });
});

describe('initiate', () => {
  it('accepted: the prompt is on its way, and the key for the callback is fetched', async () => {
    const json = { success: true, transactionId: 'abc' };
    const { provider, calls } = aProvider({ initiate: () => answer(200, json) });
    expect(await provider.initiate(REQUEST)).toMatchObject({
      outcome: 'accepted',
      gatewayTransactionId: 'abc',
    });
    await until(() => calls.includes('public_key'));
    expect(calls.slice(0, 2)).toEqual(['token', 'initiate']);
  });

  it.each([
    [answer(401), ProviderUnavailableError],
    [answer(429), ProviderUnavailableError],
    [answer(404), ProviderUnavailableError],
    [answer(500), ProviderOutcomeUnknownError],
    [answer(408), ProviderOutcomeUnknownError],
    [answer(200), ProviderOutcomeUnknownError],
    [new ProviderOutcomeUnknownError('timed out'), ProviderOutcomeUnknownError],
    [new ProviderUnavailableError('refused', 'unreachable'), ProviderUnavailableError],
  ])('%j → %p', async (result, type) => {
    const { provider } = aProvider({ initiate: () => result });
    await expect(provider.initiate(REQUEST)).rejects.toBeInstanceOf(type);
  });
});

describe('fetchStatus', () => {
  const attempt = {
    reference: REQUEST.reference,
    gatewayTransactionId: 'abc',
    gatewayData: {},
    amount: REQUEST.amount,
    network: REQUEST.network,
  };

  it('is refused where it is off', async () => {
    const { provider } = aProvider({}, { AZAMPAY_STATUS_QUERY: 'off' });
    await expect(provider.fetchStatus(attempt)).rejects.toBeInstanceOf(ProviderUnsupportedError);
  });

  it('asks nobody about an attempt whose id never came', async () => {
    const { provider, calls } = aProvider({});
    const asking = provider.fetchStatus({ ...attempt, gatewayTransactionId: null });
    await expect(asking).rejects.toBeInstanceOf(ProviderUnsupportedError);
    expect(calls).toEqual([]);
  });

  it('warns of a word that it does not know', async () => {
    const { provider } = aProvider({ status: () => answer(200, { data: 'settled' }) });
    expect((await provider.fetchStatus(attempt)).state).toBe('unknown');
    expect(String(warnings)).toContain('"settled"');
  });

  it.each([
    [answer(500), 'rejected'],
    [answer(429), 'rejected'],
    [answer(401), 'rejected'],
    [new ProviderOutcomeUnknownError('timed out'), 'unreachable'],
  ])('%j means ask again later', async (result, reason) => {
    const { provider } = aProvider({ status: () => result });
    const error = await provider.fetchStatus(attempt).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ProviderUnavailableError', reason });
  });
});

// What a callback's signature is worth depends on the key at hand. The clock moves through
// `performance.now`, by which the adapter tells how old its key is.
describe('parseWebhook', () => {
  const [first, second] = [aPair(), aPair()];
  const clock = { now: 0 };
  beforeEach(() => {
    clock.now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
  });
  afterEach(() => jest.restoreAllMocks());

  function aPair() {
    return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }

  function served(key: KeyObject | null): Responder {
    if (!key) return () => answer(500);
    return () => keyAnswer(key);
  }

  function keyAnswer(key: KeyObject): GatewayAnswer {
    const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
    return answer(200, { success: true, publicKey });
  }

  function aCallback(
    privateKey: KeyObject | null,
    overrides: Record<string, unknown> = {},
  ): Buffer {
    const text = 'REF-1EXT-1successAirtel';
    const signature =
      privateKey && sign('sha256', Buffer.from(text), privateKey).toString('base64');
    return Buffer.from(
      JSON.stringify({
        utilityref: 'REF-1',
        externalreference: 'EXT-1',
        transactionstatus: 'success',
        operator: 'Airtel',
        amount: '50000',
        signature,
        ...overrides,
      }),
    );
  }

  /** Shows a callback to the adapter: `request` as the webhook route does, `job` as its job does. */
  function aReader(respond: Partial<Record<string, Responder>>, env: Record<string, string> = {}) {
    const { provider, calls } = aProvider(respond, env);
    const read = (rawBody: Buffer, trustCachedKeyOnly: boolean) =>
      provider.parseWebhook({ rawBody, headers: {} }, { trustCachedKeyOnly });
    return {
      keyReadings: () => calls.filter((operation) => operation === 'public_key').length,
      request: async (rawBody: Buffer) => (await read(rawBody, true)).verdict,
      job: async (rawBody: Buffer) => (await read(rawBody, false)).verdict,
      read,
    };
  }

  it('without a key the request fetches it, where it comes at once', async () => {
    const { request, keyReadings } = aReader({ public_key: served(first.publicKey) });
    expect(await request(aCallback(first.privateKey))).toBe('verified');
    expect(await request(aCallback(second.privateKey))).toBe('forged');
    expect(keyReadings()).toBe(2);
  });

  it('where the key takes its time the request leaves it to the job', async () => {
    let arrive: (key: GatewayAnswer) => void = () => undefined;
    const late = new Promise<GatewayAnswer>((resolve) => {
      arrive = resolve;
    });
    const { request, job } = aReader({ public_key: () => late });
    expect(await request(aCallback(first.privateKey))).toBe('undecided');
    const judged = job(aCallback(first.privateKey));
    arrive(keyAnswer(first.publicKey));
    expect(await judged).toBe('verified');
  });

  it('a flood of forgeries costs one reading', async () => {
    const { request, job, keyReadings } = aReader({ public_key: served(first.publicKey) });
    await job(aCallback(first.privateKey));
    const forgery = aCallback(second.privateKey);
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => request(forgery)));
    verdicts.push(await job(forgery), await request(forgery));
    expect(new Set(verdicts)).toEqual(new Set(['forged']));
    expect(await request(aCallback(first.privateKey))).toBe('verified');
    expect(keyReadings()).toBe(2);
  });

  it('follows a rotation, and a later one', async () => {
    const keys = [first.publicKey, second.publicKey, first.publicKey];
    const { request, job } = aReader({ public_key: (call) => served(keys.shift() ?? null)(call) });
    await job(aCallback(first.privateKey));
    expect(await request(aCallback(second.privateKey))).toBe('verified');
    expect(await request(aCallback(first.privateKey))).toBe('forged');
    clock.now += 30_000;
    expect(await request(aCallback(first.privateKey))).toBe('verified');
  });

  it('calls nothing forged while a newer key may exist and is out of reach', async () => {
    const keys = [first.publicKey];
    const { request, job } = aReader({ public_key: (call) => served(keys.shift() ?? null)(call) });
    await job(aCallback(first.privateKey));
    expect(await request(aCallback(second.privateKey))).toBe('undecided');
    expect(await job(aCallback(second.privateKey))).toBe('undecided');
    expect(await request(aCallback(first.privateKey))).toBe('verified');
  });

  it('while the key is out of reach nothing is called forged', async () => {
    const { request, job, keyReadings } = aReader({ public_key: served(null) });
    expect(await job(aCallback(first.privateKey))).toBe('undecided');
    for (let i = 0; i < 20; i += 1)
      expect(await request(aCallback(first.privateKey))).toBe('undecided');
    // One look at both addresses, then a pause.
    expect(keyReadings()).toBe(2);
  });

  it('a pinned key decides alone', async () => {
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { request, keyReadings } = aReader({}, { AZAMPAY_PUBLIC_KEY: pem });
    expect(await request(aCallback(first.privateKey))).toBe('verified');
    expect(await request(aCallback(second.privateKey))).toBe('forged');
    expect(keyReadings()).toBe(0);
  });

  it.each([
    ['query', { verdict: 'unsigned', askGateway: true }],
    ['park', { verdict: 'unsigned', askGateway: false }],
    ['reject', { verdict: 'forged' }],
  ])('an unsigned one under %s', async (policy, expected) => {
    const { read, keyReadings } = aReader({}, { AZAMPAY_UNSIGNED_CALLBACKS: policy });
    expect(await read(aCallback(null), true)).toMatchObject(expected);
    expect(await read(aCallback(null), false)).toMatchObject(expected);
    expect(keyReadings()).toBe(0);
  });

  it.each([
    [{ user: 'azam', password: 'pass' }, 'verified'],
    [{ user: 'azam', password: 'wrong' }, 'forged'],
    [{ user: 'other', password: 'pass' }, 'forged'],
    [{}, 'forged'],
  ])('with a callback password configured, %j is %s', async (given, verdict) => {
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { request } = aReader(
      {},
      {
        AZAMPAY_PUBLIC_KEY: pem,
        AZAMPAY_CALLBACK_USER: 'azam',
        AZAMPAY_CALLBACK_PASSWORD: 'pass',
      },
    );
    expect(await request(aCallback(first.privateKey, given))).toBe(verdict);
  });

  it('a proven word that it does not know is undecided, with a warning', async () => {
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { read } = aReader({}, { AZAMPAY_PUBLIC_KEY: pem });
    const text = Buffer.from('REF-1EXT-1settledAirtel');
    const signature = sign('sha256', text, first.privateKey).toString('base64');
    const verdict = await read(aCallback(null, { transactionstatus: 'settled', signature }), true);
    expect(verdict).toMatchObject({ verdict: 'verified', event: { state: 'unknown' } });
    expect(String(warnings)).toContain('"settled"');
  });
});
