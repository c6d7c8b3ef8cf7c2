import { ApiProperty } from '@nestjs/swagger';
import type { InitiatedPrompt } from '../attempts/initiate-gateway.service.js';
import type { ResolvedAttempt } from '../attempts/resolutions.service.js';

const PROMPTED =
  'Payment initiated successfully. The customer will receive a payment prompt on their phone.';
const UNCONFIRMED =
  'The payment was sent to the gateway, which has not confirmed it yet. Do not pay again: read the payment to learn its outcome.';

export class InitiatedDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ example: 69 })
  payment_id!: number;

  @ApiProperty({ example: 15 })
  transaction_id!: number;

  @ApiProperty({ example: 'BOOKING-HTL-000008-3m5xkq0v9t2c7d4h' })
  transaction_reference!: string;

  @ApiProperty({ type: String, nullable: true, example: 'AZM019be9446ac770a2a65c6243434f61d8' })
  gateway_transaction_id!: string | null;

  @ApiProperty({ example: PROMPTED })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: '255653294241' })
  phone_number_used!: string | null;

  @ApiProperty({ example: 'HTL-000008' })
  booking_reference!: string;

  @ApiProperty({ example: 'processing' })
  status!: string;
}

export function presentInitiated(initiated: InitiatedPrompt): InitiatedDto {
  const { payment, attempt, acknowledged } = initiated;
  return {
    success: true,
    payment_id: payment.id,
    transaction_id: attempt.id,
    transaction_reference: attempt.reference,
    gateway_transaction_id: attempt.gateway_transaction_id,
    message: acknowledged ? PROMPTED : UNCONFIRMED,
    phone_number_used: attempt.phone,
    booking_reference: payment.payable_reference,
    status: payment.status,
  };
}

export class GatewayHealthDto {
  @ApiProperty({
    example: 3600,
    description: 'Seconds looked back, over at most the latest 500 attempts',
  })
  window_s!: number;

  @ApiProperty({ example: 118, description: 'Attempts sent to the gateway within that time' })
  attempts!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.9661,
    description:
      'Completed, of those that were completed, failed, expired, or got no trustworthy answer; ' +
      'not counted is what payers cancelled or have yet to answer. Null without any',
  })
  success_rate!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 840,
    description: 'Median time until the gateway acknowledged an order (ms)',
  })
  median_latency_ms!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 21400,
    description:
      "Median time from an order to its first notification (ms), the payer's own time included",
  })
  median_callback_delay_ms!: number | null;
}

export class ProviderDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'AZAM Pay' })
  name!: string;

  @ApiProperty({ example: 'AZAM Pay Payment Gateway' })
  description!: string;

  @ApiProperty({ example: 'azampay' })
  code!: string;

  @ApiProperty({ type: [String], example: ['TZS'] })
  currencies!: string[];

  @ApiProperty({ type: [String], example: ['mobile_money'] })
  methods!: string[];

  @ApiProperty({
    type: [String],
    example: ['AIRTEL', 'TIGO', 'MPESA', 'HALOPESA', 'AZAMPESA'],
  })
  mobile_money_providers!: string[];

  @ApiProperty({ enum: ['prompt', 'redirect', 'none'], example: 'prompt' })
  flow!: string;

  @ApiProperty({ enum: ['none', 'partial', 'full'], example: 'none' })
  refund!: string;

  @ApiProperty({ type: GatewayHealthDto, description: 'How it has done lately' })
  health!: GatewayHealthDto;
}

export class ResolvedTransactionDto {
  @ApiProperty({
    enum: ['proposed', 'confirmed'],
    example: 'proposed',
    description: '`proposed` until a second person posts the same outcome',
  })
  status!: string;

  @ApiProperty({ enum: ['completed', 'failed'], example: 'completed' })
  outcome!: string;

  @ApiProperty({ example: 'AzamPay statement of 2026-01-23, line 118' })
  evidence!: string;

  @ApiProperty({ example: 'The callback never came; the statement shows the money' })
  reason!: string;

  @ApiProperty({ example: 2, description: 'User who proposed it' })
  proposed_by!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'User who confirmed it',
  })
  decided_by!: number | null;
}

export function presentResolved(resolved: ResolvedAttempt): ResolvedTransactionDto {
  return {
    status: resolved.status,
    outcome: resolved.resolution.outcome,
    evidence: resolved.resolution.evidence,
    reason: resolved.resolution.reason,
    proposed_by: resolved.proposedBy,
    decided_by: resolved.decidedBy,
  };
}
