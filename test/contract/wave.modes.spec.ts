import { Logger } from '@nestjs/common';
import { Money } from '../../src/common/index.js';
import { loadConfig } from '../../src/config/index.js';
import { Metrics } from '../../src/http/index.js';
import { GatewayHttpClient } from '../../src/providers/http/gateway-http.client.js';
import type { AttemptView, InitiateRequest } from '../../src/providers/index.js';
import { waveSettings } from '../../src/providers/wave/wave.config.js';
import { WaveProvider } from '../../src/providers/wave/wave.provider.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index.js';
import { SandboxClient } from '../support/sandbox.js';
import { CallbackTrap } from './callback.trap.js';
import { lostView } from './contract.harness.js';

/** A wallet that is set up in this way, on both sides of the wire. */
class WaveDesk {
  private constructor(
    readonly trap: CallbackTrap,
    readonly sandbox: SandboxClient,
    private readonly running: RunningSandbox,
    private readonly env: Record<string, string>,
    private readonly clients: GatewayHttpClient[] = [],
  ) {}

  static async open(env: Record<string, string> = {}): Promise<WaveDesk> {
    const trap = await CallbackTrap.open();
    const running = await startSandbox({
      port: 0,
      malipoUrl: trap.url,
      credentials: env,
      timings: { callbackDelayMs: 1, autoAnswerDelayMs: 1 },
    });
    return new WaveDesk(trap, new SandboxClient(running.url), running, env);
  }

  provider(env: Record<string, string> = {}): WaveProvider {
    const { port } = new URL(this.running.url);
    const all = { SANDBOX_PORT: port, ...this.env, ...env };
    const config = loadConfig(all, [waveSettings]);
    const http = new GatewayHttpClient(config, new Metrics());
    this.clients.push(http);
    return new WaveProvider(config, http);
  }

  request(provider: WaveProvider, change: Partial<InitiateRequest> = {}): InitiateRequest {
    return {
      reference: provider.newReference({
        payableKind: 'booking',
        payableReference: 'HTL-1',
        paymentId: 1,
      }),
      amount: Money.parse('1500', 'XOF'),
      phone: null,
      network: null,
      description: 'Booking',
      customer: { name: null, email: null },
      returnUrl: null,
      ...change,
    };
  }

  async start(
    provider: WaveProvider,
    change: Partial<InitiateRequest> = {},
  ): Promise<AttemptView & { checkoutUrl: string | null }> {
    const request = this.request(provider, change);
    const result = await provider.initiate(request);
    if (result.outcome !== 'accepted') throw new Error(result.message);
    const { gatewayTransactionId, gatewayData, checkoutUrl } = result;
    return { ...lostView(request), gatewayTransactionId, gatewayData, checkoutUrl };
  }

  async close(): Promise<void> {
    await this.running.close();
    await this.trap.close();
    await Promise.all(this.clients.map((client) => client.onApplicationShutdown()));
  }
}

const desks: WaveDesk[] = [];
async function opened(env: Record<string, string> = {}): Promise<WaveDesk> {
  const desk = await WaveDesk.open(env);
  desks.push(desk);
  return desk;
}
beforeEach(() => Logger.overrideLogger(false));
afterEach(() => Promise.all(desks.splice(0).map((desk) => desk.close())));

describe('a webhook with a shared secret', () => {
  const SHARED = { WAVE_WEBHOOK_MODE: 'shared_secret', WAVE_WEBHOOK_SECRET: 'wave_sn_WHS_shared' };

  async function told(fault: string) {
    const desk = await opened(SHARED);
    await desk.sandbox.fault({ webhook: fault }, 'wave');
    const provider = desk.provider();
    const { reference } = await desk.start(provider);
    await desk.sandbox.endCheckout(reference, 'pay');
    const [input] = await desk.trap.about(reference);
    if (!input) throw new Error('no notification came');
    return { desk, provider, reference, input };
  }

  it('is told by its bearer token', async () => {
    const { provider, reference, input } = await told('normal');
    expect(input.headers).toMatchObject({ authorization: 'Bearer wave_sn_WHS_shared' });
    expect(input.headers).not.toHaveProperty('wave-signature');
    expect(await provider.parseWebhook(input)).toMatchObject({
      verdict: 'verified',
      event: { reference, state: 'paid' },
    });
  });

  it('is forged with another, and unsigned without', async () => {
    const { provider, input } = await told('bad_signature');
    expect(await provider.parseWebhook(input)).toMatchObject({ verdict: 'forged' });
    const bare = { rawBody: input.rawBody, headers: {} };
    expect(await provider.parseWebhook(bare)).toMatchObject({ verdict: 'unsigned' });
  });

  it('proves nothing to a wallet that expects signatures', async () => {
    const { desk, input } = await told('normal');
    const signing = desk.provider({ WAVE_WEBHOOK_MODE: 'signature' });
    expect(await signing.parseWebhook(input)).toMatchObject({ verdict: 'unsigned' });
  });
});

describe('a key that needs signed requests', () => {
  const SIGNED = { WAVE_REQUEST_SIGNING_SECRET: 'wave_sn_AKS_contract' };

  it('signs everything that it sends, with a body and without', async () => {
    const desk = await opened(SIGNED);
    const provider = desk.provider();
    const attempt = await desk.start(provider);
    expect(await provider.fetchStatus(attempt)).toMatchObject({ state: 'pending' });
    await desk.sandbox.endCheckout(attempt.reference, 'pay');
    expect(await provider.cancel(attempt)).toBe(false);
    const refund = { attempt, reference: 'R', amount: attempt.amount, reason: '', phone: null };
    expect(await provider.refund(refund)).toMatchObject({
      outcome: 'accepted',
      state: 'completed',
    });
    const requests = await desk.sandbox.requests('wave');
    expect(requests).toHaveLength(4);
    for (const { headers } of requests) {
      expect(headers['wave-signature']).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
    }
  });

  it.each([
    ['no secret', ''],
    ['another secret', 'wave_sn_AKS_other'],
  ])('is told apart from our mistake: %s', async (_case, secret) => {
    const desk = await opened(SIGNED);
    const provider = desk.provider({ WAVE_REQUEST_SIGNING_SECRET: secret });
    await expect(desk.start(provider)).rejects.toMatchObject({
      name: 'ProviderMisconfiguredError',
    });
  });
});

describe('a session', () => {
  it('stays open when a try fails, and is paid by a later one', async () => {
    const desk = await opened();
    const provider = desk.provider();
    await desk.sandbox.fault({ initiate: 'insufficient_funds', count: 1 }, 'wave');
    const attempt = await desk.start(provider);
    const [failed] = await desk.trap.about(attempt.reference);
    if (!failed) throw new Error('no notification came');
    expect(await provider.parseWebhook(failed)).toMatchObject({
      verdict: 'verified',
      event: { state: 'pending', wireStatus: 'open/processing (insufficient-funds)' },
    });
    expect(await provider.fetchStatus(attempt)).toMatchObject({
      state: 'pending',
      failure: null,
      wireStatus: 'open/processing (insufficient-funds)',
    });
    await desk.sandbox.endCheckout(attempt.reference, 'fail');
    await desk.sandbox.endCheckout(attempt.reference, 'pay');
    const told = await desk.trap.about(attempt.reference, 3);
    const ids = told.map(({ rawBody }) => (JSON.parse(String(rawBody)) as { id: string }).id);
    expect(new Set(ids).size).toBe(3);
    expect(await provider.fetchStatus(attempt)).toMatchObject({
      state: 'paid',
      wireStatus: 'complete/succeeded',
    });
  });

  it('is handed to the payer by the very address that Wave gave', async () => {
    const desk = await opened();
    const provider = desk.provider();
    const { reference, checkoutUrl } = await desk.start(provider, {
      amount: Money.parse('25000', 'XOF'),
    });
    expect(checkoutUrl).toMatch(/\/checkout\/chk_\w+\?a=25000&c=XOF&m=Malipo%20Sandbox$/);
    expect(checkoutUrl).toBe((await desk.sandbox.checkout(reference)).url);
  });

  it('leads back to the address in the settings where nobody named one', async () => {
    const desk = await opened({ WAVE_RETURN_URL: 'https://shop.example.com/back' });
    const provider = desk.provider();
    const { reference } = await desk.start(provider);
    const { return_url: back } = await desk.sandbox.endCheckout(reference, 'cancel');
    expect(back).toBe('https://shop.example.com/back');
  });

  it('is closed by our reference alone, where its answer was lost', async () => {
    const desk = await opened();
    const provider = desk.provider();
    const { reference, amount } = await desk.start(provider);
    const lost = lostView({ ...desk.request(provider), reference, amount });
    expect(await provider.cancel(lost)).toBe(true);
    expect((await desk.sandbox.checkout(reference)).status).toBe('expired');
    expect(await provider.fetchStatus(lost)).toMatchObject({
      state: 'expired',
      failure: { code: 'expired' },
    });
  });

  it('that nobody knows is not closed, and says so', async () => {
    const desk = await opened();
    const provider = desk.provider();
    const never = lostView(desk.request(provider));
    await expect(provider.cancel(never)).rejects.toMatchObject({
      name: 'ProviderUnavailableError',
    });
  });

  it('may be locked to the number that the payer named', async () => {
    const desk = await opened();
    const provider = desk.provider({ WAVE_RESTRICT_PAYER: 'on' });
    await desk.start(provider, { phone: '221771234567' });
    const [request] = await desk.sandbox.requests('wave');
    expect(JSON.parse(request?.body ?? '{}')).toMatchObject({
      restrict_payer_mobile: '+221771234567',
    });
  });
});
