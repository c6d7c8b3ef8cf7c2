import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { CaseInsensitiveEnum, IsObjectId, ListQuery, maskText, maskValue } from '../http/index.js';
import { PROVIDER_IDS, type ProviderCode } from '../providers/index.js';
import {
  EVENT_STATES,
  type EventStatus,
  VERIFICATIONS,
  type Verification,
  type WebhookEventRow,
} from './webhook-event.entity.js';

const PROVIDER_CODES = Object.keys(PROVIDER_IDS) as ProviderCode[];

export class WebhookEventsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: EVENT_STATES, example: 'parked' })
  @IsOptional()
  @CaseInsensitiveEnum(EVENT_STATES)
  status?: EventStatus;

  @ApiPropertyOptional({ enum: PROVIDER_CODES, example: 'azampay' })
  @IsOptional()
  @CaseInsensitiveEnum(PROVIDER_CODES)
  provider?: ProviderCode;

  @ApiPropertyOptional({ enum: VERIFICATIONS, example: 'verified' })
  @IsOptional()
  @CaseInsensitiveEnum(VERIFICATIONS)
  verification?: Verification;

  @ApiPropertyOptional({ description: 'Our reference', type: String })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  reference?: string;

  @ApiPropertyOptional({ description: 'Id or uuid of a payment', type: String, example: '69' })
  @IsOptional()
  @IsObjectId()
  payment?: string;
}

export class ReplayDto {
  @ApiPropertyOptional({
    example: 'The amount was corrected with the gateway',
    description: 'Kept in the audit trail',
  })
  @IsOptional()
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  reason?: string;
}

/** One notification of a gateway, as an administrator reads it. */
export class WebhookEventDto {
  @ApiProperty({ example: 7 })
  id!: number;

  @ApiProperty({ example: '0da607cb-53ff-4538-9641-83d108716c19', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ enum: PROVIDER_CODES, example: 'azampay' })
  provider!: string;

  @ApiProperty({
    enum: VERIFICATIONS,
    example: 'verified',
    description: '`undecided`: the key could not be had when it came',
  })
  verification!: string;

  @ApiProperty({ enum: EVENT_STATES, example: 'parked' })
  status!: string;

  @ApiProperty({ type: String, nullable: true, example: 'amount_mismatch' })
  reason!: string | null;

  @ApiProperty({ example: 'success', description: "The gateway's own status word" })
  wire_status!: string;

  @ApiProperty({ example: 'BOOKING-HTL-000008-3M5XKQ0V9T2C7D4H' })
  reference!: string;

  @ApiProperty({ type: String, nullable: true, example: 'ab1edccae210452188676c24df0ffa40' })
  gateway_transaction_id!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 15 })
  transaction!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({ example: 0 })
  replays!: number;

  @ApiProperty({ type: String, nullable: true, example: null })
  last_error!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00Z' })
  received_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-01-23T05:12:01Z',
  })
  processed_at!: string | null;
}

export class WebhookEventDetailDto extends WebhookEventDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'content-type': 'application/json' },
  })
  headers!: Record<string, string>;

  @ApiProperty({
    example: '{"transactionstatus":"success","msisdn":"255*******41"}',
    description: 'As it came, with secrets and phone numbers masked',
  })
  body!: string;
}

export function presentEvent(row: WebhookEventRow): WebhookEventDto {
  return {
    id: row.id,
    uuid: row.uuid,
    provider: row.provider,
    verification: row.verification,
    status: row.status,
    reason: row.reason,
    wire_status: row.wire_status,
    reference: row.reference,
    gateway_transaction_id: row.gateway_transaction_id,
    transaction: row.transaction_id,
    payment: row.payment_id,
    replays: row.replays,
    last_error: row.last_error,
    received_at: row.received_at.toISOString(),
    processed_at: row.processed_at?.toISOString() ?? null,
  };
}

export function presentEventDetail(row: WebhookEventRow): WebhookEventDetailDto {
  return Object.assign(presentEvent(row), {
    headers: row.headers,
    body: maskedBody(row.raw_body),
  });
}

function maskedBody(rawBody: Buffer): string {
  const text = rawBody.toString('utf8');
  try {
    return JSON.stringify(maskValue(JSON.parse(text)));
  } catch {
    return maskText(text);
  }
}
