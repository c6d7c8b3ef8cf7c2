import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AttemptRow, PaymentRow } from './payment.entity.js';

/** The columns a payment is read and shown by: one row, no join. */
export const PAYMENT_COLUMNS = `p.id, p.uuid, p.account_id, p.payable_kind, p.payable_id,
  p.payable_uuid, p.payable_reference, p.customer_id, p.owner_id, p.created_by, p.currency, p.amount_minor,
  p.applied_minor, p.excess_minor, p.refunded_minor, p.refunding_minor, p.moved_minor, p.payer_name, p.payer_email, p.payment_method, p.mobile_money_provider,
  p.provider, p.status, p.transaction_ref, p.failure_code, p.failure_reason, p.notes, p.version,
  p.idempotency_claim_id, p.paid_at, p.processed_at, p.deleted_at, p.created_at, p.updated_at`;

/** Rows of payments and attempts under lock. Locks are taken payable first, then payment, then attempt. */
@Injectable()
export class PaymentRepository {
  /** Also a hidden one: money that arrives for it must not be lost. */
  async lockPayment(manager: EntityManager, id: number): Promise<PaymentRow | null> {
    const rows: PaymentRow[] = await manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** The payment of an attempt, without a lock: tells which payable to lock first. */
  async findPaymentOfAttempt(
    manager: EntityManager,
    transactionId: number,
  ): Promise<Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'> | null> {
    const rows: Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>[] = await manager.query(
      `SELECT p.id, p.payable_kind, p.payable_id FROM payment_transactions t
       JOIN payments p ON p.id = t.payment_id WHERE t.id = $1`,
      [transactionId],
    );
    return rows[0] ?? null;
  }

  async lockAttempt(manager: EntityManager, id: number): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await manager.query(
      'SELECT * FROM payment_transactions WHERE id = $1 FOR UPDATE',
      [id],
    );
    return rows[0] ?? null;
  }

  async findAttempt(manager: EntityManager, id: number): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await manager.query(
      'SELECT * FROM payment_transactions WHERE id = $1',
      [id],
    );
    return rows[0] ?? null;
  }

  /** The attempt that is neither done nor given up; a payment has at most one. */
  async findOpenAttempt(manager: EntityManager, paymentId: number): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await manager.query(
      `SELECT * FROM payment_transactions
       WHERE payment_id = $1 AND status IN ('initiated', 'pending', 'unknown')`,
      [paymentId],
    );
    return rows[0] ?? null;
  }
}
