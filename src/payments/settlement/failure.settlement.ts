import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { isOpen } from '../attempt.state.js';
import type { AttemptRow } from '../payment.entity.js';
import { type Cause, transition } from '../payment.state.js';
import type { FailedFact, LockedRows, Settled } from './settlement.types.js';

const CAUSES = {
  failed: 'refusal',
  cancelled: 'cancellation',
  expired: 'expiry',
} as const satisfies Record<FailedFact['outcome'], Cause>;

/** An attempt ended without money. The payment follows only if it was waiting for this attempt. */
@Injectable()
export class FailureSettlement {
  constructor(private readonly audits: Audits) {}

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
    // Only `processing` waits for an attempt: one that was never sent leaves the payment as it was,
    // and a payment completed by another attempt stays complete.
    const moves =
      payment.status === 'processing' &&
      transition(payment.status, fact.outcome, CAUSES[fact.outcome]).allowed;
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
    return {
      disposition: 'applied',
      reason: null,
      paymentId: payment.id,
      paymentStatus: moves ? fact.outcome : payment.status,
    };
  }
}
