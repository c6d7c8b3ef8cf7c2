import { ApiProperty } from '@nestjs/swagger';
import { INVOICE_STATUSES, type InvoiceStatus } from '../invoice.types.js';

export class InvoiceLineDto {
  @ApiProperty({ example: 'Airport transfer' })
  description!: string;

  @ApiProperty({ example: '2', description: 'At most three decimals.' })
  quantity!: string;

  @ApiProperty({ example: '20000.00', description: 'Before tax.' })
  unit_price!: string;

  @ApiProperty({ example: '18', description: 'Per cent of the net amount.' })
  tax_rate!: string;

  @ApiProperty({ example: '40000.00', description: 'quantity × unit_price, rounded half up.' })
  net!: string;

  @ApiProperty({ example: '7200.00', description: 'tax_rate of `net`, rounded half up.' })
  tax!: string;

  @ApiProperty({ example: '47200.00', description: 'net + tax.' })
  total!: string;
}

export class CreditNoteSummaryDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '1b8f4a57-6a9e-4f6f-8a28-5f1f2f7d9f10' })
  uuid!: string;

  @ApiProperty({ example: 'CN-2026-000001' })
  number!: string;

  @ApiProperty({ example: '47200.00' })
  total!: string;

  @ApiProperty({ example: 'The transfer did not take place' })
  reason!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T08:00:00.000Z' })
  issued_at!: string;
}

export class InvoiceDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '9b2f5a3e-7d0c-4b55-8a43-5d0e6f7a8b9c' })
  uuid!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'INV-2026-000001',
    description: 'Given at issue; null while it is a draft.',
  })
  number!: string | null;

  @ApiProperty({ enum: INVOICE_STATUSES, example: 'issued' })
  status!: InvoiceStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'customer@malipo.test',
    description: 'E-mail of the user it is for; null for somebody without a log-in.',
  })
  customer!: string | null;

  @ApiProperty({ example: 'Asha Juma' })
  customer_name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'customer@malipo.test' })
  customer_email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '255653294241' })
  customer_phone!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 123, description: 'Id of the booking.' })
  booking!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'HTL-000008' })
  booking_reference!: string | null;

  @ApiProperty({ type: [InvoiceLineDto] })
  lines!: InvoiceLineDto[];

  @ApiProperty({ example: '40000.00', description: 'Sum of the lines before tax.' })
  subtotal!: string;

  @ApiProperty({ example: '7200.00', description: 'Sum of the lines’ tax.' })
  tax!: string;

  @ApiProperty({ example: '47200.00' })
  total!: string;

  @ApiProperty({ example: '0.00', description: 'Completed payments net of refunds.' })
  amount_paid!: string;

  @ApiProperty({ example: '0.00', description: 'Sum of its credit notes.' })
  amount_credited!: string;

  @ApiProperty({ example: '47200.00', description: 'What may still be paid.' })
  amount_due!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-02-06' })
  due_date!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-01-23T05:12:00.000Z',
  })
  issued_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  voided_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  void_reason!: string | null;

  @ApiProperty({ example: 'Thank you for staying with us.' })
  notes!: string;

  @ApiProperty({ type: [CreditNoteSummaryDto], example: [] })
  credit_notes!: CreditNoteSummaryDto[];

  @ApiProperty({ example: 2 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}
