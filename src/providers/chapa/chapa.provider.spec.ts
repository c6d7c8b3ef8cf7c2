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
import type { AttemptView, InitiateRequest, RefundRequest } from '../port/provider.port.js';
import { chapaSettings } from './chapa.config.js';
import { ChapaProvider } from './chapa.provider.js';

const warnings: unknown[] = [];
beforeEach(() => {
  warnings.length = 0;
  const quiet = (): number => 0;
  Logger.overrideLogger({ log: quiet, error: quiet, warn: (text: unknown) => warnings.push(text) });
});

function answer(status: number, json?: unknown): GatewayAnswer {
  return { status, headers: {}, text: json === undefined ? '' : JSON.stringify(json), json };
}
const refused = (message: unknown) => ({ message, status: 'failed', data: null });

type Responder = (call: GatewayCall) => GatewayAnswer | Error;

/** The adapter over a gateway that answers as `respond` says, by operation. */
function aProvider(respond: Record<string, Responder> = {}, env: Record<string, string> = {}) {
  const calls: GatewayCall[] = [];
  const http: Pick<GatewayHttpClient, 'send'> = {
    send: async (call) => {
      calls.push(call);
      const result = respond[call.operation]?.(call) ?? new Error(`unexpected ${call.operation}`);
      if (result instanceof Error) throw result;
      return result;
    },
  };
  const provider = new ChapaProvider(loadConfig(env, [chapaSettings]), http as GatewayHttpClient);
  return { calls, provider };
}

const amount = Money.parse('2304.00', 'ETB');
const REQUEST: InitiateRequest = {
  reference: 'tx-7qd3f8yj2k4m6n8p',
  amount,
  phone: null,
  network: null,
  description: 'Family Home',
  customer: { name: null, email: null },
  returnUrl: null,
};
const ATTEMPT: AttemptView = {
  reference: 'tx-7qd3f8yj2k4m6n8p',
  gatewayTransactionId: 'AP1',
  gatewayData: {},
  amount,
  network: null,
};
const REFUND: RefundRequest = {
  attempt: ATTEMPT,
  reference: 'rf-1',
  amount,
  reason: 'Cancelled & sorry',
  phone: null,
};
const REFUNDING = answer(200, {
  message: 'Refund initiated',
  status: 'success',
  data: { ref_id: 'RF1', status: 'Refund Initiated', amount: '2304.00', currency: 'ETB' },
});

describe('ChapaProvider', () => {
  it('names attempts in 19 characters, 80 of their bits random', () => {
    const { provider } = aProvider();
    const references = new Set(Array.from({ length: 1_000 }, () => provider.newReference()));
    expect(references.size).toBe(1_000);
    for (const reference of references) expect(reference).toMatch(/^tx-[0-9a-z]{16}$/);
  });

  it("hands the gateway's own words on when the key is not accepted", async () => {
    const words = "Invalid API Key or the business can't accept payments at the moment.";
    const { provider } = aProvider({ initiate: () => answer(401, refused(words)) });
    const initiating = provider.initiate(REQUEST);
    await expect(initiating).rejects.toBeInstanceOf(ProviderMisconfiguredError);
    await expect(initiating).rejects.toThrow(new ProviderMisconfiguredError(words));
  });

  it.each([
    [429, refused('Too Many Attempts.'), ProviderUnavailableError, 'Too Many Attempts.'],
    [403, undefined, ProviderUnavailableError, 'chapa initiate: HTTP 403'],
    [500, refused('Server Error'), ProviderOutcomeUnknownError, 'chapa initiate: HTTP 500'],
    [
      400,
      refused('Transaction reference has been used before'),
      ProviderOutcomeUnknownError,
      'used before',
    ],
  ])('HTTP %s %j is an error that says so', async (status, json, type, words) => {
    const { provider } = aProvider({ initiate: () => answer(status, json) });
    const initiating = provider.initiate(REQUEST);
    await expect(initiating).rejects.toBeInstanceOf(type);
    await expect(initiating).rejects.toThrow(words);
  });

  it('asks for the status by our reference alone, and warns of what it cannot tell', async () => {
    const { provider, calls } = aProvider({
      status: () => answer(200, { status: 'success', data: { status: 'odd', tx_ref: 'tx-7' } }),
    });
    const lost = { ...ATTEMPT, gatewayTransactionId: null };
    expect((await provider.fetchStatus(lost)).state).toBe('unknown');
    expect(calls[0]?.url).toMatch(/\/chapa\/v1\/transaction\/verify\/tx-7qd3f8yj2k4m6n8p$/);
    expect(warnings).toEqual([expect.stringContaining('"odd" of tx-7qd3f8yj2k4m6n8p')]);
  });

  it.each([
    new ProviderOutcomeUnknownError('cut'),
    answer(500),
    answer(401, refused('Test key for a live transaction')),
  ])('a query without an answer is to be repeated later', async (result) => {
    const { provider } = aProvider({ status: () => result });
    await expect(provider.fetchStatus(ATTEMPT)).rejects.toBeInstanceOf(ProviderUnavailableError);
  });

  it('does not know whether a page was closed when no answer says so', async () => {
    const { provider } = aProvider({ cancel: () => answer(502) });
    await expect(provider.cancel(ATTEMPT)).rejects.toBeInstanceOf(ProviderOutcomeUnknownError);
  });

  describe('refund', () => {
    it("names the payment by Chapa's reference and sends a form", async () => {
      const { provider, calls } = aProvider({ refund: () => REFUNDING });
      const result = await provider.refund(REFUND);
      expect(result).toMatchObject({ outcome: 'accepted', gatewayRefundId: 'RF1' });
      expect(calls).toMatchObject([
        {
          method: 'POST',
          url: expect.stringMatching(/\/refund\/AP1$/) as string,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'amount=2304.00&reason=Cancelled+%26+sorry&reference=rf-1',
        },
      ]);
    });

    it('asks for that reference first where it never came', async () => {
      const { provider, calls } = aProvider({
        status: () =>
          answer(200, {
            data: { status: 'success', tx_ref: ATTEMPT.reference, reference: 'AP2' },
          }),
        refund: () => REFUNDING,
      });
      await provider.refund({ ...REFUND, attempt: { ...ATTEMPT, gatewayTransactionId: null } });
      expect(calls.map(({ url }) => url.split('/v1/')[1])).toEqual([
        'transaction/verify/tx-7qd3f8yj2k4m6n8p',
        'refund/AP2',
      ]);
    });

    it('sends nothing where the gateway has no reference of it', async () => {
      const missing = refused('Invalid transaction or Transaction not found');
      const { provider, calls } = aProvider({ status: () => answer(404, missing) });
      const attempt = { ...ATTEMPT, gatewayTransactionId: null };
      await expect(provider.refund({ ...REFUND, attempt })).rejects.toBeInstanceOf(
        ProviderUnsupportedError,
      );
      expect(calls).toHaveLength(1);
    });

    it('names the payment by ours where that is set', async () => {
      const env = { CHAPA_REFUND_BY: 'tx_ref' };
      const { provider, calls } = aProvider({ refund: () => REFUNDING }, env);
      await provider.refund({ ...REFUND, attempt: { ...ATTEMPT, gatewayTransactionId: null } });
      expect(calls[0]?.url).toMatch(/\/refund\/tx-7qd3f8yj2k4m6n8p$/);
    });

    it('refunds all or nothing where parts cannot go back, and names no amount then', async () => {
      const env = { CHAPA_PARTIAL_REFUNDS: 'off' };
      const { provider, calls } = aProvider({ refund: () => REFUNDING }, env);
      expect(provider.capabilities.refund).toBe('full');
      const part = { ...REFUND, amount: Money.parse('1', 'ETB') };
      await expect(provider.refund(part)).rejects.toBeInstanceOf(ProviderUnsupportedError);
      expect(calls).toEqual([]);
      await provider.refund({ ...REFUND, reason: ' ' });
      expect(calls[0]?.body).toBe('reason=Refund&reference=rf-1');
    });

    it('asks by its own id, and keeps it', async () => {
      const { provider, calls } = aProvider({
        refund_status: () => answer(200, { data: { status: 'refunded' } }),
      });
      const result = await provider.fetchRefundStatus({ ...REFUND, gatewayRefundId: 'RF1' });
      expect(result).toMatchObject({ state: 'completed', gatewayRefundId: 'RF1' });
      expect(calls[0]?.url).toMatch(/\/refund\/RF1\/verify$/);
    });
  });

  it('refuses work without settings', async () => {
    const off = { SANDBOX: 'off', DEMO_DATA: 'off' };
    const { provider, calls } = aProvider({}, off);
    expect(provider.enabled).toBe(false);
    for (const work of [
      () => provider.initiate(REQUEST),
      () => provider.fetchStatus(ATTEMPT),
      () => provider.cancel(ATTEMPT),
      () => provider.refund(REFUND),
    ]) {
      await expect(work()).rejects.toBeInstanceOf(ProviderMisconfiguredError);
    }
    const input = { rawBody: Buffer.from('{"tx_ref":"tx-1"}'), headers: {} };
    expect((await provider.parseWebhook(input)).verdict).toBe('malformed');
    expect(calls).toEqual([]);
  });

  it('does not take the constant header for a proof', async () => {
    const env = {
      CHAPA_SECRET_KEY: 'CHASECK_TEST-1',
      CHAPA_WEBHOOK_SECRET: 'chapa-webhook-secret',
    };
    const { provider } = aProvider({}, env);
    const rawBody = Buffer.from('{"event":"charge.success","tx_ref":"tx-1","status":"success"}');
    const constant = 'f21a0f11002f2098c3c3d0a351baafbda1f86161ab41c52d5a9cc5e18fdd723b';
    const verdict = await provider.parseWebhook({
      rawBody,
      headers: { 'chapa-signature': constant },
    });
    expect(verdict).toMatchObject({ verdict: 'unsigned', event: { reference: 'tx-1' } });
    const moved = { 'x-chapa-signature': constant, 'chapa-signature': constant };
    expect(await provider.parseWebhook({ rawBody, headers: moved })).toMatchObject({
      verdict: 'forged',
    });
  });
});
