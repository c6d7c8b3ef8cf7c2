import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, formatMinor, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { isPaid, ManualTender, type PaymentRow } from '../../payments/index.js';
import {
  notManual,
  notWaiting,
  ownReversal,
  refundUnderWay,
  reversalDecided,
  reversalNotFound,
  reversalOutdated,
  reversalPending,
  versionChanged,
} from './manual.errors.js';
import { ManualPayments } from './manual-payments.service.js';
import { REVERSAL_COLUMNS, REVERSAL_TABLES, type ReversalRow } from './manual.types.js';

type Queries = Pick<EntityManager, 'query'>;

/**
 * An approved transfer that the bank recalled is taken back by two people: one proposes, another confirms.
 * Only then the invoice is owed again and the credit is gone.
 */
@Injectable()
export class Reversals {
  constructor(
    private readonly transactions: Transactions,
    private readonly tender: ManualTender,
    private readonly manuals: ManualPayments,
  ) {}

  /**
   * Proposes to take back all that is left. The same claim again answers the proposal it made before.
   * @throws DomainError 409 when nothing is left, a refund or another proposal is under way.
   */
  propose(
    caller: Principal,
    id: ObjectId,
    { reason, version }: { reason: string; version?: number },
    claimId: string | null,
  ): Promise<ReversalRow> {
    return this.manuals.act(caller, id, async (manager, { payment }) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      if (typeof version === 'number' && version !== payment.version) {
        throw versionChanged(payment.version);
      }
      const amountMinor = leftOf(payment);
      if (amountMinor === 0n) throw notWaiting(payment.status, 'reversed');
      // A rejected transfer may have been paid through a gateway since: no bank can recall that.
      if (payment.provider !== 'manual') throw notManual();
      if (BigInt(payment.refunding_minor) > 0n) throw refundUnderWay();
      if (await this.open(manager, payment.id)) throw reversalPending();
      const [row]: { id: number }[] = await manager.query(
        `INSERT INTO manual_payment_reversals (payment_id, account_id, currency, amount_minor,
           reason, proposed_by, idempotency_claim_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
        [
          payment.id,
          payment.account_id,
          payment.currency,
          amountMinor.toString(),
          reason,
          caller.userId,
          claimId,
        ],
      );
      if (!row) throw new Error('the reversal was not inserted');
      const reversal = await this.read(manager, row.id);
      await this.audit(manager, caller, reversal, 'payment.reversal_proposed', reason);
      return reversal;
    });
  }

  /**
   * The same claim again changes nothing.
   * @throws DomainError 403 for whoever proposed it; 409 once it is decided or the payment's money moved.
   */
  confirm(caller: Principal, id: ObjectId, claimId: string | null): Promise<ReversalRow> {
    return this.transactions.run(async (manager) => {
      const { reversal, payment } = await this.lock(manager, caller, id);
      if (claimId && (await this.isDecidedBy(manager, reversal.id, claimId))) return reversal;
      if (reversal.proposed_by === caller.userId) throw ownReversal();
      if (reversal.status !== 'proposed') throw reversalDecided(reversal.status);
      if (BigInt(payment.refunding_minor) > 0n) throw refundUnderWay();
      if (leftOf(payment) !== BigInt(reversal.amount_minor)) throw reversalOutdated();
      await this.decide(manager, caller, reversal.id, 'confirmed', null, claimId);
      await this.audit(manager, caller, reversal, 'payment.reversal_confirmed', reversal.reason);
      await this.tender.reverse(manager, payment, {
        sourceId: `manual:${reversal.id}`,
        amountMinor: BigInt(reversal.amount_minor),
        reason: reversal.reason,
        actor: actorOf(caller),
      });
      return this.read(manager, reversal.id);
    });
  }

  /** Also by whoever proposed it. The payment stays as it is. */
  decline(caller: Principal, id: ObjectId, reason: string | null): Promise<ReversalRow> {
    return this.transactions.run(async (manager) => {
      const { reversal } = await this.lock(manager, caller, id);
      if (reversal.status === 'declined') return reversal;
      if (reversal.status !== 'proposed') throw reversalDecided(reversal.status);
      await this.decide(manager, caller, reversal.id, 'declined', reason, null);
      await this.audit(manager, caller, reversal, 'payment.reversal_declined', reason);
      return this.read(manager, reversal.id);
    });
  }

  /** Payable and payment first, as everywhere; then the reversal as it is by now. */
  private async lock(
    manager: EntityManager,
    caller: Principal,
    id: ObjectId,
  ): Promise<{ reversal: ReversalRow; payment: PaymentRow }> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: { id: number; payment_id: number }[] = await manager.query(
      `SELECT id, payment_id FROM manual_payment_reversals
       WHERE ${column} = $1 AND account_id = $2`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw reversalNotFound();
    const { payment } = await this.manuals.lock(manager, rows[0].payment_id);
    return { reversal: await this.read(manager, rows[0].id), payment };
  }

  private async read(manager: Queries, id: number): Promise<ReversalRow> {
    const rows: ReversalRow[] = await manager.query(
      `SELECT ${REVERSAL_COLUMNS} FROM ${REVERSAL_TABLES} WHERE r.id = $1`,
      [id],
    );
    if (!rows[0]) throw new Error(`reversal ${id} does not exist`);
    return rows[0];
  }

  private async open(manager: Queries, paymentId: number): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT FROM manual_payment_reversals WHERE payment_id = $1 AND status = 'proposed'`,
      [paymentId],
    );
    return rows.length > 0;
  }

  private async madeByClaim(manager: Queries, claimId: string | null): Promise<ReversalRow | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM manual_payment_reversals WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ? this.read(manager, rows[0].id) : null;
  }

  private async isDecidedBy(manager: Queries, id: number, claimId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      'SELECT FROM manual_payment_reversals WHERE id = $1 AND decision_claim_id = $2',
      [id, claimId],
    );
    return rows.length > 0;
  }

  private async decide(
    manager: EntityManager,
    caller: Principal,
    id: number,
    status: 'confirmed' | 'declined',
    reason: string | null,
    claimId: string | null,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE manual_payment_reversals SET status = $2, decided_by = $3, decided_at = now(),
         decision_reason = $4, decision_claim_id = $5 WHERE id = $1`,
      [id, status, caller.userId, reason, claimId],
    );
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    reversal: ReversalRow,
    action: string,
    reason: string | null,
  ): Promise<void> {
    return this.manuals.audit(manager, caller, reversal.payment_id, action, {
      reversal: reversal.id,
      amount: formatMinor(reversal.amount_minor, reversal.currency),
      currency: reversal.currency,
      ...(reason ? { reason } : {}),
    });
  }
}

/** Minor units that arrived and are still here: excess that was moved elsewhere is another matter. */
function leftOf(payment: PaymentRow): bigint {
  if (!isPaid(payment.status)) return 0n;
  return BigInt(payment.applied_minor) + BigInt(payment.excess_minor);
}
