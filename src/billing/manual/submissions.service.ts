import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  actorOf,
  formatMinor,
  invalidField,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import {
  assertPayable,
  ManualTender,
  type Payable,
  PAYMENT_COLUMNS,
  type PaymentRow,
} from '../../payments/index.js';
import { AvailableMethods } from '../methods/available-methods.service.js';
import { referenceFor } from '../methods/method.instructions.js';
import type { AccountMethodRow, ManualMethod } from '../methods/method.types.js';
import { Duplicates } from './duplicates.service.js';
import { alreadyResubmitted, invoiceAlreadyPaid, paymentUnderWay } from './manual.errors.js';
import { ManualPayments } from './manual-payments.service.js';
import type { ManualPaymentRow } from './manual.types.js';
import { maskAccount, referenceKey } from './transfer.words.js';

export interface Submission {
  invoice: ObjectId;
  method: ManualMethod;
  /** Which of several methods of that kind. */
  methodId: ObjectId | null;
  reference: string;
  /** The field that the reference came in. */
  referenceField: string;
  /** All that is due when null. */
  amount: string | number | null;
  valueDate: string | null;
  payerName: string | null;
  payerAccount: string | null;
  notes: string;
  confirmDuplicate: boolean;
  /** The rejected or withdrawn payment that this one takes the place of. */
  resubmissionOf: ObjectId | null;
}

/** Transfers as payers, or staff for them, report them. No money moves until somebody else approves. */
@Injectable()
export class Submissions {
  constructor(
    private readonly transactions: Transactions,
    private readonly methods: AvailableMethods,
    private readonly duplicates: Duplicates,
    private readonly tender: ManualTender,
    private readonly manuals: ManualPayments,
  ) {}

  /**
   * The same claim again answers the payment it made before.
   * @throws DomainError 404 unknown or foreign invoice; 400 paid invoice, more than is due, a method that
   * is not offered; 409 `possible_duplicate`, another payment under way.
   */
  submit(caller: Principal, wanted: Submission, claimId: string | null): Promise<PaymentRow> {
    return this.transactions.run(async (manager) => {
      const payable = await this.manuals.lockInvoice(manager, caller, wanted.invoice);
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      const amount = await this.amount(manager, payable, wanted.amount);
      const method = await this.methods.transfer(manager, caller.accountId, {
        code: wanted.method,
        id: wanted.methodId,
        amount,
      });
      const earlier = await this.earlier(manager, payable, wanted.resubmissionOf);
      const key = referenceKey(wanted.reference, wanted.referenceField);
      const isDuplicate = await this.duplicates.assertReference(manager, caller, {
        key,
        firstPaymentId: earlier?.first_payment_id ?? null,
        confirmed: wanted.confirmDuplicate,
      });
      const { payment } = await this.tender.submit(manager, payable, {
        actor: actorOf(caller),
        amountMinor: amount.minor,
        method: wanted.method,
        network: null,
        notes: wanted.notes,
        claimId,
        payer: { name: wanted.payerName, email: null },
      });
      await this.insert(manager, caller, { wanted, payment, method, earlier, key, isDuplicate });
      await this.audit(manager, caller, wanted, payment, earlier);
      return payment;
    });
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<PaymentRow | null> {
    if (!claimId) return null;
    const rows: PaymentRow[] = await manager.query(
      `SELECT ${PAYMENT_COLUMNS} FROM payments p WHERE p.idempotency_claim_id = $1`,
      [claimId],
    );
    return rows[0] ?? null;
  }

  /** What is named, else all that is due and not under way. */
  private async amount(
    manager: EntityManager,
    payable: Payable,
    wanted: string | number | null,
  ): Promise<Money> {
    if (payable.owedMinor === 0n && payable.paidMinor > 0n) throw invoiceAlreadyPaid();
    const free = payable.owedMinor - (await this.manuals.underWay(manager, payable, null));
    const amount =
      wanted === null
        ? Money.ofMinor(
            payable.owedMinor > 0n && free > 0n ? free : payable.owedMinor,
            payable.currency,
          )
        : Money.parse(wanted, payable.currency);
    assertPayable(payable, amount.minor);
    if (amount.minor > free) throw paymentUnderWay(payable.reference);
    return amount;
  }

  private async earlier(
    manager: EntityManager,
    payable: Payable,
    id: ObjectId | null,
  ): Promise<ManualPaymentRow | null> {
    if (!id) return null;
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: (ManualPaymentRow & { next_id: number | null })[] = await manager.query(
      `SELECT m.*, n.payment_id AS next_id FROM manual_payments m
       JOIN payments p ON p.id = m.payment_id
       LEFT JOIN manual_payments n ON n.resubmission_of = m.payment_id
       WHERE p.${column} = $1 AND m.invoice_id = $2 AND p.status IN ('failed', 'cancelled')`,
      [value, payable.id],
    );
    const [row] = rows;
    if (!row) {
      const message = 'must be a rejected or withdrawn manual payment of the same invoice';
      throw invalidField('resubmission_of', message);
    }
    if (row.next_id !== null) throw alreadyResubmitted(row.next_id);
    return row;
  }

  private async insert(
    manager: EntityManager,
    caller: Principal,
    { wanted, payment, method, earlier, key, isDuplicate }: Parts,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO manual_payments (payment_id, account_id, invoice_id, method_id, destination,
         requested_reference, reference, reference_key, currency, claimed_minor, value_date,
         payer_name, payer_account, submitted_by, duplicate_confirmed, resubmission_of,
         first_payment_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        payment.id,
        payment.account_id,
        payment.payable_id,
        method.id,
        `${method.account_name}, ${method.bank_name}, ${method.account_number}`,
        referenceFor(method.reference_template, payment.payable_reference),
        wanted.reference.trim(),
        key,
        payment.currency,
        payment.amount_minor,
        wanted.valueDate,
        wanted.payerName,
        maskAccount(wanted.payerAccount),
        caller.userId,
        isDuplicate,
        earlier?.payment_id ?? null,
        earlier?.first_payment_id ?? payment.id,
      ],
    );
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    wanted: Submission,
    payment: PaymentRow,
    earlier: ManualPaymentRow | null,
  ): Promise<void> {
    return this.manuals.audit(manager, caller, payment.id, 'payment.transfer_reported', {
      invoice: payment.payable_reference,
      amount: formatMinor(payment.amount_minor, payment.currency),
      currency: payment.currency,
      payment_method: wanted.method,
      transaction_reference: wanted.reference.trim(),
      ...(wanted.confirmDuplicate ? { confirm_duplicate: true } : {}),
      ...(earlier ? { resubmission_of: earlier.payment_id } : {}),
    });
  }
}

interface Parts {
  wanted: Submission;
  payment: PaymentRow;
  method: AccountMethodRow;
  earlier: ManualPaymentRow | null;
  key: string;
  isDuplicate: boolean;
}
