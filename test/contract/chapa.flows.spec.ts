import { chapaSettings } from '../../src/providers/chapa/chapa.config.js';
import { ChapaProvider } from '../../src/providers/chapa/chapa.provider.js';
import type { PaymentProvider, WebhookEvent } from '../../src/providers/index.js';
import { Money } from '../../src/common/index.js';
import { waitFor } from '../support/wait.js';
import { ContractBench } from './contract.bench.js';
import { initiated } from './contract.harness.js';
import { judge } from './contract.webhook.js';

/** What Chapa does and others do not. */
describe('chapa', () => {
  let bench: ContractBench;
  let provider: PaymentProvider;

  beforeAll(async () => {
    bench = await ContractBench.open(
      chapaSettings,
      (config, http) => new ChapaProvider(config, http),
    );
    provider = bench.provider();
  });
  beforeEach(() => bench.reset());
  afterAll(() => bench.close());

  async function start(order: { returnUrl?: string; callbackUrl?: string } = {}) {
    return initiated(provider, {
      reference: provider.newReference({
        payableKind: 'booking',
        payableReference: null,
        paymentId: 1,
      }),
      amount: Money.parse('2304.00', 'ETB'),
      phone: null,
      network: null,
      description: 'A room',
      customer: { name: null, email: null },
      returnUrl: null,
      ...order,
    });
  }

  const stateOf = async (attempt: Awaited<ReturnType<typeof start>>) =>
    (await provider.fetchStatus?.(attempt))?.state;

  async function verified(reference: string, count: number): Promise<WebhookEvent[]> {
    const inputs = await bench.trap.about(reference, count);
    return Promise.all(
      inputs.map(async (input) => {
        const result = await judge(provider, input);
        if (result.verdict !== 'verified') throw new Error(`not verified but ${result.verdict}`);
        return result.event;
      }),
    );
  }

  it('lets the payer try again: what failed is paid later, by the same reference', async () => {
    const attempt = await start();
    const { reference } = attempt;
    await bench.sandbox.endCheckout(reference, 'fail');
    expect(await stateOf(attempt)).toBe('failed');
    await bench.trap.about(reference, 1);
    await bench.sandbox.endCheckout(reference, 'pay');
    expect(await stateOf(attempt)).toBe('paid');
    const events = await verified(reference, 2);
    expect(events.map(({ state }) => state)).toEqual(['failed', 'paid']);
    expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
  });

  it('ends after ten tries', async () => {
    const { reference } = await start();
    for (let tries = 0; tries < 10; tries += 1) {
      await bench.sandbox.endCheckout(reference, 'fail');
    }
    await expect(bench.sandbox.endCheckout(reference, 'pay')).rejects.toThrow('409');
  });

  it('closes a page that failed and could be tried again', async () => {
    const attempt = await start();
    await bench.sandbox.endCheckout(attempt.reference, 'fail');
    expect(await provider.cancel?.(attempt)).toBe(true);
    await expect(bench.sandbox.endCheckout(attempt.reference, 'pay')).rejects.toThrow('409');
    expect(await provider.cancel?.(attempt)).toBe(false);
  });

  it('states the same amount as a number and as a string', async () => {
    const amounts: unknown[] = [];
    const watching = bench.provider({
      rewrite: (_call, answer) => {
        amounts.push((answer.json as { data?: { amount?: unknown } | null }).data?.amount);
        return answer;
      },
    });
    const attempt = await start();
    await bench.sandbox.endCheckout(attempt.reference, 'pay');
    const read = [await watching.fetchStatus?.(attempt), await watching.fetchStatus?.(attempt)];
    expect(amounts.map((amount) => typeof amount).sort()).toEqual(['number', 'string']);
    expect(read.map((result) => result?.amount?.equals(attempt.amount))).toEqual([true, true]);
  });

  it('calls the address of the order by a GET, and sends the payer back to the other', async () => {
    const returnUrl = 'http://127.0.0.1:3000/done?booking=7';
    const callbackUrl = `${bench.trap.url}/api/payments/verify/`;
    const attempt = await start({ returnUrl, callbackUrl });
    const page = await bench.sandbox.endCheckout(attempt.reference, 'pay');
    expect(page.return_url).toBe(returnUrl);
    const call = await waitFor('the call of the order’s address', () =>
      bench.trap.caught.find(({ method }) => method === 'GET'),
    );
    const result = await provider.fetchStatus?.(attempt);
    expect(call.path).toBe(
      `/api/payments/verify/?trx_ref=${attempt.reference}` +
        `&ref_id=${result?.gatewayTransactionId}&status=success`,
    );
  });

  it('a reference used before is no refusal: its page is lost, not its payment', async () => {
    const { reference, amount } = await start();
    const again = provider.initiate({
      reference,
      amount,
      phone: null,
      network: null,
      description: '',
      customer: { name: null, email: null },
      returnUrl: null,
    });
    await expect(again).rejects.toMatchObject({ name: 'ProviderOutcomeUnknownError' });
    await expect(again).rejects.toThrow('Transaction reference has been used before');
    expect(await bench.sandbox.checkouts()).toHaveLength(1);
  });

  it('refunds by our reference too, and only whole payments where that is set', async () => {
    const whole = bench.provider({
      env: { CHAPA_REFUND_BY: 'tx_ref', CHAPA_PARTIAL_REFUNDS: 'off' },
    });
    const attempt = await start();
    await bench.sandbox.endCheckout(attempt.reference, 'pay');
    const { amount } = attempt;
    const refund = { attempt, amount, reference: 'rf-1', reason: 'why', phone: null };
    const result = await whole.refund?.(refund);
    expect(result).toMatchObject({ outcome: 'accepted', state: 'processing' });
    const [request] = await bench.requests('chapa');
    expect([request?.path, request?.body]).toEqual([
      `/v1/refund/${attempt.reference}`,
      'reason=why&reference=rf-1',
    ]);
  });

  it('a refund that was done may come back', async () => {
    const attempt = await start();
    await bench.sandbox.endCheckout(attempt.reference, 'pay');
    const request = { attempt, amount: attempt.amount, reference: 'rf-2', phone: null };
    const result = await provider.refund?.({ ...request, reason: 'why' });
    const gatewayRefundId = result?.outcome === 'accepted' ? result.gatewayRefundId : null;
    const states: unknown[] = [];
    for (const act of ['complete', 'reverse']) {
      await bench.control(`/api/chapa/refunds/rf-2/${act}`);
      const status = await provider.fetchRefundStatus?.({ ...request, gatewayRefundId });
      states.push(status?.state);
      states.push(await stateOf(attempt));
    }
    expect(states).toEqual(['completed', 'reversed', 'failed', 'paid']);
  });
});
