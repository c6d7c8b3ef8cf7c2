import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import { MOBILE_NETWORKS, PAYMENT_METHODS, PROVIDER_IDS } from '../../providers/index.js';
import { PAYABLE_KINDS } from '../payable.port.js';
import { PAYMENT_STATES } from '../payment.state.js';
import type { PaymentRow } from '../payment.entity.js';

/** A payment as document 002 shows it, with the fields the later documents add. */
export class PaymentDto {
  @ApiProperty({ example: 69 })
  id!: number;

  @ApiProperty({ example: 'e6e342d2-edba-4816-9e32-30fd39b5ae4c', format: 'uuid' })
  uuid!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 123,
    description: 'The booking; null for payments of anything else',
  })
  booking!: number | null;

  @ApiProperty({ example: '50000.00', description: "Decimal string with the currency's decimals" })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ enum: PAYMENT_METHODS, example: 'mobile_money' })
  payment_method!: string;

  @ApiProperty({ type: String, enum: MOBILE_NETWORKS, nullable: true, example: 'AIRTEL' })
  mobile_money_provider!: string | null;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'pending' })
  status!: string;

  @ApiProperty({
    enum: PAYMENT_STATES,
    example: 'pending',
    description: 'The exact state; `status` on other surfaces may be a word their clients know',
  })
  status_detail!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: "The gateway's transaction id, null until known",
  })
  transaction_ref!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'HTL-000008' })
  booking_reference!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 123 })
  booking_id!: number | null;

  @ApiProperty({ enum: PAYABLE_KINDS, example: 'booking' })
  payable_kind!: string;

  @ApiProperty({ example: 123 })
  payable_id!: number;

  @ApiProperty({ example: 'HTL-000008' })
  payable_reference!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: Object.keys(PROVIDER_IDS),
    example: 'azampay',
  })
  provider!: string | null;

  @ApiProperty({ example: '0.00', description: 'What went back to the payer' })
  refunded_amount!: string;

  @ApiProperty({ example: '0.00', description: 'What was received beyond what was owed' })
  excess_amount!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_reason!: string | null;

  @ApiProperty({ example: 'Payment for booking HTL-000008' })
  notes!: string;

  @ApiProperty({ example: 1, description: 'Grows with every change' })
  version!: number;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  paid_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  updated_at!: string;
}

export function presentPayment(payment: PaymentRow): PaymentDto {
  const booking = payment.payable_kind === 'booking' ? payment.payable_id : null;
  return {
    id: payment.id,
    uuid: payment.uuid,
    booking,
    amount: formatMinor(payment.amount_minor, payment.currency),
    currency: payment.currency,
    payment_method: payment.payment_method,
    mobile_money_provider: payment.mobile_money_provider,
    status: payment.status,
    status_detail: payment.status,
    transaction_ref: payment.transaction_ref,
    booking_reference: booking === null ? null : payment.payable_reference,
    booking_id: booking,
    payable_kind: payment.payable_kind,
    payable_id: payment.payable_id,
    payable_reference: payment.payable_reference,
    provider: payment.provider,
    refunded_amount: formatMinor(payment.refunded_minor, payment.currency),
    excess_amount: formatMinor(payment.excess_minor, payment.currency),
    failure_code: payment.failure_code,
    failure_reason: payment.failure_reason,
    notes: payment.notes,
    version: payment.version,
    paid_at: payment.paid_at?.toISOString() ?? null,
    created_at: payment.created_at.toISOString(),
    updated_at: payment.updated_at.toISOString(),
  };
}
