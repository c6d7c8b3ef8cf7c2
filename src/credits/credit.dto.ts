import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../common/index.js';
import {
  CREDIT_KINDS,
  type CreditAccountRow,
  type CreditEntryRow,
  type CreditKind,
} from './credit.types.js';

export class CreditDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '1f7d2a52-0f5e-4a3f-8f6d-6f0f2a9f4c11' })
  uuid!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'customer@malipo.test',
    description: 'E-mail of the customer; null for what was paid by somebody without a login.',
  })
  customer!: string | null;

  @ApiProperty({ example: '50000.00' })
  balance!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 1, description: 'How many entries there are.' })
  entries_count!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}

export class CreditEntryDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 1, description: 'Counts the entries of the balance from 1.' })
  number!: number;

  @ApiProperty({
    enum: CREDIT_KINDS,
    example: 'payment',
    description:
      '`payment`: a processed payment; `reversal`: a refund or reversal of one; `kept`: money that nobody owed.',
  })
  kind!: CreditKind;

  @ApiProperty({ example: '50000.00', description: 'With a minus in front when taken back.' })
  amount!: string;

  @ApiProperty({ example: '50000.00' })
  balance_after!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;
}

export function presentCredit(row: CreditAccountRow): CreditDto {
  return {
    id: row.id,
    uuid: row.uuid,
    customer: row.customer_email,
    balance: formatMinor(row.balance_minor, row.currency),
    currency: row.currency,
    entries_count: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentEntry(row: CreditEntryRow): CreditEntryDto {
  return {
    id: Number(row.id),
    number: row.number,
    kind: row.kind,
    amount: formatMinor(row.amount_minor, row.currency),
    balance_after: formatMinor(row.balance_after_minor, row.currency),
    currency: row.currency,
    payment: row.payment_id,
    created_at: row.created_at.toISOString(),
  };
}
