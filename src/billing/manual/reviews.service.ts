import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  actorOf,
  DomainError,
  formatMinor,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { ManualTender, type Settled } from '../../payments/index.js';
import { Duplicates } from './duplicates.service.js';
import { ownPayment, possibleDuplicate } from './manual.errors.js';
import { assertWaiting, type LockedManual, ManualPayments } from './manual-payments.service.js';
import type { RejectionCode } from './manual.types.js';

export interface Approval {
  version: number;
  /** What arrived; what was claimed when null. */
  receivedAmount: string | number | null;
  confirmDuplicate: boolean;
  reason: string | null;
}

export interface Rejection {
  version: number;
  code: RejectionCode;
  reason: string;
}

/**
 * Decisions on manual payments. A reviewer names the version that they read and has no part in the
 * payment; only an approval moves money.
 */
@Injectable()
export class Reviews {
  constructor(
    private readonly duplicates: Duplicates,
    private readonly tender: ManualTender,
    private readonly manuals: ManualPayments,
  ) {}

  /**
   * What was received settles the invoice, also partly, and what exceeds the due is unallocated. The same
   * claim again changes nothing.
   * @throws DomainError 403 for who has a part in it; 409 for another version, a decided payment, or a
   * possible duplicate that nobody confirmed.
   */
  async approve(
    caller: Principal,
    id: ObjectId,
    wanted: Approval,
    claimId: string | null,
  ): Promise<void> {
    await this.manuals.act(caller, id, async (manager, locked) => {
      if (await this.isDone(manager, locked.payment.id, claimId)) return;
      await this.assertReviewer(manager, caller, locked);
      const { payment, manual } = locked;
      assertWaiting(payment, wanted.version, 'approved');
      const received =
        wanted.receivedAmount === null
          ? Money.ofMinor(payment.amount_minor, payment.currency)
          : Money.parse(wanted.receivedAmount, payment.currency, 'received_amount');
      const duplicates = await this.duplicates.of(manager, payment.id);
      if (duplicates.length > 0 && !wanted.confirmDuplicate) throw possibleDuplicate(duplicates);
      await this.manuals.decide(manager, {
        payment,
        decision: 'approved',
        caller,
        receivedMinor: received.minor,
        duplicateConfirmed: duplicates.length > 0,
        reason: wanted.reason,
        claimId,
      });
      await this.manuals.audit(manager, caller, payment.id, 'payment.approved', {
        version: payment.version,
        claimed_amount: formatMinor(manual.claimed_minor, manual.currency),
        received_amount: received.toString(),
        currency: payment.currency,
        ...(wanted.reason ? { reason: wanted.reason } : {}),
        ...(duplicates.length > 0 ? { confirmed_duplicates: duplicates } : {}),
      });
      const settled = await this.tender.approve(manager, payment, {
        receivedMinor: received.minor,
        // References of banks are unique nowhere: who pays, and twice, is seen to above.
        reference: null,
        actor: actorOf(caller),
      });
      assertSettled(settled);
    });
  }

  /** @throws DomainError as for `approve`, duplicates aside. */
  async reject(caller: Principal, id: ObjectId, wanted: Rejection): Promise<void> {
    await this.manuals.act(caller, id, async (manager, locked) => {
      await this.assertReviewer(manager, caller, locked);
      const { payment } = locked;
      assertWaiting(payment, wanted.version, 'rejected');
      await this.manuals.decide(manager, {
        payment,
        decision: 'rejected',
        caller,
        reasonCode: wanted.code,
        reason: wanted.reason,
      });
      await this.manuals.audit(manager, caller, payment.id, 'payment.rejected', {
        version: payment.version,
        reason_code: wanted.code,
        reason: wanted.reason,
      });
      const settled = await this.tender.reject(manager, payment, {
        code: wanted.code,
        reason: wanted.reason,
        actor: actorOf(caller),
      });
      assertSettled(settled);
    });
  }

  private async isDone(
    manager: EntityManager,
    paymentId: number,
    claimId: string | null,
  ): Promise<boolean> {
    if (!claimId) return false;
    const rows: unknown[] = await manager.query(
      `SELECT FROM manual_payment_reviews WHERE payment_id = $1 AND idempotency_claim_id = $2`,
      [paymentId, claimId],
    );
    return rows.length > 0;
  }

  private async assertReviewer(
    manager: EntityManager,
    caller: Principal,
    { payment, manual }: LockedManual,
  ): Promise<void> {
    const proved: unknown[] = await manager.query(
      'SELECT FROM manual_payment_proofs WHERE payment_id = $1 AND uploaded_by = $2 LIMIT 1',
      [payment.id, caller.userId],
    );
    const hasPart =
      manual.submitted_by === caller.userId ||
      payment.customer_id === caller.userId ||
      proved.length > 0;
    if (hasPart) throw ownPayment();
  }
}

/** Nothing is kept of a decision that the books could not follow. */
function assertSettled({ disposition, reason }: Settled): void {
  if (disposition === 'applied') return;
  throw new DomainError(
    'conflict',
    reason ?? disposition,
    'The decision contradicts what is recorded: read the payment again',
  );
}
