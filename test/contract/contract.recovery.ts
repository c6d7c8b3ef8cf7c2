import { ProviderUnsupportedError } from '../../src/providers/index.js';
import {
  HURRIED,
  lostView,
  type RecoveryHarness,
  requestOf,
  type Scene,
  thrownBy,
} from './contract.harness.js';
import { answer, paying } from './contract.payer.js';
import { statusOf } from './contract.status.js';

/** An order whose answer was lost: all that is left of it is our reference. */
export function describeRecovery(scene: Scene, { query }: RecoveryHarness): void {
  const { name, bench } = scene;

  /** Sends an order and loses the answer, or the order itself. */
  async function lose(initiate: 'timeout' | 'timeout_after_accept') {
    await bench().sandbox.fault({ initiate, webhook: 'none', count: 1 }, name);
    const hurried = bench().provider({ env: HURRIED });
    const request = requestOf(scene, hurried);
    await thrownBy(() => hurried.initiate(request));
    return { provider: bench().provider(), attempt: lostView(request) };
  }

  describe('recovery of a lost answer', () => {
    if (query === 'none') {
      it('says that the gateway cannot be asked', async () => {
        const { provider, attempt } = await lose('timeout_after_accept');
        const error = await thrownBy(() => statusOf(provider, attempt));
        expect(error).toBeInstanceOf(ProviderUnsupportedError);
      });
      return;
    }

    it('finds by our reference alone what arrived, and that it is paid', async () => {
      const { provider, attempt } = await lose('timeout_after_accept');
      expect((await statusOf(provider, attempt)).state).toBe('pending');
      await answer(scene, attempt.reference, paying(scene));
      expect((await statusOf(provider, attempt)).state).toBe('paid');
    });

    it(`calls what never arrived ${query.lost}`, async () => {
      const { provider, attempt } = await lose('timeout');
      expect((await statusOf(provider, attempt)).state).toBe(query.lost);
    });
  });
}
