import { Logger } from '@nestjs/common';
import { Money } from '../../common/index.js';
import { loadConfig } from '../../config/index.js';
import type { GatewayHttpClient } from '../http/gateway-http.client.js';
import type { GatewayAnswer, GatewayCall } from '../http/gateway-http.types.js';
import { ProviderOutcomeUnknownError } from '../port/provider.errors.js';
import type { AttemptView } from '../port/provider.port.js';
import { waveSettings } from './wave.config.js';
import { WaveProvider } from './wave.provider.js';

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
  const config = loadConfig(env, [waveSettings]);
  return { calls, provider: new WaveProvider(config, http as GatewayHttpClient) };
}

const LOST: AttemptView = {
  reference: 'WAVE-1',
  gatewayTransactionId: null,
  gatewayData: {},
  amount: Money.parse('1500', 'XOF'),
  network: null,
};
const KNOWN: AttemptView = { ...LOST, gatewayTransactionId: 'cos-1' };
const SESSION = {
  id: 'cos-1',
  amount: '1500',
  currency: 'XOF',
  client_reference: 'WAVE-1',
  checkout_status: 'complete',
  payment_status: 'succeeded',
};
const refundOf = (attempt: AttemptView) => ({
  attempt,
  reference: 'R-1',
  amount: attempt.amount,
  reason: '',
  phone: null,
});

describe('what it says of itself', () => {
  it('is what apps choose by', () => {
    const { provider } = aProvider();
    expect(provider).toMatchObject({ code: 'wave', name: 'Wave', enabled: true });
    expect(provider.capabilities).toMatchObject({
      currencies: ['XOF'],
      countries: ['SN', 'CI', 'ML', 'BF'],
      flow: 'redirect',
      refund: 'full',
      repeatSafe: { initiate: false, refund: true },
      lifetimeS: 86_700,
    });
  });

  it('follows the wallet', () => {
    const env = { WAVE_CURRENCY: 'UGX', WAVE_MIN_AMOUNT: '500', WAVE_SESSION_LIFETIME_S: '1800' };
    expect(aProvider([], env).provider.capabilities).toMatchObject({
      currencies: ['UGX'],
      countries: ['UG'],
      lifetimeS: 2_100,
      limits: { min: 500, wholeOnly: true },
    });
  });

  it('is disabled without settings, and then refuses to work', async () => {
    const { provider, calls } = aProvider([], { SANDBOX: 'off', DEMO_DATA: 'off' });
    expect(provider.enabled).toBe(false);
    await expect(provider.fetchStatus(KNOWN)).rejects.toMatchObject({
      name: 'ProviderMisconfiguredError',
    });
    const rawBody = Buffer.from('{"type":"checkout.session.completed"}');
    expect((await provider.parseWebhook({ rawBody, headers: {} })).verdict).toBe('malformed');
    expect(calls).toEqual([]);
  });
});

describe('newReference', () => {
  const { provider } = aProvider();
  it.each([
    ['booking', 'HTL-000008', /^WAVE-HTL-000008-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['visit', 'HOUSE-1', /^WAVE-70-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['order', null, /^WAVE-70-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['invoice', 'INV/2026 é', /^WAVE-INV2026-[0-9A-HJKMNP-TV-Z]{16}$/],
    ['booking', 'x'.repeat(500), /^WAVE-x{64}-.{16}$/],
  ])('of %s %s', (payableKind, payableReference, shape) => {
    const context = { payableKind, payableReference, paymentId: 70 };
    expect(provider.newReference(context)).toMatch(shape);
  });
});

describe('where the answer to an order was lost', () => {
  it('searches by our reference, exactly as it is', async () => {
    const { provider, calls } = aProvider([answer(200, { result: [SESSION] })]);
    const attempt = { ...LOST, reference: 'WAVE-A&B' };
    expect(await provider.fetchStatus(attempt)).toMatchObject({ state: 'not_found' });
    expect(calls[0]?.url).toMatch(/\/v1\/checkout\/sessions\/search\?client_reference=WAVE-A%26B$/);
  });

  it('tells the id of what it found', async () => {
    const { provider } = aProvider([answer(200, { result: [SESSION] })]);
    expect(await provider.fetchStatus(LOST)).toMatchObject({
      state: 'paid',
      gatewayTransactionId: 'cos-1',
    });
  });

  it('is undecided, with a warning, where the search says nothing', async () => {
    const { provider } = aProvider([answer(200, '<html>')]);
    expect(await provider.fetchStatus(LOST)).toMatchObject({ state: 'unknown' });
    expect(warnings).toHaveLength(1);
  });

  it.each([401, 403, 408, 429, 500, 503])('asks again later after a %d', async (status) => {
    for (const attempt of [LOST, KNOWN]) {
      const { provider } = aProvider([answer(status)]);
      await expect(provider.fetchStatus(attempt)).rejects.toMatchObject({
        name: 'ProviderUnavailableError',
        reason: 'rejected',
      });
    }
  });

  it('refunds what the search finds', async () => {
    const { provider, calls } = aProvider([answer(200, { result: [SESSION] }), answer(200)]);
    expect(await provider.refund(refundOf(LOST))).toMatchObject({ state: 'completed' });
    expect(calls.map(({ operation }) => operation)).toEqual(['search', 'refund']);
    expect(calls[1]?.url).toMatch(/\/sessions\/cos-1\/refund$/);
    expect(calls[1]).not.toHaveProperty('body');
  });

  it.each([
    ['nothing', answer(200, { result: [] })],
    ['no answer that says anything', answer(200, 'x')],
    ['no answer', new ProviderOutcomeUnknownError('timed out')],
  ])('refunds and cancels nothing where the search finds %s', async (_case, found) => {
    for (const act of ['refund', 'cancel'] as const) {
      const { provider, calls } = aProvider([found]);
      const work = act === 'refund' ? provider.refund(refundOf(LOST)) : provider.cancel(LOST);
      await expect(work).rejects.toMatchObject({ name: 'ProviderUnavailableError' });
      expect(calls).toHaveLength(1);
    }
  });
});

describe('refund', () => {
  it('takes a JSON answer for the empty one too', async () => {
    const { provider } = aProvider([answer(200, SESSION)]);
    expect(await provider.refund(refundOf(KNOWN))).toMatchObject({
      outcome: 'accepted',
      state: 'completed',
    });
  });

  it('of a part is refused before anything is sent', async () => {
    const { provider, calls } = aProvider();
    const part = { ...refundOf(KNOWN), amount: Money.parse('1499', 'XOF') };
    await expect(provider.refund(part)).rejects.toMatchObject({
      name: 'ProviderUnsupportedError',
    });
    expect(calls).toEqual([]);
  });

  it.each([
    [401, 'ProviderMisconfiguredError'],
    [403, 'ProviderMisconfiguredError'],
    [404, 'ProviderUnavailableError'],
    [408, 'ProviderOutcomeUnknownError'],
    [409, 'ProviderOutcomeUnknownError'],
    [504, 'ProviderOutcomeUnknownError'],
    [302, 'ProviderOutcomeUnknownError'],
  ])('answered %d without a code ends as %s', async (status, name) => {
    const { provider } = aProvider([answer(status)]);
    await expect(provider.refund(refundOf(KNOWN))).rejects.toMatchObject({ name });
  });
});

describe('cancel', () => {
  it.each([
    [answer(200), true],
    [answer(409), false],
    [answer(404, { code: 'checkout-session-not-found' }), false],
  ])('%j is %s', async (given, closed) => {
    const { provider, calls } = aProvider([given]);
    expect(await provider.cancel(KNOWN)).toBe(closed);
    expect(calls[0]).toMatchObject({ method: 'POST', operation: 'cancel' });
  });

  it.each([
    [500, 'ProviderOutcomeUnknownError'],
    [401, 'ProviderMisconfiguredError'],
    [404, 'ProviderUnavailableError'],
    [429, 'ProviderUnavailableError'],
  ])('answered %d says nothing of the page: %s', async (status, name) => {
    const { provider } = aProvider([answer(status)]);
    await expect(provider.cancel(KNOWN)).rejects.toMatchObject({ name });
  });
});
