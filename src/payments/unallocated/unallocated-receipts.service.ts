import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError, type ObjectId } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import type { ReceiptRow } from './unallocated.entity.js';

/**
 * The queue of money that nobody owed. Rows are written in the transaction that took the money in, and
 * are locked after payable and payment.
 */
@Injectable()
export class UnallocatedReceipts {
  /** Proven on an attempt whose payment needed no more money. */
  async keepOverpayment(
    manager: EntityManager,
    payment: PaymentRow,
    attempt: AttemptRow,
    gatewayId: string | null,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO unallocated_receipts (account_id, kind, payment_id, transaction_id, customer_id,
         provider, reference, currency, amount_minor, left_minor)
       VALUES ($1, 'overpayment', $2, $3, $4, $5, $6, $7, $8, $8)`,
      [
        payment.account_id,
        payment.id,
        attempt.id,
        payment.customer_id,
        attempt.provider,
        gatewayId,
        attempt.currency,
        attempt.amount_minor,
      ],
    );
  }

  /** More came than was owed; also when refunded money comes back and is owed no more. */
  async keepExcess(
    manager: EntityManager,
    payment: PaymentRow,
    source: Pick<ReceiptRow, 'provider' | 'reference'>,
    amountMinor: bigint,
  ): Promise<void> {
    if (amountMinor === 0n) return;
    await manager.query(
      `INSERT INTO unallocated_receipts AS r (account_id, kind, payment_id, customer_id, provider,
         reference, currency, amount_minor, left_minor)
       VALUES ($1, 'excess', $2, $3, $4, $5, $6, $7, $7)
       ON CONFLICT (payment_id) WHERE kind = 'excess' DO UPDATE
         SET left_minor = r.left_minor + $7, updated_at = now(),
           amount_minor = greatest(r.amount_minor, r.left_minor + $7)`,
      [
        payment.account_id,
        payment.id,
        payment.customer_id,
        source.provider,
        source.reference,
        payment.currency,
        amountMinor.toString(),
      ],
    );
  }

  /** A refund of the payment took its excess first. */
  async takeExcess(manager: EntityManager, paymentId: number, amountMinor: bigint): Promise<void> {
    if (amountMinor === 0n) return;
    const taken = await change<{ id: number }>(
      manager,
      `UPDATE unallocated_receipts SET left_minor = left_minor - $2, updated_at = now()
       WHERE payment_id = $1 AND kind = 'excess' RETURNING id`,
      [paymentId, amountMinor.toString()],
    );
    if (taken.length === 0) throw new Error(`the excess of payment ${paymentId} is in no queue`);
  }

  /** Reads without a lock. @throws DomainError 404, also for another account's. */
  async find(
    manager: Pick<EntityManager, 'query'>,
    accountId: number,
    id: ObjectId,
  ): Promise<ReceiptRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: ReceiptRow[] = await manager.query(
      `SELECT * FROM unallocated_receipts WHERE ${column} = $1 AND account_id = $2`,
      [value, accountId],
    );
    if (!rows[0]) throw receiptNotFound();
    return rows[0];
  }

  async lock(manager: EntityManager, id: number): Promise<ReceiptRow> {
    const rows: ReceiptRow[] = await manager.query(
      'SELECT * FROM unallocated_receipts WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!rows[0]) throw receiptNotFound();
    return rows[0];
  }

  /**
   * Takes an amount out of what is left, or gives it back (negative), under the receipt's lock. The
   * payment whose excess it was says so too.
   */
  async take(manager: EntityManager, receipt: ReceiptRow, amountMinor: bigint): Promise<void> {
    await change(
      manager,
      `UPDATE unallocated_receipts SET left_minor = left_minor - $2, updated_at = now()
       WHERE id = $1 RETURNING id`,
      [receipt.id, amountMinor.toString()],
    );
    if (receipt.kind !== 'excess') return;
    await change(
      manager,
      `UPDATE payments SET excess_minor = excess_minor - $2, moved_minor = moved_minor + $2,
         version = version + 1, updated_at = now() WHERE id = $1 RETURNING id`,
      [receipt.payment_id, amountMinor.toString()],
    );
  }
}

const receiptNotFound = (): DomainError =>
  new DomainError('not_found', 'receipt_not_found', 'Unallocated receipt not found');
