import { ApiProperty } from '@nestjs/swagger';
import { formatMinor } from '../../common/index.js';
import { EVENT_TYPES, type EventRow, type EventType } from '../cash.types.js';

const DIRECTIONS = { '1': 'in', '-1': 'out', '0': 'none' } as const;
type DirectionWord = (typeof DIRECTIONS)[keyof typeof DIRECTIONS];

export class CashEventDto {
  @ApiProperty({ example: 31 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '3f6c2a9e-64f0-4a39-9a0d-3c8f0a4d0f6e' })
  uuid!: string;

  @ApiProperty({ example: 12, description: 'Id of the drawer session.' })
  session!: number;

  @ApiProperty({ enum: EVENT_TYPES, example: 'drop_to_safe' })
  type!: EventType;

  @ApiProperty({ enum: Object.values(DIRECTIONS), example: 'out' })
  direction!: DirectionWord;

  @ApiProperty({ example: '100000.00', description: 'Never negative; see `direction`.' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 'Evening drop' })
  reason!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The same on both events of an exchange.',
  })
  exchange_id!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  payment!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  refund!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: null })
  expense!: number | null;

  @ApiProperty({ example: 5, description: 'Id of the user who did it.' })
  actor!: number;

  @ApiProperty({ example: 'Neema Kessy' })
  actor_name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;
}

export class RecordedEventDto extends CashEventDto {
  @ApiProperty({
    type: CashEventDto,
    nullable: true,
    description: 'What came in, when the event is the outgoing half of an exchange.',
  })
  received!: CashEventDto | null;
}

export function presentEvent(row: EventRow): CashEventDto {
  return {
    id: Number(row.id),
    uuid: row.uuid,
    session: row.session_id,
    type: row.type,
    direction: DIRECTIONS[row.direction],
    amount: formatMinor(row.amount_minor, row.currency),
    currency: row.currency,
    reason: row.reason,
    exchange_id: row.exchange_id,
    payment: row.payment_id,
    refund: row.refund_id,
    expense: row.expense_id,
    actor: row.actor_id,
    actor_name: row.actor_name,
    created_at: row.created_at.toISOString(),
  };
}

/** The events of one recording: one, or the two of an exchange, outgoing first. */
export function presentRecorded([first, second]: [EventRow, EventRow?]): RecordedEventDto {
  return Object.assign(presentEvent(first), { received: second ? presentEvent(second) : null });
}
