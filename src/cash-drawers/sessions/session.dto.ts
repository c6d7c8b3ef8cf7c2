import { ApiProperty } from '@nestjs/swagger';
import { SESSION_STATUSES, type SessionStatus } from '../cash.types.js';

const amount = (example: string | null, description: string) => ({
  type: String,
  nullable: true,
  example,
  description,
});

export class CashDenominationDto {
  @ApiProperty({ example: '10000.00' })
  value!: string;

  @ApiProperty({ example: 12 })
  count!: number;
}

export class CashSessionCurrencyDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '50000.00', description: 'What the cashier found at the opening.' })
  declared_opening!: string;

  @ApiProperty(amount('50000.00', 'What the last close left; null at a drawer’s first session.'))
  expected_opening!: string | null;

  @ApiProperty(amount('0.00', 'Declared less expected opening.'))
  opening_difference!: string | null;

  @ApiProperty(
    amount('120000.00', 'By the events: so far, frozen once closed. Null while it is concealed.'),
  )
  expected!: string | null;

  @ApiProperty(amount('119500.00', 'Null before the count.'))
  counted!: string | null;

  @ApiProperty(amount('-500.00', 'Counted less expected; null before the close.'))
  variance!: string | null;

  @ApiProperty(amount('5000.00', 'The limit that the variance was held to.'))
  variance_limit!: string | null;

  @ApiProperty({ type: [CashDenominationDto], nullable: true })
  denominations!: CashDenominationDto[] | null;
}

export class CashPersonDto {
  @ApiProperty({ example: 5 })
  id!: number;

  @ApiProperty({ example: 'Neema Kessy' })
  name!: string;
}

const time = (description: string) => ({
  type: String,
  format: 'date-time',
  nullable: true,
  example: null,
  description,
});

export class CashSessionDto {
  @ApiProperty({ example: 12 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '2b6dbe0e-9a3b-4a34-8b3a-6e3b3f6f4b60' })
  uuid!: string;

  @ApiProperty({ example: 7, description: 'Counts the sessions of its drawer, without gaps.' })
  number!: number;

  @ApiProperty({ example: 1, description: 'Id of the drawer.' })
  drawer!: number;

  @ApiProperty({ example: 'Reception' })
  drawer_name!: string;

  @ApiProperty({ type: CashPersonDto })
  cashier!: CashPersonDto;

  @ApiProperty({ enum: SESSION_STATUSES, example: 'open' })
  status!: SessionStatus;

  @ApiProperty({ example: false })
  blind!: boolean;

  @ApiProperty({ type: [CashSessionCurrencyDto] })
  currencies!: CashSessionCurrencyDto[];

  @ApiProperty({
    example: false,
    description: 'Closed with a variance above the limit: a second person must review it.',
  })
  review_required!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  opened_at!: string;

  @ApiProperty(time('When the drawer was taken away to be counted.'))
  counting_at!: string | null;

  @ApiProperty({ type: CashPersonDto, nullable: true })
  counted_by!: CashPersonDto | null;

  @ApiProperty(time('When its amounts were frozen.'))
  closed_at!: string | null;

  @ApiProperty({ type: CashPersonDto, nullable: true })
  closed_by!: CashPersonDto | null;

  @ApiProperty(time('When a second person looked at it.'))
  reviewed_at!: string | null;

  @ApiProperty({ type: CashPersonDto, nullable: true })
  reviewed_by!: CashPersonDto | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 31,
    description: 'Id of the last event in the frozen amounts.',
  })
  last_event!: number | null;

  @ApiProperty({ example: 'Morning shift' })
  opening_notes!: string;

  @ApiProperty({ example: '' })
  closing_notes!: string;

  @ApiProperty({ example: '' })
  review_notes!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}
