import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { formatMinor } from '../../common/index.js';
import { CaseInsensitiveEnum, ListQuery } from '../../http/index.js';
import {
  type ItemRow,
  LINE_KINDS,
  LINE_STATES,
  type LineKind,
  type Outcome,
  OUTCOMES,
} from '../reconciliation.types.js';

export const RESOLUTION_ACTIONS = ['unallocated'] as const;

export class ItemsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: OUTCOMES, example: 'missing_here' })
  @IsOptional()
  @CaseInsensitiveEnum(OUTCOMES)
  outcome?: Outcome;

  @ApiPropertyOptional({ enum: LINE_KINDS, example: 'payment' })
  @IsOptional()
  @CaseInsensitiveEnum(LINE_KINDS)
  kind?: LineKind;

  @ApiPropertyOptional({
    enum: ['open', 'settled'],
    example: 'open',
    description: '`open`: a difference that nobody has resolved',
  })
  @IsOptional()
  @CaseInsensitiveEnum(['open', 'settled'])
  state?: 'open' | 'settled';
}

export class ResolveItemDto {
  @ApiProperty({ example: 'Paid at the counter of the other branch', maxLength: 500 })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  @Matches(/\S/, { message: 'must say something' })
  reason!: string;

  @ApiPropertyOptional({
    enum: RESOLUTION_ACTIONS,
    example: 'unallocated',
    description: '`unallocated`: money there that nothing here explains goes into that queue',
  })
  @IsOptional()
  @CaseInsensitiveEnum(RESOLUTION_ACTIONS)
  action?: (typeof RESOLUTION_ACTIONS)[number];
}

export class ItemLineDto {
  @ApiProperty({ type: Number, nullable: true, example: 14 })
  number!: number | null;

  @ApiProperty({ type: String, nullable: true, example: '9014471234' })
  gateway_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'BOOKING-69-4zq8w1k9m2x7c5vb' })
  reference!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '255653294241' })
  payer!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Room 7' })
  description!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...LINE_STATES, 'not_found', 'unknown'],
    example: 'paid',
  })
  status!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Success', description: 'Its own word' })
  wire_status!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '40000.00' })
  amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'TZS' })
  currency!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-01-23T05:12:00Z',
  })
  at!: string | null;
}

export class ItemRecordDto {
  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 81 })
  transaction!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  refund!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'completed' })
  status!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '50000.00' })
  amount!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'TZS' })
  currency!: string | null;
}

export class ItemDto {
  @ApiProperty({ example: 412 })
  id!: number;

  @ApiProperty({ example: '7d1f6c8e-1c2b-4f5a-8d3e-6a5b4c3d2e1f', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 7 })
  run!: number;

  @ApiProperty({ enum: LINE_KINDS, example: 'payment' })
  kind!: string;

  @ApiProperty({ enum: OUTCOMES, nullable: true, type: String, example: 'amount_differs' })
  outcome!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'More of why' })
  detail!: string | null;

  @ApiProperty({ type: ItemLineDto, description: 'What stands there' })
  line!: ItemLineDto;

  @ApiProperty({ type: ItemRecordDto, description: 'What stood here when it was compared' })
  record!: ItemRecordDto;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'An attempt that may be meant; for people to look at',
  })
  suggested_transaction!: number | null;

  @ApiProperty({ example: false, description: 'The gateway was asked, and its answer settled it' })
  healed!: boolean;

  @ApiProperty({ example: false, description: 'It is in the ledger' })
  posted!: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  resolved_at!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'Null: by a later statement',
  })
  resolved_by!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  resolution!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'In the unallocated queue',
  })
  receipt!: number | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T05:12:00Z' })
  created_at!: string;
}

export function presentItem(row: ItemRow): ItemDto {
  return {
    id: row.id,
    uuid: row.uuid,
    run: row.run_id,
    kind: row.kind,
    outcome: row.outcome,
    detail: row.detail,
    line: {
      number: row.line_no,
      gateway_id: row.gateway_id,
      reference: row.reference,
      payer: row.payer,
      description: row.description,
      status: row.line_status,
      wire_status: row.wire_status,
      amount: amountOf(row.amount_minor, row.currency),
      currency: row.currency,
      at: row.happened_at?.toISOString() ?? null,
    },
    record: {
      payment: row.payment_id,
      transaction: row.transaction_id,
      refund: row.refund_id,
      status: row.expected_status,
      amount: amountOf(row.expected_minor, row.expected_currency),
      currency: row.expected_currency,
    },
    suggested_transaction: row.suggested_transaction_id,
    healed: row.healed_at !== null,
    posted: row.posting_id !== null,
    resolved_at: row.resolved_at?.toISOString() ?? null,
    resolved_by: row.resolved_by,
    resolution: row.resolution,
    receipt: row.receipt_id,
    created_at: row.created_at.toISOString(),
  };
}

function amountOf(minor: string | null, currency: string | null): string | null {
  return minor === null || currency === null ? null : formatMinor(minor, currency);
}
