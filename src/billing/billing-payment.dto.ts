import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../common/index.js';
import { PAYMENT_STATES, type PaymentState } from '../payments/index.js';
import type { BillingPaymentRow } from './manual/manual.types.js';

/** A payment as document 001 lists it. */
export class BillingPaymentDto {
  @ApiProperty({ example: 69 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '7a4d3b1c-9e2f-4c5a-8b6d-1e0f2a3b4c5d' })
  uuid!: string;

  @ApiProperty({ type: Number, nullable: true, example: 1 })
  invoice_id!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'INV-2026-000001' })
  invoice_number!: string | null;

  @ApiProperty({ example: '118000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'bank_transfer' })
  payment_method!: string;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'pending_approval' })
  status!: PaymentState;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'pending_approval' })
  status_detail!: PaymentState;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'FT26023ABC9',
    description: 'What the payer’s bank calls it, else the gateway.',
  })
  transaction_reference!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_reason!: string | null;

  @ApiProperty({ example: 2 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  processed_at!: string | null;
}

export function presentBillingPayment(row: BillingPaymentRow): BillingPaymentDto {
  const isInvoice = row.payable_kind === 'invoice';
  return {
    id: row.id,
    uuid: row.uuid,
    invoice_id: isInvoice ? row.payable_id : null,
    invoice_number: isInvoice ? row.payable_reference : null,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    payment_method: row.payment_method,
    status: row.status,
    status_detail: row.status,
    transaction_reference: row.bank_reference ?? row.transaction_ref,
    failure_reason: row.failure_reason,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    processed_at: row.processed_at?.toISOString() ?? null,
  };
}
