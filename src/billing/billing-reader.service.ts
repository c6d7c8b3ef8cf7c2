import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatMinor, type ObjectId, type Principal } from '../common/index.js';
import { PaymentReader } from '../payments/index.js';
import { presentBillingPayment } from './billing-payment.dto.js';
import { Duplicates, seesDuplicates } from './manual/duplicates.service.js';
import {
  type BillingPaymentDetailDto,
  type ManualDetailsDto,
  presentProof,
  presentReversal,
  presentReview,
} from './manual/manual.dto.js';
import {
  MANUAL_COLUMNS,
  type ManualPaymentRow,
  PROOF_COLUMNS,
  PROOF_TABLES,
  type ProofRow,
  REVERSAL_COLUMNS,
  REVERSAL_TABLES,
  type ReversalRow,
  type ReviewRow,
} from './manual/manual.types.js';
import { mayHandleProofs } from './manual/proofs.service.js';

type ShownRow = ManualPaymentRow & { submitter: string; resubmitted_as: number | null };

/** Single payments with all that was said, proved and decided about them, as far as the caller may see. */
@Injectable()
export class BillingReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: PaymentReader,
    private readonly duplicates: Duplicates,
  ) {}

  /** @throws DomainError 404 also for what exists and is not the caller's to see. */
  async read(caller: Principal, id: ObjectId): Promise<BillingPaymentDetailDto> {
    const payment = await this.reader.payment(caller, id);
    const manual = await this.find(payment.id);
    const shown = presentBillingPayment({ ...payment, bank_reference: manual?.reference ?? null });
    return Object.assign(shown, {
      manual: manual && (await this.details(caller, manual, payment.notes)),
    });
  }

  private async find(paymentId: number): Promise<ShownRow | null> {
    const rows: ShownRow[] = await this.dataSource.query(
      `SELECT ${MANUAL_COLUMNS}, u.username AS submitter, n.payment_id AS resubmitted_as
       FROM manual_payments m JOIN users u ON u.id = m.submitted_by
       LEFT JOIN manual_payments n ON n.resubmission_of = m.payment_id
       WHERE m.payment_id = $1`,
      [paymentId],
    );
    return rows[0] ?? null;
  }

  private async details(
    caller: Principal,
    manual: ShownRow,
    notes: string,
  ): Promise<ManualDetailsDto> {
    const { payment_id: paymentId, currency } = manual;
    const isStaff = seesDuplicates(caller);
    const reviews = await this.reviews(paymentId);
    const [approval] = reviews.filter(({ decision }) => decision === 'approved');
    return {
      claimed_amount: formatMinor(manual.claimed_minor, currency),
      received_amount: approval?.received_minor
        ? formatMinor(approval.received_minor, currency)
        : null,
      value_date: manual.value_date,
      requested_reference: manual.requested_reference,
      destination: manual.destination,
      payer_name: manual.payer_name,
      payer_account: manual.payer_account,
      notes,
      submitted_by: manual.submitter,
      submitted_at: manual.submitted_at.toISOString(),
      resubmission_of: manual.resubmission_of,
      resubmitted_as: manual.resubmitted_as,
      reviews: reviews.map((row) => presentReview(row, currency, isStaff)),
      reversals: isStaff ? (await this.reversals(paymentId)).map(presentReversal) : null,
      proofs: mayHandleProofs(caller, manual)
        ? (await this.proofs(paymentId)).map(presentProof)
        : null,
      possible_duplicates: isStaff ? await this.duplicates.of(this.dataSource, paymentId) : null,
    };
  }

  private reviews(paymentId: number): Promise<ReviewRow[]> {
    return this.dataSource.query(
      `SELECT r.decision, u.username AS actor, r.version, r.received_minor, r.reason_code, r.reason,
         r.created_at
       FROM manual_payment_reviews r JOIN users u ON u.id = r.actor_id
       WHERE r.payment_id = $1 ORDER BY r.id`,
      [paymentId],
    );
  }

  private reversals(paymentId: number): Promise<ReversalRow[]> {
    return this.dataSource.query(
      `SELECT ${REVERSAL_COLUMNS} FROM ${REVERSAL_TABLES} WHERE r.payment_id = $1 ORDER BY r.id`,
      [paymentId],
    );
  }

  private proofs(paymentId: number): Promise<ProofRow[]> {
    return this.dataSource.query(
      `SELECT ${PROOF_COLUMNS} FROM ${PROOF_TABLES} WHERE x.payment_id = $1 ORDER BY x.id`,
      [paymentId],
    );
  }
}
