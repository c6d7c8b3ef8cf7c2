import type {
  PaymentProvider,
  WebhookEvent,
  WebhookInput,
  WebhookVerdict,
} from '../../src/providers/index.js';
import { type ProviderHarness, type Scene, start } from './contract.harness.js';

/** As the job reads it: the adapter may fetch its key. */
async function judge(provider: PaymentProvider, input: WebhookInput): Promise<WebhookVerdict> {
  if (!provider.parseWebhook) throw new Error(`${provider.code} reads no notifications`);
  return provider.parseWebhook(input, { trustCachedKeyOnly: false });
}

async function verified(provider: PaymentProvider, input: WebhookInput): Promise<WebhookEvent> {
  const result = await judge(provider, input);
  if (result.verdict !== 'verified') throw new Error(`not verified but ${result.verdict}`);
  return result.event;
}

export function describeWebhook(
  scene: Scene,
  webhook: NonNullable<ProviderHarness['webhook']>,
): void {
  const { name, harness, bench } = scene;

  /** Starts an attempt, lets the payer answer, and hands over the notifications that follow. */
  async function notified(answer: 'approve' | 'decline', fault = 'normal', count = 1) {
    await bench().sandbox.fault({ webhook: fault }, name);
    const provider = bench().provider();
    const attempt = await start(scene, provider);
    await bench().sandbox.answer(attempt.reference, answer);
    const inputs = await bench().trap.about(attempt.reference, count);
    const [input] = inputs;
    if (!input) throw new Error('no notification came');
    return { provider, attempt, input, inputs };
  }

  describe('parseWebhook', () => {
    it('answers a request at once, and a process that just started too', async () => {
      const { input } = await notified('approve');
      const fresh = bench().provider();
      const begun = performance.now();
      const result = await fresh.parseWebhook?.(input, { trustCachedKeyOnly: true });
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect(['verified', 'undecided']).toContain(result?.verdict);
      expect((await verified(fresh, input)).state).toBe('paid');
    });

    it('verifies and translates an approval', async () => {
      const { provider, attempt, input } = await notified('approve');
      const { amount, ...event } = await verified(provider, input);
      expect(amount?.equals(harness.order.amount)).toBe(true);
      expect(event).toMatchObject({ reference: attempt.reference, state: 'paid', failure: null });
      expect(event.dedupeKey).toMatch(/^verified:/);
    });

    it('verifies and translates a refusal', async () => {
      const { provider, input } = await notified('decline');
      expect(await verified(provider, input)).toMatchObject({
        state: 'failed',
        failure: { code: 'declined', message: expect.stringMatching(/\w/) as string },
      });
    });

    it('tells that the payer has no money', async () => {
      const provider = bench().provider();
      const phone = `${harness.order.phone?.slice(0, -4)}0002`;
      const { reference } = await start(scene, provider, { phone });
      const [input] = await bench().trap.about(reference);
      expect(input && (await verified(provider, input))).toMatchObject({
        state: 'failed',
        failure: { code: 'insufficient_funds' },
      });
    });

    it('states the amount that the gateway states, also a wrong one', async () => {
      await bench().sandbox.fault({ initiate: 'wrong_amount', count: 1 }, name);
      const provider = bench().provider();
      const { reference } = await start(scene, provider);
      await bench().sandbox.answer(reference, 'approve');
      const [input] = await bench().trap.about(reference);
      const event = input && (await verified(provider, input));
      expect(event?.amount).not.toBeNull();
      expect(event?.amount?.equals(harness.order.amount)).toBe(false);
    });

    it('knows repeats by one key', async () => {
      const { provider, inputs } = await notified('approve', 'duplicate', 3);
      const keys = await Promise.all(
        inputs.map(async (input) => (await verified(provider, input)).dedupeKey),
      );
      expect(new Set(keys).size).toBe(1);
    });

    it('tells an older event from the final one', async () => {
      const { provider, inputs } = await notified('approve', 'out_of_order', 2);
      const events = await Promise.all(inputs.map((input) => verified(provider, input)));
      expect(events.map(({ state }) => state)).toEqual(['paid', 'failed']);
      expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
    });

    it('reads a notification that outruns the answer to its order', async () => {
      await bench().sandbox.fault({ webhook: 'before_reply', count: 1 }, name);
      const provider = bench().provider();
      const { reference } = await start(scene, provider);
      const [input] = await bench().trap.about(reference);
      expect(input && (await verified(provider, input))).toMatchObject({
        reference,
        state: 'paid',
      });
    });

    if (webhook.rotateKey) {
      const rotateKey = webhook.rotateKey;
      it('follows the gateway to another key', async () => {
        const { provider, input } = await notified('approve');
        await verified(provider, input);
        await bench().control(rotateKey);
        const attempt = await start(scene, provider);
        await bench().sandbox.answer(attempt.reference, 'approve');
        const [later] = await bench().trap.about(attempt.reference);
        expect(later && (await verified(provider, later))).toMatchObject({ state: 'paid' });
        expect((await judge(provider, input)).verdict).toBe('forged');
      });
    }

    it('refuses a foreign signature', async () => {
      const { provider, input } = await notified('approve', 'bad_signature');
      expect((await judge(provider, input)).verdict).toBe('forged');
    });

    it.each(['unsigned', 'short'])('takes an %s one for no proof', async (fault) => {
      const { provider, input, attempt } = await notified('approve', fault);
      const result = await judge(provider, input);
      expect(result).toMatchObject({
        verdict: 'unsigned',
        event: { reference: attempt.reference },
      });
    });

    it.each(Object.entries(webhook.forgeries))('refuses %s', async (_case, forge) => {
      const { provider, input } = await notified('approve');
      const result = await judge(provider, { ...input, rawBody: forge(input.rawBody) });
      expect(result.verdict).toBe('forged');
    });

    it.each(Object.entries(webhook.harmless))('still verifies %s', async (_case, change) => {
      const { provider, input, attempt } = await notified('approve');
      const event = await verified(provider, { ...input, rawBody: change(input.rawBody) });
      expect(event).toMatchObject({ reference: attempt.reference, state: 'paid' });
    });

    it('lets no changed byte make it another event of another meaning', async () => {
      const { provider, input, attempt } = await notified('approve');
      const meanings = new Set<string>();
      for (let at = 0; at < input.rawBody.length; at += 1) {
        const rawBody = Buffer.from(input.rawBody);
        rawBody[at] = (rawBody[at] ?? 0) ^ 1;
        const result = await judge(provider, { ...input, rawBody });
        if (result.verdict === 'verified') {
          meanings.add(`${result.event.reference} ${result.event.wireStatus}`);
        }
      }
      const genuine = await verified(provider, input);
      expect([...meanings]).toEqual([`${attempt.reference} ${genuine.wireStatus}`]);
    });

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['text', Buffer.from('hello')],
      ['half a body', Buffer.from('{"utilityref":')],
      ['a list', Buffer.from('[]')],
      ['an empty object', Buffer.from('{}')],
      ['bytes', Buffer.from([0xff, 0x00, 0xfe])],
      ['nesting without end', Buffer.from('['.repeat(100_000))],
    ])('calls %s malformed', async (_case, rawBody) => {
      const result = await judge(bench().provider(), { rawBody, headers: {} });
      expect(result.verdict).toBe('malformed');
    });

    it.each(['settled', 'toString', 'successful'])('finds the word %j undecided', async (word) => {
      const { env, ...input } = webhook.saying(word);
      const event = await verified(bench().provider({ env }), input);
      expect(event).toMatchObject({ state: 'unknown', wireStatus: word, failure: null });
    });
  });
}
