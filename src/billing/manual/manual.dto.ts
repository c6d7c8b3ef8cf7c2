import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import { BillingPaymentDto } from '../billing-payment.dto.js';
import {
  DECISIONS,
  type Decision,
  DUPLICATE_SIGNALS,
  type DuplicateSignal,
  type ProofRow,
  type ReversalRow,
  type ReviewRow,
} from './manual.types.js';

export class SubmittedDto {
  @ApiProperty({ example: true })
  success!: true;

  @ApiProperty({ example: 69 })
  payment_id!: number;

  @ApiProperty({ example: 'pending_approval' })
  status!: string;

  @ApiProperty({ example: 'Payment submitted for approval' })
  message!: string;

  @ApiProperty({ example: 2, description: 'What an approval or rejection must name.' })
  version!: number;
}

export class ProofDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '2b3c4d5e-6f70-4a8b-9c0d-1e2f3a4b5c6d' })
  uuid!: string;

  @ApiProperty({ example: 69 })
  payment_id!: number;

  @ApiProperty({ example: 'receipt.pdf' })
  filename!: string;

  @ApiProperty({ example: 'application/pdf' })
  media_type!: string;

  @ApiProperty({ example: 48213, description: 'In bytes.' })
  size!: number;

  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256!: string;

  @ApiProperty({ example: 'customer@malipo.test' })
  uploaded_by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  uploaded_at!: string;
}

export class ReviewDto {
  @ApiProperty({ enum: DECISIONS, example: 'approved' })
  decision!: Decision;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'staff@malipo.test',
    description: 'Null for those who need not know.',
  })
  by!: string | null;

  @ApiProperty({ example: 2, description: 'The version that was decided on.' })
  version!: number;

  @ApiProperty({ type: String, nullable: true, example: '118000.00' })
  received_amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason_code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T06:00:00.000Z' })
  at!: string;
}

export class ReversalDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '3c4d5e6f-7081-4b9c-8d1e-2f3a4b5c6d7e' })
  uuid!: string;

  @ApiProperty({ example: 69 })
  payment_id!: number;

  @ApiProperty({ enum: ['proposed', 'confirmed', 'declined'], example: 'proposed' })
  status!: string;

  @ApiProperty({ example: '118000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'The bank recalled the transfer' })
  reason!: string;

  @ApiProperty({ example: 'staff@malipo.test' })
  proposed_by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-25T06:00:00.000Z' })
  proposed_at!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  decided_by!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  decided_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  decision_reason!: string | null;
}

export class DuplicateDto {
  @ApiProperty({ example: 41 })
  payment_id!: number;

  @ApiProperty({ enum: DUPLICATE_SIGNALS, isArray: true, example: ['reference'] })
  signals!: DuplicateSignal[];
}

export class ManualDetailsDto {
  @ApiProperty({ example: '118000.00' })
  claimed_amount!: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null until approved.' })
  received_amount!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-01-23' })
  value_date!: string | null;

  @ApiProperty({ example: 'Invoice INV-2026-000001', description: 'What we asked to be written.' })
  requested_reference!: string;

  @ApiProperty({ example: 'Malipo Demo Ltd, CRDB Bank, 0150123456700' })
  destination!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Asha Juma' })
  payer_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '*********8777' })
  payer_account!: string | null;

  @ApiProperty({ example: 'Paid at the Azikiwe branch' })
  notes!: string;

  @ApiProperty({ example: 'customer@malipo.test' })
  submitted_by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  submitted_at!: string;

  @ApiProperty({ type: Number, nullable: true, example: null })
  resubmission_of!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  resubmitted_as!: number | null;

  @ApiProperty({ type: [ReviewDto] })
  reviews!: ReviewDto[];

  @ApiProperty({
    type: [ReversalDto],
    nullable: true,
    example: [],
    description: 'For staff; null for others.',
  })
  reversals!: ReversalDto[] | null;

  @ApiProperty({
    type: [ProofDto],
    nullable: true,
    description: 'For whoever submitted the payment and for staff; null for others.',
  })
  proofs!: ProofDto[] | null;

  @ApiProperty({
    type: [DuplicateDto],
    nullable: true,
    example: [],
    description: 'What looks like another payment; for staff, null for others.',
  })
  possible_duplicates!: DuplicateDto[] | null;
}

export class BillingPaymentDetailDto extends BillingPaymentDto {
  @ApiProperty({
    type: ManualDetailsDto,
    nullable: true,
    description: 'Null for payments that nobody reviews.',
  })
  manual!: ManualDetailsDto | null;
}

export function presentProof(row: ProofRow): ProofDto {
  return {
    id: row.id,
    uuid: row.uuid,
    payment_id: row.payment_id,
    filename: row.filename,
    media_type: row.media_type,
    size: row.size,
    sha256: row.sha256,
    uploaded_by: row.uploader,
    uploaded_at: row.created_at.toISOString(),
  };
}

export function presentReview(row: ReviewRow, currency: string, showActor: boolean): ReviewDto {
  return {
    decision: row.decision,
    by: showActor ? row.actor : null,
    version: row.version,
    received_amount: row.received_minor && formatMinor(row.received_minor, currency),
    reason_code: row.reason_code,
    reason: row.reason,
    at: row.created_at.toISOString(),
  };
}

export function presentReversal(row: ReversalRow): ReversalDto {
  return {
    id: row.id,
    uuid: row.uuid,
    payment_id: row.payment_id,
    status: row.status,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    reason: row.reason,
    proposed_by: row.proposer,
    proposed_at: row.proposed_at.toISOString(),
    decided_by: row.decider,
    decided_at: row.decided_at?.toISOString() ?? null,
    decision_reason: row.decision_reason,
  };
}
