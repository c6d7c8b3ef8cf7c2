import { Money } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import { RecentMap } from '../../core/recent.map.js';
import { tellRefund } from '../../core/refund.notes.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { Core } from '../../sandbox.core.js';
import type { ChapaNotifier } from './chapa.notifier.js';
import { newReference } from './chapa.payments.js';
import type { RefundOrder } from './chapa.reader.js';
import type { Payment, Refund, RefundState } from './chapa.types.js';

/** Money on its way back. */
export class ChapaRefunds {
  readonly #byRefId = new RecentMap<Refund>();
  readonly #byReference = new RecentMap<Refund>();
  readonly #byPayment = new Map<Payment, Refund[]>();
  #count = 0;

  constructor(
    private readonly core: Core,
    private readonly notifier: ChapaNotifier,
  ) {
    core.bus.subscribe(({ topic }) => {
      if (topic === 'clock') this.#endDue();
    });
  }

  /** A refund, or why there is none, in Chapa's manner. */
  open(payment: Payment, asked: RefundOrder, wrongAmount: boolean): Refund | string {
    const { clock, background, settings } = this.core;
    if (payment.status !== 'success') return 'Only a successful transaction can be refunded';
    const left = this.#leftOf(payment);
    const amountMinor = asked.amountMinor ?? left;
    if (amountMinor > left || left === 0n) return 'The refund amount exceeds what is left of it';
    if (asked.reference !== null && this.#byReference.get(asked.reference)) {
      return 'The reference number has been used before';
    }
    this.#count += 1;
    const refund: Refund = {
      refId: newReference('RF'),
      id: 1_000 + this.#count,
      payment,
      amountMinor,
      reason: asked.reason,
      reference: asked.reference,
      createdAt: clock.now(),
      // One to three business days, says Chapa; a person at the sandbox should see the end of it.
      dueAt: clock.now() + settings.timings.refundDelayMs,
      state: 'processing',
      wrongAmount,
    };
    this.#byRefId.set(refund.refId, refund);
    if (refund.reference !== null) this.#byReference.set(refund.reference, refund);
    this.#byPayment.set(payment, [...this.#of(payment), refund]);
    this.#tell(refund);
    background.run(async (signal) => {
      await wait(settings.timings.refundDelayMs, signal);
      if (refund.state === 'processing') this.end(refund, 'refunded');
    });
    return refund;
  }

  find(refId: string): Refund | null {
    return this.#byRefId.get(refId) ?? null;
  }

  /** Ends one by Chapa's name of it or the merchant's. @throws SandboxError 404, or 409 when it is over. */
  endNamed(name: string, state: Exclude<RefundState, 'processing'>): Refund {
    const refund = this.#byRefId.get(name) ?? this.#byReference.get(name);
    if (!refund) throw new SandboxError(404, `There is no refund ${name}`);
    // What was paid back may still come back from the payer's bank.
    const late = refund.state === 'refunded' && state === 'reversed';
    if (refund.state !== 'processing' && !late) {
      throw new SandboxError(409, `Refund ${name} is ${refund.state} already`);
    }
    this.end(refund, state);
    return refund;
  }

  end(refund: Refund, state: Exclude<RefundState, 'processing'>): void {
    const { payment } = refund;
    refund.state = state;
    this.#tell(refund);
    const back = this.#of(payment)
      .filter((one) => one.state === 'refunded')
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    payment.status = back === payment.order.amountMinor ? 'refunded' : 'success';
    // Nothing says that a refund's own failure is notified; its status tells.
    if (state === 'refunded') this.notifier.tellLater(payment, 'charge.refunded');
  }

  reset(): void {
    this.#byRefId.clear();
    this.#byReference.clear();
    this.#byPayment.clear();
  }

  #endDue(): void {
    const now = this.core.clock.now();
    const open = [...this.#byPayment.values()].flat().filter(({ state }) => state === 'processing');
    for (const refund of open) if (refund.dueAt <= now) this.end(refund, 'refunded');
  }

  #tell({ refId, reference, payment, amountMinor, state }: Refund): void {
    const ended = state === 'refunded' ? 'completed' : 'failed';
    const { currency, txRef } = payment.order;
    tellRefund(this.core.bus, {
      id: refId,
      provider: 'chapa',
      reference,
      payment_reference: txRef,
      amount: Money.ofMinor(amountMinor, currency).toString(),
      currency,
      status: state === 'processing' ? 'pending' : ended,
    });
  }

  #of(payment: Payment): Refund[] {
    return this.#byPayment.get(payment) ?? [];
  }

  #leftOf(payment: Payment): bigint {
    const gone = this.#of(payment)
      .filter(({ state }) => state !== 'reversed')
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    return payment.order.amountMinor - gone;
  }
}
