import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { change, claimAlone, Outbox, refuseCompany, together } from '../../database/index.js';
import type { ProviderCode, WebhookEvent } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { findNamedAttempts } from '../payment.repository.js';
import { RefundEvents } from '../refunds/refund-events.service.js';
import { SignedConfirmations } from '../tenders/signed-confirmations.service.js';
import { ATTEMPT_CHECK } from './attempt-opening.service.js';
import type { AppliedEvent } from './applied.event.js';
import { AttemptOutcome } from './attempt-outcome.service.js';

/** What notifications may do to payments: a verified one is evidence, an unsigned one at most a hint. */
@Injectable()
export class GatewayEvents {
  constructor(
    private readonly outcome: AttemptOutcome,
    private readonly outbox: Outbox,
    private readonly refundEvents: RefundEvents,
    private readonly confirmations: SignedConfirmations,
  ) {}

  /** Applies a verified event in the caller's transaction; amount and currency must be ours. */
  async apply(
    manager: EntityManager,
    provider: ProviderCode,
    event: WebhookEvent,
  ): Promise<AppliedEvent> {
    if (provider === 'signed_webhook') {
      refuseCompany(manager);
      return this.confirmations.apply(manager, event);
    }
    const attempt = await this.find(manager, provider, event.reference);
    if (!attempt) {
      return {
        disposition: 'parked',
        reason: 'unknown_reference',
        transactionId: null,
        paymentId: null,
        accountId: null,
      };
    }
    claimAlone(manager, `attempt ${attempt.id}`);
    const settled = event.refund
      ? await this.refundEvents.apply(manager, attempt, event.refund)
      : await this.outcome.reported(manager, attempt, event);
    if (settled.disposition === 'parked') {
      await this.outcome.flag(manager, attempt, settled.reason ?? 'parked', event.wireStatus);
    }
    return {
      disposition: settled.disposition,
      reason: settled.reason,
      transactionId: attempt.id,
      paymentId: attempt.payment_id,
      accountId: attempt.account_id,
    };
  }

  /**
   * Hastens the query of a known open attempt, at most once in 5 s, so that forged notifications
   * cannot make us hammer the gateway. False when there is no open attempt of that reference.
   */
  async hint(manager: EntityManager, provider: ProviderCode, reference: string): Promise<boolean> {
    const attempt = await this.find(manager, provider, reference);
    if (!attempt || !['initiated', 'pending', 'unknown'].includes(attempt.status)) return false;
    const hinted = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET hinted_at = now()
       WHERE id = $1 AND (hinted_at IS NULL OR hinted_at < now() - interval '5 seconds')
       RETURNING id`,
      [attempt.id],
    );
    if (hinted.length > 0) await this.outbox.hasten(manager, ATTEMPT_CHECK, String(attempt.id));
    return true;
  }

  /** By our reference, or by the token that the gateway gave for its notifications (Orange Money). */
  private find(
    manager: EntityManager,
    provider: ProviderCode,
    reference: string,
  ): Promise<AttemptRow | null> {
    return together(manager, findNamedAttempts, { provider, reference });
  }
}
