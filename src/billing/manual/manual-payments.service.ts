import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type ObjectId, type Principal } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import {
  type LockedRows,
  mayPay,
  type Payable,
  Payables,
  PaymentReader,
  type PaymentRow,
  Settlement,
} from '../../payments/index.js';
import { invoiceNotFound, notManual, notWaiting, versionChanged } from './manual.errors.js';
import {
  type Decision,
  MANUAL_COLUMNS,
  type ManualPaymentRow,
  type RejectionCode,
} from './manual.types.js';

type Queries = Pick<EntityManager, 'query'>;

export interface LockedManual extends LockedRows {
  manual: ManualPaymentRow;
}

export interface Review {
  payment: PaymentRow;
  decision: Decision;
  caller: Principal;
  receivedMinor?: bigint;
  duplicateConfirmed?: boolean;
  reasonCode?: RejectionCode;
  reason: string | null;
  claimId?: string | null;
}

/** Manual payments under lock, and the words that every act on them leaves in the trail. */
@Injectable()
export class ManualPayments {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: PaymentReader,
    private readonly payables: Payables,
    private readonly settlement: Settlement,
    private readonly audits: Audits,
  ) {}

  /**
   * Does `work` in a transaction on a payment that the caller may see, payable and payment locked.
   * @throws DomainError 404 for what is not the caller's to see, 409 `not_manual`
   */
  async act<T>(
    caller: Principal,
    id: ObjectId,
    work: (manager: EntityManager, locked: LockedManual) => Promise<T>,
  ): Promise<T> {
    const seen = await this.reader.payment(caller, id);
    return this.transactions.run(async (manager) =>
      work(manager, await this.lock(manager, seen.id)),
    );
  }

  /** @throws DomainError as for `act` */
  async read(caller: Principal, id: ObjectId, manager: Queries): Promise<ManualPaymentRow> {
    const seen = await this.reader.payment(caller, id);
    const manual = await this.find(manager, seen.id);
    if (!manual) throw notManual();
    return manual;
  }

  /** @throws DomainError `invoice_not_found`, also for one that the caller may not pay. */
  async lockInvoice(manager: EntityManager, caller: Principal, id: ObjectId): Promise<Payable> {
    const payable = await this.payables.get('invoice').lock(manager, id);
    if (!payable || !mayPay(caller, payable)) throw invoiceNotFound();
    return payable;
  }

  /**
   * Locks payable and payment.
   * @throws DomainError `not_manual` for a payment that nobody reviews
   */
  async lock(manager: EntityManager, paymentId: number): Promise<LockedManual> {
    const rows = await this.settlement.lockRows(manager, paymentId);
    const manual = await this.find(manager, paymentId);
    if (!manual) throw notManual();
    return { ...rows, manual };
  }

  async find(manager: Queries, paymentId: number): Promise<ManualPaymentRow | null> {
    const rows: ManualPaymentRow[] = await manager.query(
      `SELECT ${MANUAL_COLUMNS} FROM manual_payments m WHERE m.payment_id = $1`,
      [paymentId],
    );
    return rows[0] ?? null;
  }

  /** Minor units that other payments of the payable have under way, which may not be claimed again. */
  async underWay(
    manager: Queries,
    payable: Payable,
    besidesPaymentId: number | null,
  ): Promise<bigint> {
    const [row]: { minor: string }[] = await manager.query(
      `SELECT coalesce(sum(t.amount_minor), 0) AS minor FROM payment_transactions t
       JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = $1 AND p.payable_id = $2 AND p.id IS DISTINCT FROM $3
         AND p.status IN ('pending', 'pending_approval', 'processing', 'failed', 'expired')
         AND t.status IN ('initiated', 'pending', 'unknown')`,
      [payable.kind, payable.id, besidesPaymentId],
    );
    return BigInt(row?.minor ?? 0);
  }

  /** The one decision on a payment. A second one, or one by somebody with a part in it, is refused. */
  async decide(manager: EntityManager, review: Review): Promise<void> {
    await manager.query(
      `INSERT INTO manual_payment_reviews (payment_id, decision, actor_id, version, received_minor,
         duplicate_confirmed, reason_code, reason, idempotency_claim_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        review.payment.id,
        review.decision,
        review.caller.userId,
        review.payment.version,
        review.receivedMinor?.toString() ?? null,
        review.duplicateConfirmed ?? false,
        review.reasonCode ?? null,
        review.reason,
        review.claimId ?? null,
      ],
    );
  }

  async audit(
    manager: EntityManager,
    caller: Principal,
    paymentId: number,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action,
        objectType: 'payment',
        objectId: paymentId,
        paymentId,
        changes,
      },
    ]);
  }
}

/** @throws DomainError 409: the version named is compared before the state. */
export function assertWaiting(
  payment: PaymentRow,
  version: number | null | undefined,
  act: string,
): void {
  if (typeof version === 'number' && version !== payment.version)
    throw versionChanged(payment.version);
  if (payment.status !== 'pending_approval') throw notWaiting(payment.status, act);
}
