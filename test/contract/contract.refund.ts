import {
  type AttemptView,
  type PaymentProvider,
  ProviderOutcomeUnknownError,
  ProviderUnavailableError,
  type RefundRequest,
  type RefundResult,
  type RefundStatus,
} from '../../src/providers/index.js';
import { Money } from '../../src/common/index.js';
import {
  HURRIED,
  REFUSALS,
  type RefundEnding,
  type RefundHarness,
  refundReference,
  type Scene,
  start,
  thrownBy,
} from './contract.harness.js';
import { answer, paying } from './contract.payer.js';
import { statusOf } from './contract.status.js';

type Accepted = Extract<RefundResult, { outcome: 'accepted' }>;

/** The steps that refund scenarios take. */
class RefundDesk {
  constructor(
    private readonly scene: Scene,
    private readonly harness: RefundHarness,
  ) {}

  /** An attempt that is paid, as a payments module knows it after its query. */
  async paid(provider: PaymentProvider): Promise<AttemptView> {
    const attempt = await start(this.scene, provider);
    await answer(this.scene, attempt.reference, paying(this.scene));
    const { state, gatewayTransactionId } = await statusOf(provider, attempt);
    if (state !== 'paid') throw new Error(`not paid but ${state}`);
    return {
      ...attempt,
      gatewayTransactionId: gatewayTransactionId ?? attempt.gatewayTransactionId,
    };
  }

  request(attempt: AttemptView, amount: Money = attempt.amount): RefundRequest {
    return {
      attempt,
      reference: refundReference(this.harness),
      amount,
      reason: 'The guest cancelled',
      phone: this.scene.harness.order.phone,
    };
  }

  async refund(provider: PaymentProvider, request: RefundRequest): Promise<RefundResult> {
    if (!provider.refund) throw new Error(`${provider.code} pays nothing back`);
    return provider.refund(request);
  }

  async accepted(provider: PaymentProvider, request: RefundRequest): Promise<Accepted> {
    const result = await this.refund(provider, request);
    if (result.outcome === 'accepted') return result;
    throw new Error(`declined: ${result.message}`);
  }

  async statusOf(
    provider: PaymentProvider,
    { attempt, reference, amount, phone }: RefundRequest,
    gatewayRefundId: string | null,
  ): Promise<RefundStatus> {
    if (!provider.fetchRefundStatus) throw new Error(`${provider.code} cannot be asked`);
    const view = { attempt, reference, amount, phone, gatewayRefundId };
    return provider.fetchRefundStatus(view);
  }
}

/** Two parts that make the whole, in whole major units where there are any to split. */
function parts({ minor, currency }: Money): [Money, Money] {
  const unit = 10n ** BigInt(currency.exponent);
  const first = (minor / unit / 3n) * unit || 1n;
  return [Money.ofMinor(first, currency.code), Money.ofMinor(minor - first, currency.code)];
}

export function describeRefund(scene: Scene, harness: RefundHarness): void {
  const { name, bench } = scene;
  const desk = new RefundDesk(scene, harness);
  const sent = async () =>
    (await bench().requests(name)).filter((request) => harness.isRefund(request));
  const readBody = (text: string): unknown =>
    harness.readBody ? harness.readBody(text) : JSON.parse(text || 'null');

  describe('refund', () => {
    it('of all of it is accepted, sent once as documented', async () => {
      const provider = bench().provider();
      const request = desk.request(await desk.paid(provider));
      const result = await desk.accepted(provider, request);
      expect(result).toMatchObject({ state: harness.accepted, failure: null });
      expect(result.amount?.equals(request.amount) ?? true).toBe(true);
      const [wire, ...more] = await sent();
      expect(more).toEqual([]);
      expect(wire?.headers).toMatchObject(harness.headers);
      expect(readBody(wire?.body ?? '')).toEqual(harness.body(request));
    });

    describeParts(scene, harness, desk, sent);

    it('of what is refunded already moves nothing more', async () => {
      const provider = bench().provider();
      const attempt = await desk.paid(provider);
      await desk.accepted(provider, desk.request(attempt));
      const again = await desk.refund(provider, desk.request(attempt));
      expect(again.outcome).toBe(harness.again ?? 'declined');
    });

    it.each(harness.declines ?? REFUSALS)('%s is a value: %s', async (refund, code) => {
      const provider = bench().provider();
      const attempt = await desk.paid(provider);
      await bench().sandbox.fault({ refund, count: 1 }, name);
      expect(await desk.refund(provider, desk.request(attempt))).toEqual({
        outcome: 'declined',
        code,
        message: expect.stringMatching(/\w/) as string,
      });
      expect((await statusOf(provider, attempt)).state).toBe('paid');
    });

    it.each(['error_500', 'malformed', 'timeout', 'timeout_after_accept'])(
      '%s leaves the outcome unknown, and nothing is sent again',
      async (refund) => {
        const provider = bench().provider({ env: HURRIED });
        const attempt = await desk.paid(provider);
        await bench().sandbox.fault({ refund, count: 1 }, name);
        const error = await thrownBy(() => desk.refund(provider, desk.request(attempt)));
        expect(error).toBeInstanceOf(ProviderOutcomeUnknownError);
        expect(await sent()).toHaveLength(1);
      },
    );

    it('rate_limited was surely not carried out, and is not repeated', async () => {
      const provider = bench().provider();
      const attempt = await desk.paid(provider);
      await bench().sandbox.fault({ refund: 'rate_limited', count: 1 }, name);
      const error = await thrownBy(() => desk.refund(provider, desk.request(attempt)));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      expect(await sent()).toHaveLength(1);
    });

    it('of a gateway that nobody reaches was surely not asked', async () => {
      const attempt = await desk.paid(bench().provider());
      const down = bench().provider({ env: { SANDBOX_PORT: '1' } });
      const error = await thrownBy(() => desk.refund(down, desk.request(attempt)));
      expect(error).toBeInstanceOf(ProviderUnavailableError);
    });

    it('repeated after a lost answer pays back once, where that is claimed safe', async () => {
      const provider = bench().provider();
      if (!provider.capabilities.repeatSafe.refund) return;
      const request = desk.request(await desk.paid(provider));
      await bench().sandbox.fault({ refund: 'timeout_after_accept', count: 1 }, name);
      await thrownBy(() => desk.refund(bench().provider({ env: HURRIED }), request));
      const first = await desk.accepted(provider, request);
      const second = await desk.accepted(provider, request);
      expect(second.gatewayRefundId).toBe(first.gatewayRefundId);
    });
  });

  describeRefundStatus(scene, harness, desk);
}

function describeParts(
  scene: Scene,
  harness: RefundHarness,
  desk: RefundDesk,
  sent: () => Promise<unknown[]>,
): void {
  const { bench } = scene;

  it('of parts adds up to the whole and no further', async () => {
    const provider = bench().provider();
    const attempt = await desk.paid(provider);
    const [some, rest] = parts(attempt.amount);
    if (provider.capabilities.refund !== 'partial') {
      await thrownBy(() => desk.refund(provider, desk.request(attempt, some)));
      expect(await sent()).toEqual([]);
      return;
    }
    const first = await desk.accepted(provider, desk.request(attempt, some));
    const tooMuch = await desk.refund(provider, desk.request(attempt, attempt.amount));
    expect(tooMuch).toMatchObject({ outcome: 'declined', message: expect.any(String) as string });
    const second = await desk.accepted(provider, desk.request(attempt, rest));
    expect(second.state).toBe(harness.accepted);
    if (first.gatewayRefundId !== null) {
      expect(second.gatewayRefundId).not.toBe(first.gatewayRefundId);
    }
  });
}

function describeRefundStatus(scene: Scene, harness: RefundHarness, desk: RefundDesk): void {
  const { name, bench } = scene;
  const { recovery, settle, events, saying } = harness;
  const endings: RefundEnding[] = harness.endings ?? ['completed'];

  /** A refund that the gateway accepted and, where it does so later, has finished. */
  async function finished(ending: RefundEnding) {
    const provider = bench().provider();
    const request = desk.request(await desk.paid(provider));
    const { gatewayRefundId } = await desk.accepted(provider, request);
    const { attempt, reference } = request;
    await settle?.(bench(), { attempt, reference, gatewayRefundId, ending });
    return { provider, request, gatewayRefundId };
  }

  describe('fetchRefundStatus', () => {
    if (recovery) {
      it(`finds by our reference alone what arrived: ${recovery.arrived}`, async () => {
        const provider = bench().provider();
        const request = desk.request(await desk.paid(provider));
        await bench().sandbox.fault({ refund: 'timeout_after_accept', count: 1 }, name);
        await thrownBy(() => desk.refund(bench().provider({ env: HURRIED }), request));
        expect((await desk.statusOf(provider, request, null)).state).toBe(recovery.arrived);
      });

      it(`calls what never arrived ${recovery.lost}, never failed`, async () => {
        const provider = bench().provider();
        const request = desk.request(await desk.paid(provider));
        await bench().sandbox.fault({ refund: 'timeout', count: 1 }, name);
        await thrownBy(() => desk.refund(bench().provider({ env: HURRIED }), request));
        expect((await desk.statusOf(provider, request, null)).state).toBe(recovery.lost);
      });
    }

    it.each(endings)('follows the gateway to %s', async (ending) => {
      const { provider, request, gatewayRefundId } = await finished(ending);
      if (!provider.fetchRefundStatus) return;
      const { state, failure } = await desk.statusOf(provider, request, gatewayRefundId);
      expect(state).toBe(ending);
      expect(failure !== null).toBe(ending === 'failed');
    });

    if (saying) {
      it.each(['settled', 'toString', ''])('the word %j is undecided', async (word) => {
        const { request, gatewayRefundId } = await finished('completed');
        const provider = bench().provider({
          rewrite: (call, given) =>
            call.operation === 'refund_status' ? saying(given, word) : given,
        });
        const { state } = await desk.statusOf(provider, request, gatewayRefundId);
        expect(state).toBe('unknown');
      });
    }

    if (events) {
      it.each(events.endings ?? endings)(
        'a notification tells %s, about this refund',
        async (ending) => {
          const { provider, request } = await finished(ending);
          const told = await refundEvents(scene, provider, request.attempt);
          const about = told.filter(({ verdict }) => verdict === events.verdict);
          const states = about.map(({ event }) => event?.refund?.state);
          expect(states).toContain(ending);
        },
      );
    }
  });
}

/** Waits for notifications about an attempt until one is about its refund; answers all so far. */
async function refundEvents({ harness, bench }: Scene, p: PaymentProvider, attempt: AttemptView) {
  const name = harness.webhook?.names?.(attempt) ?? attempt.reference;
  for (let count = 1; ; count += 1) {
    const inputs = await bench().trap.about(name, count);
    const told = await Promise.all(
      inputs.map(async (input) => {
        const result = await p.parseWebhook?.(input, { trustCachedKeyOnly: false });
        const event = result && 'event' in result ? result.event : null;
        return { verdict: result?.verdict, event };
      }),
    );
    if (told.some(({ event }) => event?.refund)) return told;
  }
}
