import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { CURRENCIES, formatMinor } from '../../common/index.js';
import { CaseInsensitiveEnum, IsAmount, IsObjectId, ListQuery } from '../../http/index.js';
import { PROVIDER_IDS, type ProviderCode } from '../../providers/index.js';
import {
  ACT_KINDS,
  ACT_STATES,
  type ActRow,
  RECEIPT_KINDS,
  type ReceiptKind,
  type ReceiptRow,
} from './unallocated.entity.js';

const PROVIDER_CODES = Object.keys(PROVIDER_IDS) as ProviderCode[];
const ID = { oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] };
const AMOUNT = {
  oneOf: [{ type: 'string' }, { type: 'number' }],
  example: '25000.00',
  description: 'All that is left unless given',
};

export class UnallocatedQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ['open', 'settled'], example: 'open' })
  @IsOptional()
  @CaseInsensitiveEnum(['open', 'settled'])
  status?: 'open' | 'settled';

  @ApiPropertyOptional({ enum: RECEIPT_KINDS, example: 'overpayment' })
  @IsOptional()
  @CaseInsensitiveEnum(RECEIPT_KINDS)
  kind?: ReceiptKind;

  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;
}

/** Money on a statement that no payment here explains. */
export class RecordReceiptDto {
  @ApiProperty({ enum: PROVIDER_CODES, example: 'manual', description: 'Where it came in' })
  @IsIn(PROVIDER_CODES, { message: `must be one of ${PROVIDER_CODES.join(', ')}` })
  provider!: ProviderCode;

  @ApiProperty({ oneOf: AMOUNT.oneOf, example: '25000.00' })
  @IsAmount()
  amount!: string | number;

  @ApiProperty({ example: 'TZS' })
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency!: string;

  @ApiProperty({ example: 'FT26023XK1', description: 'The gateway’s or the bank’s; taken once' })
  @IsString()
  @MinLength(3)
  @MaxLength(120)
  reference!: string;

  @ApiPropertyOptional({ example: 'Neema Mushi' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  payer?: string;

  @ApiPropertyOptional({ example: 'CRDB statement of 23 January, line 14' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  note?: string;
}

class ActDto {
  @ApiPropertyOptional(AMOUNT)
  @IsOptional()
  @IsAmount()
  amount?: string | number;

  @ApiProperty({ example: 'Paid twice by mistake', maxLength: 500 })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  reason!: string;
}

export class AllocateDto extends ActDto {
  @ApiPropertyOptional({ ...ID, example: 123 })
  @IsOptional()
  @IsObjectId()
  booking?: number | string;

  @ApiPropertyOptional({ ...ID, description: 'Instead of a booking' })
  @IsOptional()
  @IsObjectId()
  invoice?: number | string;

  @ApiPropertyOptional({ ...ID, description: 'Instead of a booking' })
  @IsOptional()
  @IsObjectId()
  order?: number | string;
}

export class KeepAsCreditDto extends ActDto {
  @ApiPropertyOptional({
    example: 'customer@malipo.test',
    description: 'For whom it is kept; the payment’s customer unless given',
  })
  @IsOptional()
  @IsEmail({}, { message: 'must be an e-mail address' })
  customer?: string;
}

export class PayBackDto extends ActDto {
  @ApiProperty({
    example: 'bank_transfer',
    description: 'How it was paid back; `cash` comes out of your open drawer session',
  })
  @IsString()
  @MinLength(2)
  @MaxLength(60)
  method!: string;

  @ApiProperty({ example: 'CRDB transfer 20260123-4411', description: 'What proves it' })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  evidence!: string;
}

export class UnallocatedReceiptDto {
  @ApiProperty({ example: 4 })
  id!: number;

  @ApiProperty({ example: '3e0f8a52-4d7e-4a8c-9f65-0d5f8a1b2c3d', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ enum: RECEIPT_KINDS, example: 'overpayment' })
  kind!: string;

  @ApiProperty({ enum: ['open', 'settled'], example: 'open' })
  status!: string;

  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 16 })
  transaction!: number | null;

  @ApiProperty({ example: 'azampay' })
  provider!: string;

  @ApiProperty({ type: String, nullable: true, example: 'AZM019be9446ac770a2a65c6243434f61d8' })
  reference!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  payer!: string | null;

  @ApiProperty({ example: '' })
  note!: string;

  @ApiProperty({ example: '50000.00' })
  amount!: string;

  @ApiProperty({ example: '50000.00', description: 'What no act, done or waiting, has taken' })
  left!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;
}

export class UnallocatedActDto {
  @ApiProperty({ example: 2 })
  id!: number;

  @ApiProperty({ example: '8c1c0c1e-52a5-4a53-9a0e-0c8a3a7f6e10', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 4 })
  receipt!: number;

  @ApiProperty({ enum: ACT_KINDS, example: 'allocate' })
  kind!: string;

  @ApiProperty({
    enum: ACT_STATES,
    example: 'done',
    description: '`waiting`: above the limit, somebody else has to confirm it',
  })
  status!: string;

  @ApiProperty({ example: '25000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'Paid twice by mistake' })
  reason!: string;

  @ApiProperty({ type: String, nullable: true, example: 'booking' })
  payable_kind!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 123 })
  payable!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 70, description: 'What allocating made' })
  payment!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  method!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  evidence!: string | null;

  @ApiProperty({ example: 6 })
  proposed_by!: number;

  @ApiProperty({ type: Number, nullable: true, example: null })
  decided_by!: number | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;
}

export class UnallocatedReceiptDetailDto extends UnallocatedReceiptDto {
  @ApiProperty({ type: [UnallocatedActDto] })
  acts!: UnallocatedActDto[];
}

export function presentReceipt(row: ReceiptRow): UnallocatedReceiptDto {
  return {
    id: row.id,
    uuid: row.uuid,
    kind: row.kind,
    status: BigInt(row.left_minor) > 0n ? 'open' : 'settled',
    payment: row.payment_id,
    transaction: row.transaction_id,
    provider: row.provider,
    reference: row.reference,
    payer: row.payer,
    note: row.note,
    amount: formatMinor(row.amount_minor, row.currency),
    left: formatMinor(row.left_minor, row.currency),
    currency: row.currency,
    created_at: row.created_at.toISOString(),
  };
}

export function presentAct(row: ActRow): UnallocatedActDto {
  return {
    id: row.id,
    uuid: row.uuid,
    receipt: row.receipt_id,
    kind: row.kind,
    status: row.status,
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    reason: row.reason,
    payable_kind: row.payable_kind,
    payable: row.payable_id,
    payment: row.payment_id,
    method: row.refund_method,
    evidence: row.refund_evidence,
    proposed_by: row.proposed_by,
    decided_by: row.decided_by,
    created_at: row.created_at.toISOString(),
  };
}
