import { randomToken } from '../../../common/index.js';
import { wait } from '../../core/background.js';
import { RecentMap } from '../../core/recent.map.js';
import { tellRefund } from '../../core/refund.notes.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { Core } from '../../sandbox.core.js';
import type { StripeEvents } from './stripe.events.js';
import { chargeObject, refundObject } from './stripe.objects.js';
import { problem, type StripeProblem } from './stripe.reader.js';
import { majorOf, type StripeSessions } from './stripe.sessions.js';
import type { Credentials, Refund, RefundOrder, Session } from './stripe.types.js';

/** Money on its way back. It succeeds at once unless the card says otherwise, and may turn failed later. */
export class StripeRefunds {
  readonly #byId = new RecentMap<Refund>();
  readonly #bySession = new Map<Session, Refund[]>();

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly sessions: StripeSessions,
    private readonly events: StripeEvents,
  ) {}

  open(order: RefundOrder, idempotencyKey: string | null): Refund | StripeProblem {
    const session = this.sessions.findByIntent(order.intent);
    if (!session) {
      const message = `No such payment_intent: '${order.intent}'`;
      return problem(message, 'payment_intent', 'resource_missing');
    }
    const left = session.order.amount - this.#refundedOf(session);
    if (left === 0n) {
      return problem('Charge has already been refunded.', undefined, 'charge_already_refunded');
    }
    const amount = order.amount ?? left;
    if (amount > left) {
      return problem(
        `Refund amount (${amount}) is greater than unrefunded amount on charge`,
        'amount',
      );
    }
    const { reason, metadata } = order;
    const created = this.core.clock.now();
    const id = `re_${randomToken(12)}`;
    const status = session.refunds === 'pends' ? 'pending' : 'succeeded';
    const refund: Refund = { id, session, amount, reason, metadata, created, status };
    this.#byId.set(id, refund);
    this.#bySession.set(session, [...this.of(session), refund]);
    this.#tell(refund, ['refund.created', 'refund.updated'], idempotencyKey);
    this.#endByCard(refund);
    return refund;
  }

  find(id: string): Refund | null {
    return this.#byId.get(id) ?? null;
  }

  /** Newest first. */
  of(session: Session | null): Refund[] {
    return session ? (this.#bySession.get(session) ?? []).toReversed() : [];
  }

  /** The payer's bank sends it back. @throws SandboxError 404, or 409 when it failed already. */
  fail(id: string): Refund {
    const refund = this.#byId.get(id);
    if (!refund) throw new SandboxError(404, `There is no refund ${id}`);
    if (refund.status === 'failed') throw new SandboxError(409, `Refund ${id} failed already`);
    refund.status = 'failed';
    this.#tell(refund, ['refund.failed', 'refund.updated'], null);
    return refund;
  }

  /** @throws SandboxError 404, or 409 when it is not pending. */
  succeed(id: string): Refund {
    const refund = this.#byId.get(id);
    if (!refund) throw new SandboxError(404, `There is no refund ${id}`);
    if (refund.status !== 'pending')
      throw new SandboxError(409, `Refund ${id} is ${refund.status}`);
    refund.status = 'succeeded';
    this.#tell(refund, ['refund.updated'], null);
    return refund;
  }

  /** Some cards change their mind after a while. */
  #endByCard(refund: Refund): void {
    const { refunds } = refund.session;
    if (refunds === 'succeeds') return;
    const { background, settings } = this.core;
    background.run(async (signal) => {
      await wait(settings.timings.lateDelayMs, signal);
      // A person may have been faster.
      if (refunds === 'fails_later' && refund.status === 'succeeded') this.fail(refund.id);
      if (refunds === 'pends' && refund.status === 'pending') this.succeed(refund.id);
    });
  }

  reset(): void {
    this.#byId.clear();
    this.#bySession.clear();
  }

  #refundedOf(session: Session): bigint {
    return this.of(session)
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** One step of a refund, told by several events; the charge's own only when money went. */
  #tell(refund: Refund, types: readonly string[], idempotencyKey: string | null): void {
    this.#note(refund);
    const fault = this.events.nextFault();
    for (const type of types) {
      this.events.tellLater({ type, object: refundObject(refund), idempotencyKey }, fault);
    }
    if (refund.status !== 'succeeded') return;
    const object = chargeObject(refund.session, this.#refundedOf(refund.session), this.credentials);
    this.events.tellLater({ type: 'charge.refunded', object, idempotencyKey }, fault);
  }

  /** For whoever compares books. */
  #note({ id, session, amount, status }: Refund): void {
    const { currency, clientReference } = session.order;
    tellRefund(this.core.bus, {
      id,
      provider: 'stripe',
      reference: null,
      payment_reference: clientReference,
      amount: majorOf({ amount, currency }),
      currency: currency.toUpperCase(),
      status: status === 'succeeded' ? 'completed' : status,
    });
  }
}
