import { falseClaims } from '../../src/providers/provider.claims.js';
import { ContractBench } from './contract.bench.js';
import { type ProviderHarness, type Scene, start, thrownBy } from './contract.harness.js';
import { describeCancel } from './contract.cancel.js';
import { describeInitiate } from './contract.initiate.js';
import { describeRecovery } from './contract.recovery.js';
import { describeRefund } from './contract.refund.js';
import { describeStatus } from './contract.status.js';
import { describeWebhook } from './contract.webhook.js';

/**
 * Holds an adapter to the port, against the sandbox over real HTTP: what it sends is read from the
 * sandbox's request log, what goes wrong is ordered through its faults. Every adapter runs through the same
 * scenarios; a harness tells only what differs between gateways.
 */
export function describeProviderContract(name: string, harness: ProviderHarness): void {
  describe(`${name} keeps the contract of a payment provider`, () => {
    let opened: ContractBench | null = null;
    const bench = (): ContractBench => {
      if (!opened) throw new Error('the bench is not open');
      return opened;
    };
    const scene: Scene = { name, harness, bench };

    beforeAll(async () => {
      opened = await ContractBench.open(harness.settings, harness.create);
    });
    beforeEach(() => bench().reset());
    afterAll(() => opened?.close());

    it('claims only what it can do', () => {
      const provider = bench().provider();
      expect(falseClaims(provider)).toEqual([]);
      expect([provider.code, provider.enabled]).toEqual([name, true]);
      expect(provider.capabilities.flow).toBe(harness.flow ?? 'prompt');
      // What is claimed is tried below: a capability without its scenarios would be an empty word.
      const { cancel, refund, statusQuery } = provider.capabilities;
      const { status, webhook } = harness;
      const tried = [harness.cancel, harness.refund, status, webhook].map((part) => !!part);
      const wired = provider.parseWebhook !== undefined;
      expect(tried).toEqual([cancel, refund !== 'none', statusQuery, wired]);
    });

    it('shows and checks what it will send', () => {
      expect(bench().provider().check(harness.order)).toEqual(harness.summary);
    });

    describeInitiate(scene);
    if (harness.status) describeStatus(scene, harness.status);
    if (harness.recovery) describeRecovery(scene, harness.recovery);
    if (harness.cancel) describeCancel(scene, harness.cancel);
    if (harness.refund) describeRefund(scene, harness.refund);
    if (harness.webhook) describeWebhook(scene, harness.webhook);
    describeSecrecy(scene);
  });
}

function describeSecrecy(scene: Scene): void {
  const { name, harness, bench } = scene;

  it('shows no secret, token or number of a payer in log lines and errors', async () => {
    const provider = bench().provider();
    const errors: unknown[] = [];
    await start(scene, provider);
    for (const initiate of ['error_500', 'rate_limited', 'malformed']) {
      await bench().sandbox.fault({ initiate, count: 1 }, name);
      errors.push(await thrownBy(() => start(scene, provider)));
    }
    const down = bench().provider({ env: { SANDBOX_PORT: '1' } });
    errors.push(await thrownBy(() => start(scene, down)));
    const texts = [...bench().logged, ...errors.map(everything)].join('\n');
    const secrets = harness.secrets(await bench().requests(name));
    expect(secrets.length).toBeGreaterThan(0);
    expect(texts.length).toBeGreaterThan(500);
    const { phone } = harness.order;
    for (const secret of [...secrets, ...(phone === null ? [] : [phone])]) {
      expect(secret).not.toBe('');
      expect(texts).not.toContain(secret);
    }
  });
}

/** All that a logger could print of an error. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return `${own}\n${error.cause === undefined ? '' : everything(error.cause)}`;
}
