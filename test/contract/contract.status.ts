import { ProviderUnavailableError, type StatusResult } from '../../src/providers/index.js';
import type { AttemptView, PaymentProvider } from '../../src/providers/index.js';
import {
  HURRIED,
  type Outcome,
  REFUSALS,
  type Scene,
  start,
  type StatusHarness,
  thrownBy,
} from './contract.harness.js';
import { answer, paying } from './contract.payer.js';

const PROMPT_OUTCOMES: Outcome[] = [
  ['approve', 'paid'],
  ['decline', 'failed', 'declined'],
  ['ignore', 'expired'],
];
const STRANGE_WORDS = ['settled', 'toString', 'SUCCESSFUL', ''];
const NO_MONEY: readonly string[] = ['failed', 'cancelled', 'expired'];

export async function statusOf(
  provider: PaymentProvider,
  attempt: AttemptView,
): Promise<StatusResult> {
  if (!provider.fetchStatus) throw new Error(`${provider.code} cannot be asked`);
  return provider.fetchStatus(attempt);
}

export function describeStatus(scene: Scene, status: StatusHarness): void {
  const { name, harness, bench } = scene;
  const stranger = status.stranger ?? {
    of: (attempt: AttemptView) => ({ ...attempt, gatewayTransactionId: '0'.repeat(32) }),
    state: 'unknown',
  };

  describe('fetchStatus', () => {
    // Not it.each: a missing code would make Jest pass its own callback in that place.
    for (const [act, state, code] of status.outcomes ?? PROMPT_OUTCOMES) {
      it(`follows the payer: pending, then after ${act} ${state}`, async () => {
        await bench().sandbox.fault({ webhook: 'none' }, name);
        const provider = bench().provider();
        const attempt = await start(scene, provider);
        expect((await statusOf(provider, attempt)).state).toBe('pending');
        await answer(scene, attempt.reference, act);
        const result = await statusOf(provider, attempt);
        expect(result.state).toBe(state);
        expect(result.failure !== null).toBe(NO_MONEY.includes(state));
        if (code !== undefined) expect(result.failure?.code).toBe(code);
      });
    }

    it('states the amount exactly, where the gateway states it', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await answer(scene, attempt.reference, paying(scene));
      const { amount } = await statusOf(provider, attempt);
      // Gateways may leave it out of an answer; ours is compared only where they tell it.
      expect(amount?.equals(harness.order.amount) ?? true).toBe(true);
    });

    // A gateway whose pages outlive every failed try has none.
    for (const [fault, code] of status.failures ?? REFUSALS) {
      it(`tells why: ${fault}`, async () => {
        const provider = bench().provider();
        const attempt = await start(scene, provider);
        await bench().sandbox.fault({ status: fault, count: 1 }, name);
        expect(await statusOf(provider, attempt)).toMatchObject({
          state: 'failed',
          failure: { code },
        });
      });
    }

    it('never hides that the amount is wrong', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await answer(scene, attempt.reference, paying(scene));
      await bench().sandbox.fault({ status: 'wrong_amount', count: 1 }, name);
      const { state, amount } = await statusOf(provider, attempt);
      const { wrongAmount = 'stated' } = status;
      expect(state).toBe(wrongAmount === 'stated' ? 'paid' : wrongAmount);
      if (wrongAmount !== 'stated') return;
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

    it(`what the gateway does not know is ${stranger.state}, never failed`, async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      expect((await statusOf(provider, stranger.of(attempt))).state).toBe(stranger.state);
    });

    it.each(status.strangeWords ?? STRANGE_WORDS)('the word %j is undecided', async (word) => {
      const provider = bench().provider({
        rewrite: (call, given) =>
          call.operation === 'status' ? status.saying(given, word) : given,
      });
      const attempt = await start(scene, provider);
      expect(await statusOf(provider, attempt)).toMatchObject({ state: 'unknown', failure: null });
    });
  });
}
