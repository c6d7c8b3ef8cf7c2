import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../../common/index.js';
import { possibleDuplicate } from './manual.errors.js';
import type { Duplicate } from './manual.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** The newest are enough to look at. */
const MOST_SHOWN = 20;

/**
 * Signs that one transfer is claimed twice: the same reference, the same file as proof, or the same payer,
 * amount and day. A payment and its resubmissions are none of each other's duplicates.
 */
@Injectable()
export class Duplicates {
  /** What is suspicious about a payment, by the other payment of its account. */
  async of(manager: Queries, paymentId: number): Promise<Duplicate[]> {
    return manager.query(
      `SELECT payment_id, array_agg(signal ORDER BY signal) AS signals FROM (
         SELECT o.payment_id, 'reference' AS signal FROM manual_payments m
         JOIN manual_payments o ON o.account_id = m.account_id
           AND o.reference_key = m.reference_key AND o.first_payment_id <> m.first_payment_id
         WHERE m.payment_id = $1
         UNION
         SELECT o.payment_id, 'proof' FROM manual_payments m
         JOIN manual_payment_proofs x ON x.payment_id = m.payment_id
         JOIN manual_payment_proofs y ON y.account_id = x.account_id AND y.sha256 = x.sha256
         JOIN manual_payments o ON o.payment_id = y.payment_id
           AND o.first_payment_id <> m.first_payment_id
         WHERE m.payment_id = $1
         UNION
         SELECT o.payment_id, 'payer_amount_date' FROM manual_payments m
         JOIN manual_payments o ON o.account_id = m.account_id AND o.value_date = m.value_date
           AND o.claimed_minor = m.claimed_minor AND o.currency = m.currency
           AND (lower(o.payer_name) = lower(m.payer_name) OR o.payer_account = m.payer_account)
           AND o.first_payment_id <> m.first_payment_id
         WHERE m.payment_id = $1
       ) AS found GROUP BY payment_id ORDER BY payment_id DESC LIMIT ${MOST_SHOWN}`,
      [paymentId],
    );
  }

  /**
   * Two who report the same reference at once take turns, and the second is told. Comes after the locks
   * of payable and payment.
   * @param firstPaymentId of the payment itself where there is one: it and its like are left out
   * @returns whether there is another payment with this reference
   * @throws DomainError `possible_duplicate` when there is and nobody confirmed it
   */
  async assertReference(
    manager: Queries,
    caller: Principal,
    reference: { key: string; firstPaymentId: number | null; confirmed: boolean },
  ): Promise<boolean> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `manual_payments:${caller.accountId}:${reference.key}`,
    ]);
    const others: { payment_id: number }[] = await manager.query(
      `SELECT payment_id FROM manual_payments
       WHERE account_id = $1 AND reference_key = $2 AND first_payment_id IS DISTINCT FROM $3
       ORDER BY payment_id DESC LIMIT ${MOST_SHOWN}`,
      [caller.accountId, reference.key, reference.firstPaymentId],
    );
    if (others.length > 0 && !reference.confirmed) {
      throw possibleDuplicate(
        seesDuplicates(caller)
          ? others.map(({ payment_id }) => ({ payment_id, signals: ['reference'] }))
          : null,
      );
    }
    return others.length > 0;
  }
}

/** Other people's payments are shown to reviewers alone. */
export function seesDuplicates({ role }: Principal): boolean {
  return role === 'staff' || role === 'admin';
}
