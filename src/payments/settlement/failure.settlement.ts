import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { isOpen } from '../attempt.state.js';
import type { AttemptRow } from '../payment.entity.js';
import { type Cause, transition } from '../payment.state.js';
import { Releases } from './releases.service.js';
import type { FailedFact, LockedRows, Settled } from './settlement.types.js';

const CAUSES = {
  failed: 'refusal',
  cancelled: 'cancellation',
  expired: 'expiry',
} as const satisfies Record<FailedFact['outcome'], Cause>;

/** An attempt ended without money. The payment follows only if it was waiting for this attempt. */
@Injectable()
export class FailureSettlement {
  constructor(
    private readonly audits: Audits,
    private readonly releases: Releases,
  ) {}

  async settle(
    manager: EntityManager,
    fact: FailedFact,
    { payment }: LockedRows,
    attempt: AttemptRow,
  ): Promise<Settled> {
    if (!isOpen(attempt.status)) {
      return {
        disposition: 'no_change',
        reason: `attempt_already_${attempt.status}`,
        paymentId: payment.id,
        paymentStatus: payment.status,
      };
    }
    await manager.query(
      `UPDATE payment_transactions SET status = $2, failure_code = $3, failure_reason = $4,
         wire_status = coalesce($5, wire_status), review_reason = $6, updated_at = now()
       WHERE id = $1`,
      [
        attempt.id,
        fact.outcome,
        fact.code,
        fact.reason,
        fact.wireStatus,
        fact.reviewReason ?? null,
      ],
    );
    const entry = { accountId: payment.account_id, actor: fact.actor, paymentId: payment.id };
    const entries = [
      {
        ...entry,
        action: `transaction.${fact.outcome}`,
        objectType: 'transaction',
        objectId: attempt.id,
        changes: {
          status: [attempt.status, fact.outcome],
          code: fact.code,
          reason: fact.reason,
        } as Record<string, unknown>,
      },
    ];
    const moves = waitsFor(payment, fact);
    if (moves) {
      await manager.query(
        `UPDATE payments SET status = $2, failure_code = $3, failure_reason = $4,
           processed_at = now(), version = version + 1, updated_at = now() WHERE id = $1`,
        [payment.id, fact.outcome, fact.code, fact.reason],
      );
      entries.push({
        ...entry,
        action: `payment.${fact.outcome}`,
        objectType: 'payment',
        objectId: payment.id,
        changes: { status: [payment.status, fact.outcome], code: fact.code, reason: fact.reason },
      });
    }
    await this.audits.append(manager, entries);
    // A page that another one replaces leaves what it was for in the hands of that one.
    if (moves && fact.code !== 'superseded') {
      await this.releases.afterEnd(manager, payment, { outcome: fact.outcome, actor: fact.actor });
    }
    return {
      disposition: 'applied',
      reason: null,
      paymentId: payment.id,
      paymentStatus: moves ? fact.outcome : payment.status,
    };
  }
}

/**
 * Only `processing` waits for an attempt, and `pending_approval` for a reviewer: an attempt that was never
 * sent leaves the payment as it was, and a payment completed by another attempt stays complete.
 */
function waitsFor(payment: LockedRows['payment'], fact: FailedFact): boolean {
  if (payment.status === 'processing') {
    return transition(payment.status, fact.outcome, CAUSES[fact.outcome]).allowed;
  }
  if (payment.status !== 'pending_approval') return false;
  const cause = fact.outcome === 'failed' ? 'rejection' : CAUSES[fact.outcome];
  return transition(payment.status, fact.outcome, cause).allowed;
}
