import { ProviderUnavailableError } from '../../src/providers/index.js';
import type { AttemptView, PaymentProvider } from '../../src/providers/index.js';
import { type CancelHarness, type Scene, start, thrownBy } from './contract.harness.js';
import { answer, askedFor, paying } from './contract.payer.js';
import { statusOf } from './contract.status.js';

async function cancel(provider: PaymentProvider, attempt: AttemptView): Promise<boolean> {
  if (!provider.cancel) throw new Error(`${provider.code} cannot cancel`);
  return provider.cancel(attempt);
}

export function describeCancel(scene: Scene, { state }: CancelHarness): void {
  const { bench } = scene;

  describe('cancel', () => {
    it('closes what is open, so that nobody can pay it any more', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      expect(await cancel(provider, attempt)).toBe(true);
      expect((await askedFor(scene, attempt.reference)).status).toMatch(/^(cancelled|expired)$/);
      const refused = await thrownBy(() => answer(scene, attempt.reference, paying(scene)));
      expect(String(refused)).toContain('409');
      if (state !== null) expect((await statusOf(provider, attempt)).state).toBe(state);
    });

    it('comes too late for what is paid, which stays paid', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await answer(scene, attempt.reference, paying(scene));
      expect(await cancel(provider, attempt)).toBe(false);
      expect((await statusOf(provider, attempt)).state).toBe('paid');
    });

    it('can be repeated', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await cancel(provider, attempt);
      expect(typeof (await cancel(provider, attempt))).toBe('boolean');
    });

    it('of a gateway that nobody reaches was not carried out', async () => {
      const attempt = await start(scene, bench().provider());
      const down = bench().provider({ env: { SANDBOX_PORT: '1' } });
      expect(await thrownBy(() => cancel(down, attempt))).toBeInstanceOf(ProviderUnavailableError);
    });
  });
}
