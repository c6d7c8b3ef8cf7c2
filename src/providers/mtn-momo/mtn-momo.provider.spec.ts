import { Logger } from '@nestjs/common';
import { Money } from '../../common/index.js';
import { type Environment, loadConfig } from '../../config/index.js';
import { Metrics } from '../../http/index.js';
import { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import {
  ProviderMisconfiguredError,
  ProviderUnavailableError,
  ProviderUnsupportedError,
} from '../port/provider.errors.js';
import { mtnMomoSettings } from './mtn-momo.config.js';
import { refundIdOf } from './mtn-momo.mapper.js';
import { MtnMomoProvider } from './mtn-momo.provider.js';

const TOKEN = { access_token: 'tok', token_type: 'access_token', expires_in: 3600 };

class ScriptedClient extends GatewayHttpClient {
  readonly calls: GatewayCall[] = [];

  constructor(
    config: ConstructorParameters<typeof GatewayHttpClient>[0],
    private readonly script: (call: GatewayCall) => { status: number; json?: unknown },
  ) {
    super(config, new Metrics());
  }

  override send(call: GatewayCall): Promise<GatewayAnswer> {
    this.calls.push(call);
    const token = call.operation === 'token' ? { status: 200, json: TOKEN } : null;
    const { status, json } = token ?? this.script(call);
    const text = json === undefined ? '' : JSON.stringify(json);
    return Promise.resolve({ status, headers: {}, text, json });
  }
}

const ORDER = {
  amount: Money.parse('100', 'UGX'),
  phone: '256772123456',
  network: null,
  description: 'Booking',
  customer: { name: null, email: null },
  returnUrl: null,
  callbackUrl: 'http://127.0.0.1:3000/api/payments/webhooks/mtn/',
};

function scene(
  script: (call: GatewayCall) => { status: number; json?: unknown },
  env: Environment = {},
) {
  const config = loadConfig(env, [mtnMomoSettings]);
  const http = new ScriptedClient(config, script);
  return { provider: new MtnMomoProvider(config, http), http };
}

const attemptOf = (reference: string, amount = ORDER.amount) => ({
  reference,
  gatewayTransactionId: null,
  gatewayData: {},
  amount,
  network: null,
});
const refundOf = (amount: string) => ({
  attempt: attemptOf('5a1e0c5e-1111-4222-8333-444455556666'),
  reference: 'rf-1',
  amount: Money.parse(amount, 'UGX'),
  reason: 'Cancelled',
  phone: null,
});

describe('MtnMomoProvider', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('makes references that are UUIDs of version 4', () => {
    const { provider } = scene(() => ({ status: 202 }));
    const made = Array.from({ length: 50 }, () => provider.newReference());
    expect(new Set(made).size).toBe(50);
    for (const reference of made) expect(reference).toMatch(/^[0-9a-f-]{14}4[0-9a-f-]{21}$/);
  });

  it('asks for a token without a body, and names our address only where that is on', async () => {
    const off = scene(() => ({ status: 202 }), { MTN_CALLBACKS: 'off' });
    const on = scene(() => ({ status: 202 }));
    for (const { provider } of [off, on]) {
      const reference = provider.newReference();
      expect((await provider.initiate({ ...ORDER, reference })).outcome).toBe('accepted');
    }
    const [token, order] = on.http.calls;
    expect(token).toMatchObject({ url: expect.stringMatching(/\/collection\/token\/$/) as string });
    expect(token?.body).toBeUndefined();
    expect(order?.headers).toHaveProperty('x-callback-url', ORDER.callbackUrl);
    expect(off.http.calls[1]?.headers).not.toHaveProperty('x-callback-url');
  });

  it.each([
    ['INVALID_CALLBACK_URL_HOST', 'MTN_CALLBACKS'],
    ['INVALID_CURRENCY', 'MTN_CURRENCY'],
    ['NOT_ALLOWED_TARGET_ENVIRONMENT', 'MTN_TARGET_ENVIRONMENT'],
  ])('reads %s in a 500 as our mistake, and names %s', async (code, fix) => {
    const { provider } = scene(() => ({ status: 500, json: { code, message: 'x' } }));
    const failing = provider.initiate({ ...ORDER, reference: provider.newReference() });
    await expect(failing).rejects.toThrow(ProviderMisconfiguredError);
    await expect(failing).rejects.toThrow(fix);
  });

  it('refunds under an id that follows from our reference, with credentials of its own', async () => {
    const { provider, http } = scene(() => ({ status: 202 }));
    await provider.refund(refundOf('100'));
    const [token, refund] = http.calls;
    expect(token?.url).toMatch(/\/disbursement\/token\/$/);
    expect(refund?.url).toMatch(/\/disbursement\/v1_0\/refund$/);
    expect(refund?.headers).toMatchObject({
      'x-reference-id': refundIdOf('rf-1'),
      'ocp-apim-subscription-key': 'malipo-sandbox-disbursement',
    });
    expect(refund?.headers).not.toHaveProperty('x-callback-url');
  });

  it('refunds parts only where that is on, by the version that is set', async () => {
    const strict = scene(() => ({ status: 202 }));
    expect(strict.provider.capabilities.refund).toBe('full');
    await expect(strict.provider.refund(refundOf('40'))).rejects.toThrow(ProviderUnsupportedError);
    expect(strict.http.calls).toEqual([]);
    const env = { MTN_PARTIAL_REFUNDS: 'on', MTN_REFUND_VERSION: 'v2_0' };
    const { provider, http } = scene(() => ({ status: 202 }), env);
    expect(provider.capabilities.refund).toBe('partial');
    expect((await provider.refund(refundOf('40'))).outcome).toBe('accepted');
    expect(http.calls[1]?.url).toMatch(/\/disbursement\/v2_0\/refund$/);
  });

  it('claims no refunds without the disbursement product', async () => {
    const env = {
      SANDBOX: 'off',
      DEMO_DATA: 'off',
      MTN_SUBSCRIPTION_KEY: 'k',
      MTN_API_USER: 'u',
      MTN_API_KEY: 's',
    };
    const { provider, http } = scene(() => ({ status: 202 }), env);
    expect(provider.capabilities).toMatchObject({ refund: 'none', currencies: ['EUR'] });
    await expect(provider.refund(refundOf('100'))).rejects.toThrow(ProviderUnsupportedError);
    expect(http.calls).toEqual([]);
  });

  it('tells a refund of an unknown payment, and a forbidden address', async () => {
    const lost = scene(() => ({ status: 404, json: { code: 'RESOURCE_NOT_FOUND' } }));
    expect((await lost.provider.refund(refundOf('100'))).outcome).toBe('declined');
    const foreign = scene(() => ({ status: 403, json: { message: 'FORBIDDEN IP' } }));
    await expect(foreign.provider.refund(refundOf('100'))).rejects.toThrow(
      ProviderMisconfiguredError,
    );
  });

  it.each([401, 403, 408, 429, 500, 503])('asks later after HTTP %d to a query', async (status) => {
    const { provider } = scene(() => ({ status }));
    const asking = provider.fetchStatus(attemptOf(provider.newReference()));
    await expect(asking).rejects.toThrow(ProviderUnavailableError);
  });

  it('is off without settings, and keeps nothing then', async () => {
    const { provider } = scene(() => ({ status: 202 }), { SANDBOX: 'off', DEMO_DATA: 'off' });
    expect(provider.enabled).toBe(false);
    expect(() => provider.check(ORDER)).toThrow(ProviderMisconfiguredError);
    const rawBody = Buffer.from(JSON.stringify({ externalId: 'x', status: 'SUCCESSFUL' }));
    expect((await provider.parseWebhook({ rawBody, headers: {} })).verdict).toBe('malformed');
  });
});
