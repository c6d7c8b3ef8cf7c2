import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import { PROVIDER_IDS } from '../../providers/index.js';
import { ATTEMPT_STATES } from '../attempt.state.js';
import type { AttemptRow } from '../payment.entity.js';

/** One attempt at one gateway, as document 002 shows it. */
export class TransactionDto {
  @ApiProperty({ example: 15 })
  id!: number;

  @ApiProperty({ example: '0da607cb-53ff-4538-9641-83d108716c19', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ example: 69 })
  payment!: number;

  @ApiProperty({ example: 1, description: 'Id of the provider, as in `providers/`' })
  provider!: number;

  @ApiProperty({ enum: Object.keys(PROVIDER_IDS), example: 'azampay' })
  provider_code!: string;

  @ApiProperty({ type: String, nullable: true, example: 'AZM019be9446ac770a2a65c6243434f61d8' })
  gateway_transaction_id!: string | null;

  @ApiProperty({
    example: 'BOOKING-HTL-000008-3m5xkq0v9t2c7d4h',
    description: 'Our reference, at every gateway',
  })
  azam_reference!: string;

  @ApiProperty({ example: 'BOOKING-HTL-000008-3m5xkq0v9t2c7d4h' })
  transaction_reference!: string;

  @ApiProperty({ enum: ATTEMPT_STATES, example: 'pending' })
  status!: string;

  @ApiProperty({ example: '50000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { accountNumber: '255653294241', amount: 50000, currency: 'TZS', provider: 'Airtel' },
    description: 'What was sent to the gateway, without secrets',
  })
  request_payload!: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_code!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  failure_reason!: string | null;

  @ApiProperty({
    example: false,
    description: 'Money received although the payment was complete already',
  })
  overpayment!: boolean;

  @ApiProperty({ example: false, description: 'A person should look at it' })
  needs_review!: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  review_reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-01-23T05:12:01Z',
  })
  sent_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-01-23T05:27:01Z',
  })
  expires_at!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  completed_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:01Z' })
  updated_at!: string;
}

export function presentTransaction(attempt: AttemptRow): TransactionDto {
  return {
    id: attempt.id,
    uuid: attempt.uuid,
    payment: attempt.payment_id,
    provider: PROVIDER_IDS[attempt.provider],
    provider_code: attempt.provider,
    gateway_transaction_id: attempt.gateway_transaction_id,
    azam_reference: attempt.reference,
    transaction_reference: attempt.reference,
    status: attempt.status,
    amount: formatMinor(attempt.amount_minor, attempt.currency),
    currency: attempt.currency,
    request_payload: attempt.request_payload,
    failure_code: attempt.failure_code,
    failure_reason: attempt.failure_reason,
    overpayment: attempt.overpayment,
    needs_review: attempt.review_reason !== null,
    review_reason: attempt.review_reason,
    sent_at: attempt.sent_at?.toISOString() ?? null,
    expires_at: attempt.expires_at?.toISOString() ?? null,
    completed_at: attempt.completed_at?.toISOString() ?? null,
    created_at: attempt.created_at.toISOString(),
    updated_at: attempt.updated_at.toISOString(),
  };
}
