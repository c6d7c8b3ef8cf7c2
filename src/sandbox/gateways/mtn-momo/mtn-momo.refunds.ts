import { randomInt } from 'node:crypto';
import { wait } from '../../core/background.js';
import { RecentMap } from '../../core/recent.map.js';
import { tellRefund } from '../../core/refund.notes.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { Core } from '../../sandbox.core.js';
import { forcedByRefunded } from './mtn-momo.numbers.js';
import type { MtnPayments } from './mtn-momo.payments.js';
import { moneyOf } from './mtn-momo.reader.js';
import type { Payment, Refund, RefundBody, Status } from './mtn-momo.types.js';

/** Money on its way back, accepted first and decided later. */
export class MtnRefunds {
  readonly #byId = new RecentMap<Refund>();
  readonly #byPayment = new Map<Payment, Refund[]>();
  #count = 0;

  constructor(
    private readonly core: Core,
    private readonly payments: MtnPayments,
  ) {
    core.bus.subscribe(({ topic }) => {
      if (topic === 'clock') this.#endDue();
    });
  }

  find(id: string): Refund | null {
    return this.#byId.get(id.toLowerCase()) ?? null;
  }

  open(id: string, body: RefundBody, poor: boolean): Refund {
    const { refundDelayMs } = this.core.settings.timings;
    const forced = forcedByRefunded(body.referenceIdToRefund);
    const payment = this.payments.find(body.referenceIdToRefund);
    const reason = forced ? (forced.reason ?? null) : this.#refusal(payment, body, poor);
    const ends = reason === null && forced?.ends !== 'never';
    this.#count += 1;
    const refund: Refund = {
      id,
      number: this.#count,
      body,
      financialTransactionId: randomInt(100_000_000, 999_999_999),
      payee: payment?.body.payer ?? null,
      // How long one takes is not published; a person at the sandbox should see the end of it.
      dueAt: ends ? this.core.clock.now() + refundDelayMs : null,
      status: reason === null ? 'PENDING' : 'FAILED',
      reason,
    };
    this.#byId.set(id.toLowerCase(), refund);
    this.#tell(refund);
    if (payment) this.#byPayment.set(payment, [...this.#of(payment), refund]);
    if (ends) {
      this.core.background.run(async (signal) => {
        await wait(refundDelayMs, signal);
        if (refund.status === 'PENDING') this.#become(refund, 'SUCCESSFUL');
      });
    }
    return refund;
  }

  /** Ends one by its X-Reference-Id or externalId. @throws SandboxError 404, or 409 when it is over. */
  end(name: string, status: Exclude<Status, 'PENDING'>): Refund {
    const all = [...this.#byPayment.values()].flat();
    const refund = all.find(({ id, body }) => id === name || body.externalId === name);
    if (!refund) throw new SandboxError(404, `There is no refund ${name}`);
    if (refund.status !== 'PENDING') {
      throw new SandboxError(409, `Refund ${name} is ${refund.status} already`);
    }
    refund.reason = status === 'FAILED' ? 'INTERNAL_PROCESSING_ERROR' : null;
    this.#become(refund, status);
    return refund;
  }

  reset(): void {
    this.#byId.clear();
    this.#byPayment.clear();
  }

  /** Why it will fail; null where it will not. The codes for this are not published. */
  #refusal(payment: Payment | null, body: RefundBody, poor: boolean): string | null {
    if (poor) return 'NOT_ENOUGH_FUNDS';
    if (!payment || this.payments.standing(payment).status !== 'SUCCESSFUL') return 'NOT_ALLOWED';
    if (payment.body.currency !== body.currency) return 'INVALID_CURRENCY';
    const minor = (of: { amount: string; currency: string }): bigint => moneyOf(of)?.minor ?? 0n;
    const gone = this.#of(payment)
      .filter(({ status }) => status !== 'FAILED')
      .reduce((sum, refund) => sum + minor(refund.body), 0n);
    return gone + minor(body) > minor(payment.body) ? 'NOT_ALLOWED' : null;
  }

  #become(refund: Refund, status: Status): void {
    refund.status = status;
    this.#tell(refund);
  }

  #tell({ id, body, status }: Refund): void {
    const ended = status === 'SUCCESSFUL' ? 'completed' : 'failed';
    const payment = this.payments.find(body.referenceIdToRefund);
    tellRefund(this.core.bus, {
      id,
      provider: 'mtn_momo',
      reference: body.externalId,
      payment_reference: payment?.body.externalId ?? null,
      amount: moneyOf(body)?.toString() ?? body.amount,
      currency: body.currency,
      status: status === 'PENDING' ? 'pending' : ended,
    });
  }

  #of(payment: Payment): Refund[] {
    return this.#byPayment.get(payment) ?? [];
  }

  #endDue(): void {
    const now = this.core.clock.now();
    for (const refund of [...this.#byPayment.values()].flat()) {
      const due = refund.dueAt !== null && refund.dueAt <= now;
      if (due && refund.status === 'PENDING') this.#become(refund, 'SUCCESSFUL');
    }
  }
}
