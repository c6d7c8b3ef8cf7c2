import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { CaseInsensitiveEnum, IsDay, ListQuery } from '../http/index.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const DAY = '2026-01-23';

export class CloseDayDto {
  @ApiProperty({ format: 'date', example: DAY, description: 'A day of UTC that is over.' })
  @IsDay()
  date!: string;
}

export class DayClosesQuery extends ListQuery {
  @ApiPropertyOptional({ format: 'date', example: '2026-01-01', description: 'From this day on.' })
  @IsOptional()
  @IsDay()
  date_from?: string;

  @ApiPropertyOptional({ format: 'date', example: '2026-01-31', description: 'Up to this day.' })
  @IsOptional()
  @IsDay()
  date_to?: string;
}

export class DayCloseFormatQuery {
  @ApiPropertyOptional({ enum: ['json', 'pdf'], default: 'json', example: 'pdf' })
  @IsOptional()
  @CaseInsensitiveEnum(['json', 'pdf'] as const)
  format?: 'json' | 'pdf';
}

export class DayClosePersonDto {
  @ApiProperty({ example: 2 })
  id!: number;

  @ApiProperty({ example: 'Neema Kessy' })
  name!: string;
}

export class DayCloseNamedDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'Front desk' })
  name!: string;
}

/** A close as lists show it. */
export class DayCloseSummaryDto {
  @ApiProperty({ example: 14 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '9b0f7a34-57a4-4d65-a8a5-1f6f39b4b3f2' })
  uuid!: string;

  @ApiProperty({ example: 23, description: 'Counts the closes of the account, without gaps.' })
  number!: number;

  @ApiProperty({ format: 'date', example: DAY })
  date!: string;

  @ApiProperty({
    type: DayClosePersonDto,
    nullable: true,
    description: 'Null: it was closed on schedule.',
  })
  closed_by!: DayClosePersonDto | null;

  @ApiProperty({ type: String, nullable: true, example: HASH, description: 'Of the close before.' })
  previous_hash!: string | null;

  @ApiProperty({
    example: HASH,
    description: 'SHA-256 of `previous_hash` (or nothing), a line feed, and `sealed_text`.',
  })
  hash!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T00:05:00.000Z' })
  created_at!: string;
}

export class DayCloseHeadDto {
  @ApiProperty({ example: 1342 })
  seq!: number;

  @ApiProperty({ example: HASH })
  hash!: string;
}

export class DayCloseCashDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '120000.00' })
  expected!: string;

  @ApiProperty({ example: '119500.00' })
  counted!: string;

  @ApiProperty({ example: '-500.00' })
  variance!: string;
}

export class DayCloseZReportDto {
  @ApiProperty({ example: 7 })
  id!: number;

  @ApiProperty({ type: DayCloseNamedDto })
  drawer!: DayCloseNamedDto;

  @ApiProperty({ example: 7 })
  number!: number;

  @ApiProperty({ example: 12 })
  session!: number;

  @ApiProperty({ example: 'Neema Kessy' })
  cashier!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T18:02:11.000Z' })
  closed_at!: string;

  @ApiProperty({ example: HASH })
  hash!: string;

  @ApiProperty({ type: [DayCloseCashDto] })
  currencies!: DayCloseCashDto[];
}

export class DayCloseSessionDto {
  @ApiProperty({ example: 13 })
  id!: number;

  @ApiProperty({ example: 8 })
  number!: number;

  @ApiProperty({ type: DayCloseNamedDto })
  drawer!: DayCloseNamedDto;

  @ApiProperty({ example: 'Neema Kessy' })
  cashier!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T20:00:00.000Z' })
  opened_at!: string;
}

export class DayCloseDrawersDto {
  @ApiProperty({
    type: [DayCloseZReportDto],
    description: 'Of sessions that were closed since the close before.',
  })
  z_reports!: DayCloseZReportDto[];

  @ApiProperty({ type: [DayCloseCashDto] })
  totals!: DayCloseCashDto[];

  @ApiProperty({ type: [DayCloseSessionDto], description: 'Still open when the day ended.' })
  open_sessions!: DayCloseSessionDto[];
}

export class DayCloseManualPaymentDto {
  @ApiProperty({ example: 69 })
  payment!: number;

  @ApiProperty({ example: 5 })
  invoice!: number;

  @ApiProperty({ example: 'FT26023XYZ' })
  reference!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '50000.00' })
  amount!: string;

  @ApiProperty({ example: 'Neema Kessy' })
  approved_by!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T09:12:00.000Z' })
  approved_at!: string;
}

export class DayCloseTotalDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 1 })
  count!: number;

  @ApiProperty({ example: '50000.00' })
  amount!: string;
}

export class DayCloseManualDto {
  @ApiProperty({ type: [DayCloseManualPaymentDto] })
  approved!: DayCloseManualPaymentDto[];

  @ApiProperty({ type: [DayCloseTotalDto] })
  totals!: DayCloseTotalDto[];
}

export class DayCloseGatewayDto {
  @ApiProperty({ example: 'azampay' })
  provider!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 3 })
  paid_count!: number;

  @ApiProperty({ example: '150000.00', description: 'By payments and their attempts.' })
  paid!: string;

  @ApiProperty({ example: 1 })
  refunded_count!: number;

  @ApiProperty({ example: '50000.00', description: 'Refunds, reversals and chargebacks.' })
  refunded!: string;

  @ApiProperty({
    example: '0.00',
    description: 'What else moved its clearing account: settlements, money found on statements.',
  })
  other!: string;

  @ApiProperty({ example: '100000.00', description: 'By the ledger: paid − refunded + other.' })
  movement!: string;
}

export class DayCloseBalanceDto {
  @ApiProperty({ example: 'clearing:azampay' })
  code!: string;

  @ApiProperty({ example: 'asset' })
  kind!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '250000.00', description: 'Debit positive, credit negative.' })
  opening!: string;

  @ApiProperty({ example: '100000.00' })
  movement!: string;

  @ApiProperty({ example: '350000.00' })
  closing!: string;
}

export class DayCloseLedgerDto {
  @ApiProperty({ example: 12 })
  journals!: number;

  @ApiProperty({
    example: 0,
    description: 'Of these, written before the day and visible only after its predecessor closed.',
  })
  late!: number;

  @ApiProperty({ type: Number, nullable: true, example: 301 })
  first_journal!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 312 })
  last_journal!: number | null;

  @ApiProperty({
    example: HASH,
    description:
      'SHA-256 of the digest before (or nothing), a line feed, and the journals’ hashes in the order of their ids, one per line.',
  })
  digest!: string;

  @ApiProperty({ type: [DayCloseBalanceDto] })
  accounts!: DayCloseBalanceDto[];
}

export class DayCloseUnallocatedDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 2, description: 'In the queue when the day was closed.' })
  count!: number;

  @ApiProperty({ example: '7500.00' })
  open!: string;

  @ApiProperty({ example: '7500.00', description: 'By the ledger, at the day’s end.' })
  ledger!: string;
}

/** A closed day, as it was sealed. */
export class DayCloseDto extends DayCloseSummaryDto {
  @ApiProperty({ example: 'malipo-day-close-1' })
  format!: string;

  @ApiProperty({ type: DayCloseNamedDto })
  account!: DayCloseNamedDto;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-01-23T00:00:00.000Z',
    description: 'Null for the first close, which reaches back to the account’s beginning.',
  })
  from!: string | null;

  @ApiProperty({
    format: 'date-time',
    example: '2026-01-24T00:00:00.000Z',
    description: 'Not included.',
  })
  until!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-24T00:05:00.000Z' })
  closed_at!: string;

  @ApiProperty({ type: DayCloseHeadDto, description: 'Head of the audit chain at the close.' })
  audit!: DayCloseHeadDto;

  @ApiProperty({ type: DayCloseDrawersDto })
  drawers!: DayCloseDrawersDto;

  @ApiProperty({ type: DayCloseManualDto })
  manual_payments!: DayCloseManualDto;

  @ApiProperty({ type: [DayCloseGatewayDto] })
  gateways!: DayCloseGatewayDto[];

  @ApiProperty({ type: DayCloseLedgerDto })
  ledger!: DayCloseLedgerDto;

  @ApiProperty({ type: [DayCloseUnallocatedDto] })
  unallocated!: DayCloseUnallocatedDto[];

  @ApiProperty({
    example: '{"account":{"id":1,"name":"Malipo"},"date":"2026-01-23"}',
    description: 'The close as JSON, to the letter as it was hashed.',
  })
  sealed_text!: string;
}
