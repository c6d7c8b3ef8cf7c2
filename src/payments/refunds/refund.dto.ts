import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { formatMinor } from '../../common/index.js';
import { IsAmount } from '../../http/index.js';
import { PROVIDER_IDS } from '../../providers/index.js';
import { REFUND_STATES, type RefundRow } from './refund.entity.js';

export class CreateRefundDto {
  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'number' }],
    example: '10000.00',
    description: 'All that is left unless given',
  })
  @IsOptional()
  @IsAmount()
  amount?: string | number;

  @ApiProperty({ example: 'The guest left a day early', maxLength: 500 })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  reason!: string;
}

export class SettleRefundDto {
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

export class RejectRefundDto {
  @ApiProperty({ example: 'The guest stayed the whole week', maxLength: 500 })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  reason!: string;
}

export class RefundDto {
  @ApiProperty({ example: 3 })
  id!: number;

  @ApiProperty({ example: '0da607cb-53ff-4538-9641-83d108716c19', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 69 })
  payment!: number;

  @ApiProperty({ example: 15 })
  transaction!: number;

  @ApiProperty({ enum: Object.keys(PROVIDER_IDS), example: 'chapa' })
  provider!: string;

  @ApiProperty({ example: '10000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({
    enum: REFUND_STATES,
    example: 'processing',
    description: '`needs_attention`: no API can do it; pay it back and record how',
  })
  status!: string;

  @ApiProperty({
    enum: ['not_needed', 'waiting', 'approved', 'rejected'],
    example: 'not_needed',
    description: '`waiting`: above the limit, a second person has to decide',
  })
  approval!: string;

  @ApiProperty({ example: 'The guest left a day early' })
  reason!: string;

  @ApiProperty({ example: 'rf-3m5xkq0v9t2c7d4h', description: 'Our reference' })
  reference!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  gateway_refund_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  settlement_method!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  settlement_evidence!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  completed_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  updated_at!: string;
}

export function presentRefund(refund: RefundRow): RefundDto {
  return {
    id: refund.id,
    uuid: refund.uuid,
    payment: refund.payment_id,
    transaction: refund.transaction_id,
    provider: refund.provider,
    amount: formatMinor(refund.amount_minor, refund.currency),
    currency: refund.currency,
    status: refund.status,
    approval: refund.approval,
    reason: refund.reason,
    reference: refund.reference,
    gateway_refund_id: refund.gateway_refund_id,
    failure_code: refund.failure_code,
    failure_reason: refund.failure_reason,
    settlement_method: refund.settlement_method,
    settlement_evidence: refund.settlement_evidence,
    completed_at: refund.completed_at?.toISOString() ?? null,
    created_at: refund.created_at.toISOString(),
    updated_at: refund.updated_at.toISOString(),
  };
}
