import { createHmac } from 'node:crypto';
import { falseClaims } from '../../src/providers/provider.claims.js';
import type { WebhookInput, WebhookVerdict } from '../../src/providers/index.js';
import { signedWebhookSettings } from '../../src/providers/signed-webhook/signed-webhook.config.js';
import { SignedWebhookProvider } from '../../src/providers/signed-webhook/signed-webhook.provider.js';
import type { Caught } from './callback.trap.js';
import { ContractBench } from './contract.bench.js';

const ORDER = { order_reference: '7', amount: '1250.00', payment_id: 'txn_1' };

/** It starts, asks and refunds nothing: what it hears over real HTTP is all there is to hold it to. */
describe('signed_webhook keeps the contract of a payment provider', () => {
  let bench: ContractBench;
  beforeAll(async () => {
    bench = await ContractBench.open(
      signedWebhookSettings,
      (config) => new SignedWebhookProvider(config),
    );
  });
  beforeEach(() => bench.reset());
  afterAll(() => bench.close());

  const judge = async (input: WebhookInput): Promise<WebhookVerdict> => {
    const verdict = await bench.provider().parseWebhook?.(input, { trustCachedKeyOnly: true });
    if (!verdict) throw new Error('it reads no notifications');
    return verdict;
  };
  async function notify(change: object = {}): Promise<Caught[]> {
    const answer = await fetch(`${bench.sandbox.url}/api/signed-webhook`, {
      method: 'POST',
      body: JSON.stringify({ ...ORDER, ...change }),
    });
    expect(answer.status).toBe(200);
    return bench.trap.caught;
  }
  const keysOf = async (caught: readonly Caught[]): Promise<Set<string>> => {
    const verdicts = await Promise.all(caught.map(judge));
    return new Set(verdicts.map((said) => ('event' in said ? said.event.dedupeKey : said.verdict)));
  };

  it('claims only what it can do', () => {
    const provider = bench.provider();
    expect(falseClaims(provider)).toEqual([]);
    expect([provider.code, provider.enabled]).toEqual(['signed_webhook', true]);
  });

  describe.each(['hex', 'standard'])('signed by %s', (scheme) => {
    it.each([
      ['payment.completed', 'paid'],
      ['payment.pending', 'pending'],
      ['payment.failed', 'failed'],
      ['payment.cancelled', 'cancelled'],
      ['payment.refunded', 'reversed'],
    ])('translates %s: %s', async (event_type, state) => {
      const [caught] = await notify({ scheme, event_type });
      expect(caught?.path).toBe('/orders/api/payment-webhook/');
      expect(await judge(caught ?? never())).toMatchObject({
        verdict: 'verified',
        event: {
          state,
          reference: '7',
          gatewayTransactionId: 'txn_1',
          amount: null,
          amountText: '1250.00',
        },
      });
    });

    it('states amount and currency exactly', async () => {
      const [caught] = await notify({ scheme, currency: 'USD' });
      const verdict = await judge(caught ?? never());
      const amount = 'event' in verdict ? verdict.event.amount : null;
      expect([amount?.toString(), amount?.currency.code]).toEqual(['1250.00', 'USD']);
    });

    it('knows repeats by one key, and another event by another', async () => {
      await bench.sandbox.fault({ webhook: 'duplicate', count: 1 }, 'signed_webhook');
      expect(await keysOf(await notify({ scheme }))).toHaveProperty('size', 1);
      expect(await keysOf(await notify({ scheme, payment_id: 'txn_2' }))).toHaveProperty('size', 2);
    });

    it('refuses a foreign signature and none', async () => {
      for (const webhook of ['bad_signature', 'unsigned']) {
        await bench.sandbox.fault({ webhook, count: 1 }, 'signed_webhook');
        await notify({ scheme });
      }
      const verdicts = await Promise.all(bench.trap.caught.map(judge));
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(['forged', 'forged']);
    });

    it('refuses one changed byte, and a body written anew', async () => {
      const [caught = never()] = await notify({ scheme });
      const { rawBody, headers } = caught;
      const bodies = [...rawBody.keys()].map((at) => {
        const changed = Buffer.from(rawBody);
        changed[at] = (changed[at] ?? 0) ^ 1;
        return changed;
      });
      bodies.push(Buffer.from(JSON.stringify(JSON.parse(rawBody.toString('utf8')))));
      const verdicts = await Promise.all(bodies.map((body) => judge({ rawBody: body, headers })));
      expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['forged']));
    });

    it('acknowledges an event of another kind and does no more', async () => {
      const [caught] = await notify({ scheme, event_type: 'invoice.created' });
      expect(await judge(caught ?? never())).toMatchObject({ verdict: 'irrelevant' });
    });
  });

  it('refuses a message of yesterday', async () => {
    const [caught = never()] = await notify({ scheme: 'standard' });
    const id = caught.headers['webhook-id'] ?? '';
    const t = Math.floor(Date.now() / 1000) - 86_400;
    const signed = createHmac('sha256', 'malipo-sandbox-signed-webhook')
      .update(`${id}.${t}.`)
      .update(caught.rawBody)
      .digest('base64');
    const headers = {
      ...caught.headers,
      'webhook-timestamp': String(t),
      'webhook-signature': `v1,${signed}`,
    };
    expect(await judge({ rawBody: caught.rawBody, headers })).toMatchObject({ verdict: 'forged' });
  });

  it('tells an older event from the final one', async () => {
    await bench.sandbox.fault({ webhook: 'out_of_order', count: 1 }, 'signed_webhook');
    const caught = await notify();
    const verdicts = await Promise.all(caught.map(judge));
    expect(verdicts.map((said) => ('event' in said ? said.event.state : said.verdict))).toEqual([
      'paid',
      'pending',
    ]);
    expect(await keysOf(caught)).toHaveProperty('size', 2);
  });
});

function never(): never {
  throw new Error('no notification came');
}
