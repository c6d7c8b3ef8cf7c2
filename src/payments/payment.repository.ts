import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ForMany, together } from '../database/index.js';
import type { AttemptRow, PaymentRow } from './payment.entity.js';

/** The columns a payment is read and shown by: one row, no join. */
export const PAYMENT_COLUMNS = `p.id, p.uuid, p.account_id, p.payable_kind, p.payable_id,
  p.payable_uuid, p.payable_reference, p.customer_id, p.owner_id, p.created_by, p.currency, p.amount_minor,
  p.applied_minor, p.excess_minor, p.refunded_minor, p.refunding_minor, p.moved_minor, p.payer_name, p.payer_email, p.payment_method, p.mobile_money_provider,
  p.provider, p.status, p.transaction_ref, p.failure_code, p.failure_reason, p.notes, p.version,
  p.idempotency_claim_id, p.paid_at, p.processed_at, p.deleted_at, p.created_at, p.updated_at`;

/** What tells which payable to lock first. */
export type PaymentHead = Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>;

const lockPayments: ForMany<number, PaymentRow | null> = async (manager, ids) => {
  const rows: PaymentRow[] = await manager.query(
    `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.id = ANY ($1::int[]) ORDER BY p.id FOR UPDATE`,
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
};

const findHeads: ForMany<number, PaymentHead | null> = async (manager, transactionIds) => {
  const rows: (PaymentHead & { transaction_id: number })[] = await manager.query(
    `SELECT t.id AS transaction_id, p.id, p.payable_kind, p.payable_id
     FROM payment_transactions t JOIN payments p ON p.id = t.payment_id WHERE t.id = ANY ($1::int[])`,
    [transactionIds],
  );
  return transactionIds.map((id) => rows.find((row) => row.transaction_id === id) ?? null);
};

const lockAttempts: ForMany<number, AttemptRow | null> = async (manager, ids) => {
  const rows: AttemptRow[] = await manager.query(
    'SELECT * FROM payment_transactions WHERE id = ANY ($1::int[]) ORDER BY id FOR UPDATE',
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
};

/** The attempts that a gateway names, without a lock: by our reference, or by the token it gave itself. */
export const findNamedAttempts: ForMany<
  { provider: string; reference: string },
  AttemptRow | null
> = async (manager, names) => {
  const rows: AttemptRow[] = await manager.query(
    `SELECT * FROM payment_transactions WHERE provider = ANY ($2)
       AND (reference = ANY ($1) OR gateway_data ->> 'notif_token' = ANY ($1))`,
    [names.map(({ reference }) => reference), [...new Set(names.map(({ provider }) => provider))]],
  );
  return names.map(({ provider, reference }) => {
    const ofProvider = rows.filter((row) => row.provider === provider);
    const byToken = (row: AttemptRow): boolean => row.gateway_data['notif_token'] === reference;
    return (
      ofProvider.find((row) => row.reference === reference) ?? ofProvider.find(byToken) ?? null
    );
  });
};

/** Rows of payments and attempts under lock. Locks are taken payable first, then payment, then attempt. */
@Injectable()
export class PaymentRepository {
  /** Also a hidden one: money that arrives for it must not be lost. */
  lockPayment(manager: EntityManager, id: number): Promise<PaymentRow | null> {
    return together(manager, lockPayments, id);
  }

  /** The payment of an attempt, without a lock: tells which payable to lock first. */
  findPaymentOfAttempt(manager: EntityManager, transactionId: number): Promise<PaymentHead | null> {
    return together(manager, findHeads, transactionId);
  }

  lockAttempt(manager: EntityManager, id: number): Promise<AttemptRow | null> {
    return together(manager, lockAttempts, id);
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
