import { ProviderUnavailableError, type StatusResult } from '../../src/providers/index.js';
import type { AttemptView, PaymentProvider } from '../../src/providers/index.js';
import { type ProviderHarness, type Scene, start, thrownBy } from './contract.harness.js';

const HURRIED = { GATEWAY_TOTAL_TIMEOUT_MS: '1500', GATEWAY_CONNECT_TIMEOUT_MS: '500' };

async function statusOf(provider: PaymentProvider, attempt: AttemptView): Promise<StatusResult> {
  if (!provider.fetchStatus) throw new Error(`${provider.code} cannot be asked`);
  return provider.fetchStatus(attempt);
}

export function describeStatus(scene: Scene, status: NonNullable<ProviderHarness['status']>): void {
  const { name, harness, bench } = scene;

  describe('fetchStatus', () => {
    it.each([
      ['approve', 'paid'],
      ['decline', 'failed'],
      ['ignore', 'expired'],
    ] as const)('follows the payer: pending, then %s', async (answer, state) => {
      await bench().sandbox.fault({ webhook: 'none' }, name);
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      expect((await statusOf(provider, attempt)).state).toBe('pending');
      await bench().sandbox.answer(attempt.reference, answer);
      const result = await statusOf(provider, attempt);
      expect(result.state).toBe(state);
      expect(result.failure === null).toBe(state === 'paid');
    });

    it.each([
      ['decline', 'declined'],
      ['insufficient_funds', 'insufficient_funds'],
    ])('tells why: %s', async (fault, code) => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await bench().sandbox.fault({ status: fault, count: 1 }, name);
      expect(await statusOf(provider, attempt)).toMatchObject({
        state: 'failed',
        failure: { code },
      });
    });

    it('states the amount that the gateway states, also a wrong one', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await bench().sandbox.answer(attempt.reference, 'approve');
      await bench().sandbox.fault({ status: 'wrong_amount', count: 1 }, name);
      const { state, amount } = await statusOf(provider, attempt);
      expect(state).toBe('paid');
      expect(amount).not.toBeNull();
      expect(amount?.equals(harness.order.amount)).toBe(false);
    });

    it.each(['error_500', 'rate_limited', 'timeout'])('%s means ask again later', async (fault) => {
      const provider = bench().provider({ env: HURRIED });
      const attempt = await start(scene, provider);
      await bench().sandbox.fault({ status: fault, count: 1 }, name);
      const error = await thrownBy(() => statusOf(provider, attempt));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect((await statusOf(provider, attempt)).state).toBe('pending');
    });

    it('an answer that cannot be read is undecided, never failed', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await bench().sandbox.fault({ status: 'malformed', count: 1 }, name);
      expect((await statusOf(provider, attempt)).state).toBe('unknown');
    });

    it('an id that the gateway does not know is undecided, never failed', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      const other = { ...attempt, gatewayTransactionId: '0'.repeat(32) };
      expect((await statusOf(provider, other)).state).toBe('unknown');
    });

    it.each(['settled', 'toString', 'SUCCESSFUL', ''])('the word %j is undecided', async (word) => {
      const provider = bench().provider({
        rewrite: (call, answer) =>
          call.operation === 'status' ? status.saying(answer, word) : answer,
      });
      const attempt = await start(scene, provider);
      expect(await statusOf(provider, attempt)).toMatchObject({ state: 'unknown', failure: null });
    });
  });
}
