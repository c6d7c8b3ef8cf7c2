import { ApiProperty } from '@nestjs/swagger';
import { PAYMENT_STATES, type PaymentState } from '../payments/index.js';

class ReceiptIssuerDto {
  @ApiProperty({ example: 'Coral Beach Hotels Ltd' })
  name!: string;

  @ApiProperty({
    type: [String],
    example: ['Plot 7, Beach Road', 'Dar es Salaam', 'TIN 123-456-789'],
  })
  lines!: string[];
}

export class ReceiptDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '7d2f1c3e-9b4a-4e55-8a43-5d0e6f7a8b9c' })
  uuid!: string;

  @ApiProperty({ example: 'RCT-2026-000001', description: 'Without gaps per account and year.' })
  number!: string;

  @ApiProperty({ example: 456, description: 'Id of the payment.' })
  payment!: number;

  @ApiProperty({ example: '50000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'mobile_money' })
  payment_method!: string;

  @ApiProperty({ type: String, nullable: true, example: 'AIRTEL' })
  mobile_money_provider!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '0012345678',
    description: 'The gateway’s own id of the transaction.',
  })
  transaction_ref!: string | null;

  @ApiProperty({ example: 'HTL-000008', description: 'Number of what was paid for.' })
  reference!: string;

  @ApiProperty({ example: 'Booking HTL-000008 at Coral Beach Hotel' })
  description!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Asha Juma' })
  payer_name!: string | null;

  @ApiProperty({ type: ReceiptIssuerDto })
  issuer!: ReceiptIssuerDto;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  paid_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:13:00.000Z' })
  issued_at!: string;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'completed', description: 'Of the payment, now.' })
  status!: PaymentState;

  @ApiProperty({ example: '0.00', description: 'Of the amount, until now.' })
  refunded_amount!: string;

  @ApiProperty({
    format: 'uri',
    example:
      'https://pay.example.com/receipts/7d2f1c3e-9b4a-4e55-8a43-5d0e6f7a8b9c?s=Zk3vQ1mX0aB9cD8eF7gH6w',
    description: 'The public page that the QR code leads to; whoever has it can see the receipt.',
  })
  verification_url!: string;
}

export class VerifiedReceiptDto {
  @ApiProperty({ example: true })
  genuine!: boolean;

  @ApiProperty({ example: 'RCT-2026-000001' })
  number!: string;

  @ApiProperty({ example: 'Coral Beach Hotels Ltd' })
  issuer!: string;

  @ApiProperty({ example: '50000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'A••• J•••', description: 'First letters only; empty where unknown.' })
  payer!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  paid_at!: string;

  @ApiProperty({ enum: PAYMENT_STATES, example: 'completed', description: 'Of the payment, now.' })
  status!: PaymentState;

  @ApiProperty({ example: '0.00', description: 'Of the amount, until now.' })
  refunded_amount!: string;
}
