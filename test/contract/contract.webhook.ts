import type {
  AttemptView,
  PaymentProvider,
  WebhookEvent,
  WebhookInput,
  WebhookVerdict,
} from '../../src/providers/index.js';
import {
  type Order,
  type Outcome,
  type Scene,
  start,
  type WebhookHarness,
} from './contract.harness.js';
import { answer, paying, type PayerAct } from './contract.payer.js';

const PROMPT_OUTCOMES: Outcome[] = [
  ['approve', 'paid'],
  ['decline', 'failed', 'declined'],
];
const UNPROVEN: [string, WebhookVerdict['verdict']][] = [
  ['unsigned', 'unsigned'],
  ['short', 'unsigned'],
];
const STRANGE_WORDS = ['settled', 'toString', 'successful'];
const NO_MONEY: readonly string[] = ['failed', 'cancelled', 'expired'];

/** As the job reads it: the adapter may fetch its key. */
export async function judge(
  provider: PaymentProvider,
  input: WebhookInput,
): Promise<WebhookVerdict> {
  if (!provider.parseWebhook) throw new Error(`${provider.code} reads no notifications`);
  return provider.parseWebhook(input, { trustCachedKeyOnly: false });
}

/** Notifications of one gateway: how they come about, and what the adapter makes of them. */
class WebhookDesk {
  constructor(
    private readonly scene: Scene,
    private readonly webhook: WebhookHarness,
  ) {}

  /** The text by which a notification names the attempt. */
  nameOf(attempt: AttemptView): string {
    return this.webhook.names?.(attempt) ?? attempt.reference;
  }

  /** Starts an attempt, lets the payer answer, and hands over the notifications that follow. */
  async notified(act: PayerAct, fault = 'normal', count = 1) {
    const { name, bench } = this.scene;
    await bench().sandbox.fault({ webhook: fault }, name);
    const provider = bench().provider();
    const attempt = await start(this.scene, provider);
    await answer(this.scene, attempt.reference, act);
    const inputs = await bench().trap.about(this.nameOf(attempt), count);
    const [input] = inputs;
    if (!input) throw new Error('no notification came');
    return { provider, attempt, input, inputs };
  }

  async paid(fault = 'normal', count = 1) {
    return this.notified(paying(this.scene), fault, count);
  }

  /** The event of a notification that is as well proven as this gateway's can be. */
  async event(provider: PaymentProvider, input: WebhookInput): Promise<WebhookEvent> {
    const result = await judge(provider, input);
    const wanted = this.webhook.kind === 'unsigned' ? 'unsigned' : 'verified';
    if (result.verdict !== wanted) throw new Error(`not ${wanted} but ${result.verdict}`);
    return result.event;
  }
}

export function describeWebhook(scene: Scene, webhook: WebhookHarness): void {
  const { harness, bench } = scene;
  const desk = new WebhookDesk(scene, webhook);
  const proven = webhook.kind === 'unsigned' ? 'unsigned' : 'verified';

  describe('parseWebhook', () => {
    it('answers a request at once, and a process that just started too', async () => {
      const { input } = await desk.paid();
      const fresh = bench().provider();
      const begun = performance.now();
      const result = await fresh.parseWebhook?.(input, { trustCachedKeyOnly: true });
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect([proven, 'undecided']).toContain(result?.verdict);
      expect((await desk.event(fresh, input)).state).toBe('paid');
    });

    // Not it.each: a missing code would make Jest pass its own callback in that place.
    for (const [act, state, code] of webhook.outcomes ?? PROMPT_OUTCOMES) {
      it(`translates what follows ${act}: ${state}`, async () => {
        const { provider, attempt, input } = await desk.notified(act);
        const { amount, ...event } = await desk.event(provider, input);
        expect(amount?.equals(harness.order.amount) ?? webhook.statesAmount === false).toBe(true);
        expect(event).toMatchObject({ reference: desk.nameOf(attempt), state });
        expect(event.dedupeKey).toMatch(new RegExp(`^${proven}:`));
        expect(event.failure !== null).toBe(NO_MONEY.includes(state));
        if (code === undefined) return;
        expect(event.failure).toMatchObject({
          code,
          message: expect.stringMatching(/\w/) as string,
        });
      });
    }

    it('knows repeats by one key', async () => {
      const { provider, inputs } = await desk.paid('duplicate', 3);
      const events = await Promise.all(inputs.map((input) => desk.event(provider, input)));
      expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
    });

    it('tells an older event from the final one', async () => {
      const { provider, inputs } = await desk.paid('out_of_order', 2);
      const events = await Promise.all(inputs.map((input) => desk.event(provider, input)));
      const states = events.map(({ state }) => state);
      expect(states).toEqual(webhook.outOfOrder ?? ['paid', 'failed']);
      expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
    });

    describeOddities(scene, webhook, desk);
    describeProof(scene, webhook, desk);

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['text', Buffer.from('hello')],
      ['half a body', Buffer.from('{"utilityref":')],
      ['a list', Buffer.from('[]')],
      ['an empty object', Buffer.from('{}')],
      ['bytes', Buffer.from([0xff, 0x00, 0xfe])],
      ['nesting without end', Buffer.from('['.repeat(100_000))],
    ])('keeps nothing of %s', async (_case, rawBody) => {
      const { verdict } = await judge(bench().provider(), { rawBody, headers: {} });
      // Where the body as a whole is signed, nobody need read one that is not.
      expect(webhook.coversBody ? ['malformed', 'forged'] : ['malformed']).toContain(verdict);
    });
  });
}

/** What a gateway may send besides a plain outcome. */
function describeOddities(scene: Scene, webhook: WebhookHarness, desk: WebhookDesk): void {
  const { name, harness, bench } = scene;
  const { saying, irrelevant } = webhook;
  const poor = poorOrder(scene, webhook);

  if (poor) {
    it('tells that the payer has no money', async () => {
      const provider = bench().provider();
      const attempt = await start(scene, provider, poor);
      const [input] = await bench().trap.about(desk.nameOf(attempt));
      expect(input && (await desk.event(provider, input))).toMatchObject({
        state: 'failed',
        failure: { code: 'insufficient_funds' },
      });
    });
  }

  if (webhook.statesAmount !== false) {
    it('states the amount that the gateway states, also a wrong one', async () => {
      await bench().sandbox.fault({ initiate: 'wrong_amount', count: 1 }, name);
      const provider = bench().provider();
      const attempt = await start(scene, provider);
      await answer(scene, attempt.reference, paying(scene));
      const [input] = await bench().trap.about(desk.nameOf(attempt));
      const event = input && (await desk.event(provider, input));
      expect(event?.amount).not.toBeNull();
      expect(event?.amount?.equals(harness.order.amount)).toBe(false);
    });
  }

  it('reads a notification that outruns the answer to its order', async () => {
    await bench().sandbox.fault({ webhook: 'before_reply', count: 1 }, name);
    const provider = bench().provider();
    const attempt = await start(scene, provider);
    const [input] = await bench().trap.about(desk.nameOf(attempt));
    expect(input && (await desk.event(provider, input))).toMatchObject({
      reference: desk.nameOf(attempt),
      state: 'paid',
    });
  });

  if (saying) {
    const words = webhook.strangeWords ?? STRANGE_WORDS;
    it.each(words)('finds the word %j undecided', async (word) => {
      const { env, ...input } = saying(word);
      const event = await desk.event(bench().provider({ env }), input);
      expect(event).toMatchObject({ state: 'unknown', wireStatus: word, failure: null });
    });
  }

  for (const [what, genuine] of Object.entries(irrelevant ?? {})) {
    it(`acknowledges ${what} and does no more`, async () => {
      const { env, ...input } = genuine();
      expect((await judge(bench().provider({ env }), input)).verdict).toBe('irrelevant');
    });
  }
}

/** An order whose payer has no money: by the last digits of the number, where the gateway knows none better. */
function poorOrder({ harness }: Scene, { poor }: WebhookHarness): Partial<Order> | null {
  if (poor !== undefined) return poor;
  if (harness.flow === 'redirect') return null;
  return { phone: `${harness.order.phone?.slice(0, -4)}0002` };
}

/** What proves a notification, and what does not. */
function describeProof(scene: Scene, webhook: WebhookHarness, desk: WebhookDesk): void {
  const { bench } = scene;
  if (webhook.rotateKey) {
    const rotateKey = webhook.rotateKey;
    it('follows the gateway to another key', async () => {
      const { provider, input } = await desk.paid();
      await desk.event(provider, input);
      await bench().control(rotateKey);
      const attempt = await start(scene, provider);
      await answer(scene, attempt.reference, paying(scene));
      const [later] = await bench().trap.about(desk.nameOf(attempt));
      expect(later && (await desk.event(provider, later))).toMatchObject({ state: 'paid' });
      expect((await judge(provider, input)).verdict).toBe('forged');
    });
  }
  if (webhook.kind === 'unsigned') return;

  it('refuses a foreign signature', async () => {
    const { provider, input } = await desk.paid('bad_signature');
    expect((await judge(provider, input)).verdict).toBe('forged');
  });

  for (const [fault, verdict] of webhook.unproven ?? UNPROVEN) {
    it(`calls an ${fault} one ${verdict}`, async () => {
      const { provider, input, attempt } = await desk.paid(fault);
      const result = await judge(provider, input);
      expect(result.verdict).toBe(verdict);
      if (!('event' in result)) return;
      expect(result.event).toMatchObject({ reference: desk.nameOf(attempt) });
    });
  }

  for (const [what, forge] of Object.entries(webhook.forgeries ?? {})) {
    it(`refuses ${what}`, async () => {
      const { provider, input } = await desk.paid();
      const result = await judge(provider, { ...input, rawBody: forge(input.rawBody) });
      expect(result.verdict).toBe('forged');
    });
  }

  for (const [what, change] of Object.entries(webhook.harmless ?? {})) {
    it(`still verifies ${what}`, async () => {
      const { provider, input, attempt } = await desk.paid();
      const event = await desk.event(provider, { ...input, rawBody: change(input.rawBody) });
      expect(event).toMatchObject({ reference: desk.nameOf(attempt), state: 'paid' });
    });
  }

  for (const [what, { change, verdict }] of Object.entries(webhook.altered ?? {})) {
    it(`calls ${what} ${verdict}`, async () => {
      const { provider, input } = await desk.paid();
      expect((await judge(provider, input)).verdict).toBe('verified');
      expect((await judge(provider, change(input))).verdict).toBe(verdict);
    });
  }

  it('lets no changed byte make it another event of another meaning', async () => {
    const { provider, input, attempt } = await desk.paid();
    const meanings = new Set<string>();
    for (let at = 0; at < input.rawBody.length; at += 1) {
      const rawBody = Buffer.from(input.rawBody);
      rawBody[at] = (rawBody[at] ?? 0) ^ 1;
      const result = await judge(provider, { ...input, rawBody });
      if (result.verdict === 'verified') {
        meanings.add(`${result.event.reference} ${result.event.wireStatus}`);
      }
    }
    const { wireStatus } = await desk.event(provider, input);
    const genuine = `${desk.nameOf(attempt)} ${wireStatus}`;
    expect([...meanings]).toEqual(webhook.coversBody ? [] : [genuine]);
  });
}
