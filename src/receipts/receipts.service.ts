import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { actorOf, formatMinor, type ObjectId, type Principal } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import { ISSUER_JSON } from '../documents/index.js';
import { Payables, PaymentReader, type PaymentRow } from '../payments/index.js';
import { paymentNotPaid } from './receipt.errors.js';
import { type MoneyNow, RECEIPT_COLUMNS, type ReceiptRow } from './receipt.types.js';

/** Receipts of paid payments: issued when somebody first asks, the same ever after. */
@Injectable()
export class Receipts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly payments: PaymentReader,
    private readonly payables: Payables,
    private readonly audits: Audits,
  ) {}

  /**
   * The receipt of a payment that the caller may see, with what became of its money since.
   * @throws DomainError `payment_not_found`, `payment_not_paid`
   */
  async ofPayment(
    caller: Principal,
    id: ObjectId,
  ): Promise<{ receipt: ReceiptRow; payment: PaymentRow }> {
    const payment = await this.payments.payment(caller, id);
    if (!payment.paid_at) throw paymentNotPaid();
    const known = await find(this.dataSource, payment.id);
    return { payment, receipt: known ?? (await this.issue(caller, payment)) };
  }

  /** For the public page; null when there is none. */
  async byUuid(uuid: string): Promise<(ReceiptRow & MoneyNow) | null> {
    const rows: (ReceiptRow & MoneyNow)[] = await this.dataSource.query(
      `SELECT ${RECEIPT_COLUMNS}, p.status, p.refunded_minor
       FROM receipts r JOIN payments p ON p.id = r.payment_id WHERE r.uuid = $1`,
      [uuid],
    );
    return rows[0] ?? null;
  }

  private async issue(caller: Principal, payment: PaymentRow): Promise<ReceiptRow> {
    const { payable_kind: kind, payable_id: payableId } = payment;
    const about = (await this.payables.get(kind).describe([payableId])).get(payableId);
    return this.transactions.run(async (manager) => {
      const year = await lockCounter(manager, payment.account_id);
      // Whoever asked at the same moment has written it by now.
      const written = await find(manager, payment.id);
      if (written) return written;
      const receipt = await write(manager, year, {
        payment,
        description: about?.title ?? payment.payable_reference,
        payerName: payment.payer_name ?? about?.customerName ?? null,
      });
      await this.audits.append(manager, [
        {
          accountId: receipt.account_id,
          actor: actorOf(caller),
          action: 'receipt.issued',
          objectType: 'receipt',
          objectId: receipt.id,
          paymentId: payment.id,
          changes: {
            number: receipt.number,
            amount: formatMinor(receipt.amount_minor, receipt.currency),
            currency: receipt.currency,
          },
        },
      ]);
      return receipt;
    });
  }
}

async function find(
  manager: Pick<EntityManager, 'query'>,
  paymentId: number,
): Promise<ReceiptRow | null> {
  const rows: ReceiptRow[] = await manager.query(
    `SELECT ${RECEIPT_COLUMNS} FROM receipts r WHERE r.payment_id = $1`,
    [paymentId],
  );
  return rows[0] ?? null;
}

/**
 * Holds the account's counter of this year to the end of the transaction, so that numbers are given one
 * after the other and one that was not used is given again. Answers the year.
 */
async function lockCounter(manager: EntityManager, accountId: number): Promise<number> {
  const rows: { year: number }[] = await manager.query(
    `INSERT INTO receipt_counters AS c (account_id, year, last_number)
     VALUES ($1, extract(year FROM app_now() AT TIME ZONE 'UTC'), 0)
     ON CONFLICT ON CONSTRAINT receipt_counters_pkey DO UPDATE SET last_number = c.last_number
     RETURNING year`,
    [accountId],
  );
  if (!rows[0]) throw new Error(`account ${accountId} has no counter for receipts`);
  return rows[0].year;
}

interface NewReceipt {
  payment: PaymentRow;
  description: string;
  payerName: string | null;
}

async function write(
  manager: EntityManager,
  year: number,
  { payment, description, payerName }: NewReceipt,
): Promise<ReceiptRow> {
  const counted = await change<{ last_number: number }>(
    manager,
    `UPDATE receipt_counters SET last_number = last_number + 1
     WHERE account_id = $1 AND year = $2 RETURNING last_number`,
    [payment.account_id, year],
  );
  const sequence = counted[0]?.last_number ?? 0;
  const rows: ReceiptRow[] = await manager.query(
    `INSERT INTO receipts AS r (account_id, payment_id, year, sequence, number, currency,
       amount_minor, payment_method, mobile_money_provider, transaction_ref, payable_kind,
       payable_reference, description, payer_name, issuer, paid_at)
     SELECT a.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ${ISSUER_JSON}, p.paid_at
     FROM accounts a JOIN payments p ON p.id = $2 WHERE a.id = $1
     RETURNING ${RECEIPT_COLUMNS}`,
    [
      payment.account_id,
      payment.id,
      year,
      sequence,
      `RCT-${year}-${String(sequence).padStart(6, '0')}`,
      payment.currency,
      payment.amount_minor,
      payment.payment_method,
      payment.mobile_money_provider,
      payment.transaction_ref,
      payment.payable_kind,
      payment.payable_reference,
      description,
      payerName,
    ],
  );
  if (!rows[0]) throw new Error(`the receipt of payment ${payment.id} was not written`);
  return rows[0];
}
