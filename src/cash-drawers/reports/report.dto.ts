import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { CaseInsensitiveEnum } from '../../http/index.js';
import {
  EVENT_TYPES,
  type EventType,
  SESSION_STATUSES,
  type SessionStatus,
} from '../cash.types.js';
import { CashDenominationDto, CashPersonDto } from '../sessions/session.dto.js';

const nullable = (example: string | null, description: string) => ({
  type: String,
  nullable: true,
  example,
  description,
});

export class ReportQuery {
  @ApiPropertyOptional({ enum: ['json', 'pdf'], default: 'json', example: 'pdf' })
  @IsOptional()
  @CaseInsensitiveEnum(['json', 'pdf'] as const)
  format?: 'json' | 'pdf';
}

export class CashReportTotalDto {
  @ApiProperty({ enum: EVENT_TYPES, example: 'sale' })
  type!: EventType;

  @ApiProperty({ enum: ['in', 'out', 'none'], example: 'in' })
  direction!: 'in' | 'out' | 'none';

  @ApiProperty({ example: 3 })
  count!: number;

  @ApiProperty({ example: '150000.00' })
  amount!: string;
}

export class CashReportCurrencyDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '50000.00' })
  declared_opening!: string;

  @ApiProperty(nullable('50000.00', 'What the close before had left.'))
  expected_opening!: string | null;

  @ApiProperty({ type: [CashReportTotalDto] })
  totals!: CashReportTotalDto[];

  @ApiProperty(nullable('200000.00', 'The opening float and all that came in.'))
  cash_in!: string | null;

  @ApiProperty(nullable('80000.00', 'All that went out.'))
  cash_out!: string | null;

  @ApiProperty(nullable('120000.00', 'Cash in less cash out.'))
  expected!: string | null;

  @ApiProperty(nullable('119500.00', 'Null before the count.'))
  counted!: string | null;

  @ApiProperty({
    type: [CashDenominationDto],
    nullable: true,
    description: 'Notes and coins as they were counted, where somebody said.',
  })
  denominations!: CashDenominationDto[] | null;

  @ApiProperty(nullable('-500.00', 'Counted less expected.'))
  variance!: string | null;
}

export class CashReportTenderDto {
  @ApiProperty({ example: 'cash', description: 'Payment method.' })
  tender!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({
    example: true,
    description: 'False: paid past the drawer, begun by its cashier while the session was open.',
  })
  in_drawer!: boolean;

  @ApiProperty({ example: 3 })
  sales_count!: number;

  @ApiProperty({ example: '150000.00' })
  sales!: string;

  @ApiProperty({ example: 0 })
  refunds_count!: number;

  @ApiProperty({ example: '0.00' })
  refunds!: string;

  @ApiProperty({ example: '150000.00' })
  net!: string;
}

export class CashReportCashierDto {
  @ApiProperty({ example: 5 })
  id!: number;

  @ApiProperty({ example: 'Neema Kessy' })
  name!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 3 })
  sales_count!: number;

  @ApiProperty({ example: '150000.00' })
  sales!: string;

  @ApiProperty({ example: 0 })
  refunds_count!: number;

  @ApiProperty({ example: '0.00' })
  refunds!: string;

  @ApiProperty({ example: '50000.00', description: 'Float, pay-ins, exchanges, adjustments.' })
  other_in!: string;

  @ApiProperty({ example: '80000.00', description: 'Pay-outs, drops, deposits, exchanges.' })
  other_out!: string;
}

export class CashReportDrawerDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ example: 'Reception' })
  name!: string;

  @ApiProperty({ example: 'Coral Beach Hotel, lobby' })
  location!: string;
}

class CashReportDto {
  @ApiProperty({ type: [CashReportCurrencyDto] })
  currencies!: CashReportCurrencyDto[];

  @ApiProperty({ type: [CashReportTenderDto] })
  tenders!: CashReportTenderDto[];

  @ApiProperty({ type: [CashReportCashierDto] })
  cashiers!: CashReportCashierDto[];

  @ApiProperty({ example: 9 })
  event_count!: number;

  @ApiProperty({ type: Number, nullable: true, example: 31 })
  last_event_id!: number | null;
}

export class XReportDto extends CashReportDto {
  @ApiProperty({ type: CashReportDrawerDto })
  drawer!: CashReportDrawerDto;

  @ApiProperty({ example: 12, description: 'Id of the session.' })
  session!: number;

  @ApiProperty({ example: 7 })
  session_number!: number;

  @ApiProperty({ enum: SESSION_STATUSES, example: 'open' })
  status!: SessionStatus;

  @ApiProperty({ type: CashPersonDto })
  cashier!: CashPersonDto;

  @ApiProperty({
    example: false,
    description: 'True in a blind session: whoever counts gets no sums before the close.',
  })
  concealed!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  opened_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T14:30:00.000Z' })
  as_of!: string;
}

export class ZReportSessionDto {
  @ApiProperty({ example: 12 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '2b6dbe0e-9a3b-4a34-8b3a-6e3b3f6f4b60' })
  uuid!: string;

  @ApiProperty({ example: 7 })
  number!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  opened_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T18:02:11.000Z' })
  closed_at!: string;
}

export class ZReportNotesDto {
  @ApiProperty({ example: 'Morning shift' })
  opening!: string;

  @ApiProperty({ example: '' })
  closing!: string;
}

export class ZReportDto extends CashReportDto {
  @ApiProperty({ example: 7 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '9b0f7a34-57a4-4d65-a8a5-1f6f39b4b3f2' })
  uuid!: string;

  @ApiProperty({ example: 7, description: 'Counts the reports of its drawer, without gaps.' })
  number!: number;

  @ApiProperty({ type: CashReportDrawerDto })
  drawer!: CashReportDrawerDto;

  @ApiProperty({ type: ZReportSessionDto })
  session!: ZReportSessionDto;

  @ApiProperty({ type: CashPersonDto })
  cashier!: CashPersonDto;

  @ApiProperty({ type: CashPersonDto })
  closed_by!: CashPersonDto;

  @ApiProperty({ example: false, description: 'Closed with a variance above the limit.' })
  review_required!: boolean;

  @ApiProperty({ type: ZReportNotesDto })
  notes!: ZReportNotesDto;

  @ApiProperty(nullable(null, 'Hash of the report before; null for a drawer’s first.'))
  previous_hash!: string | null;

  @ApiProperty({
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'SHA-256 of `previous_hash` (or nothing), a line feed, and `sealed_text`.',
  })
  hash!: string;

  @ApiProperty({
    example: '{"number":7,"account":1}',
    description: 'The report as JSON, to the letter as it was hashed.',
  })
  sealed_text!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T18:02:11.000Z' })
  created_at!: string;
}

export class ZChainDto {
  @ApiProperty({ example: true })
  valid!: boolean;

  @ApiProperty({ example: 7, description: 'How many reports were looked at.' })
  reports!: number;

  @ApiProperty({ type: Number, nullable: true, example: null })
  broken_at!: number | null;

  @ApiProperty(nullable(null, 'What is wrong with that report.'))
  reason!: string | null;

  @ApiProperty(
    nullable(
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'Hash of the newest report: noted elsewhere, it proves later that none was taken away.',
    ),
  )
  head!: string | null;
}
