import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CURRENCIES } from '../../common/index.js';
import { CaseInsensitiveEnum, IsMoment, ListQuery } from '../../http/index.js';
import type { ProviderCode } from '../../providers/index.js';
import { RUN_SOURCES, RUN_STATES, type RunRow, type RunSource } from '../reconciliation.types.js';
import { MAPPING_EXAMPLE, PROVIDER_CODES } from '../statements/mapping.dto.js';

const MOMENT = { format: 'date-time', example: '2026-01-23T00:00:00Z' };

/** What comes beside a statement file; a form's fields are texts. */
export class ImportStatementDto {
  @ApiProperty({
    enum: PROVIDER_CODES,
    example: 'azampay',
    description: '`manual`: a bank statement',
  })
  @IsIn(PROVIDER_CODES, { message: `must be one of ${PROVIDER_CODES.join(', ')}` })
  provider!: ProviderCode;

  @ApiPropertyOptional({
    ...MOMENT,
    description: 'First moment that the statement covers; else its first line',
  })
  @IsOptional()
  @IsMoment()
  period_from?: string;

  @ApiPropertyOptional({
    ...MOMENT,
    example: '2026-01-24T00:00:00Z',
    description: 'Last moment that it covers; goes with period_from',
  })
  @IsOptional()
  @IsMoment()
  period_to?: string;

  @ApiPropertyOptional({
    type: String,
    example: 'TZS',
    description: 'Currency of a file that names none',
  })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;

  @ApiPropertyOptional({
    example: JSON.stringify(MAPPING_EXAMPLE),
    description: 'As JSON; lies over the account’s mapping, for this file alone',
  })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  mapping?: string;
}

export class AskGatewayDto {
  @ApiProperty({ enum: PROVIDER_CODES, example: 'azampay' })
  @IsIn(PROVIDER_CODES, { message: `must be one of ${PROVIDER_CODES.join(', ')}` })
  provider!: ProviderCode;
}

export class RunsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: PROVIDER_CODES, example: 'azampay' })
  @IsOptional()
  @CaseInsensitiveEnum(PROVIDER_CODES)
  provider?: ProviderCode;

  @ApiPropertyOptional({ enum: RUN_SOURCES, example: 'file' })
  @IsOptional()
  @CaseInsensitiveEnum(RUN_SOURCES)
  source?: RunSource;

  @ApiPropertyOptional({ enum: ['running', 'completed'], example: 'completed' })
  @IsOptional()
  @CaseInsensitiveEnum(['running', 'completed'])
  status?: 'running' | 'completed';
}

export class OutcomeCountsDto {
  @ApiProperty({ example: 118 })
  matched!: number;

  @ApiProperty({ example: 1, description: 'There and not here' })
  missing_here!: number;

  @ApiProperty({ example: 1, description: 'Here and not there' })
  missing_there!: number;

  @ApiProperty({ example: 1 })
  amount_differs!: number;

  @ApiProperty({ example: 0 })
  status_differs!: number;
}

export class RunDto {
  @ApiProperty({ example: 7 })
  id!: number;

  @ApiProperty({ example: '0b7e2c1a-5b0e-4c8e-9a53-2a6f0f6f1a11', format: 'uuid' })
  uuid!: string;

  @ApiProperty({ enum: PROVIDER_CODES, example: 'azampay' })
  provider!: string;

  @ApiProperty({ enum: RUN_SOURCES, example: 'file' })
  source!: string;

  @ApiProperty({ example: false, description: 'The daily run' })
  scheduled!: boolean;

  @ApiProperty({ enum: RUN_STATES, example: 'completed' })
  status!: string;

  @ApiProperty({ type: String, nullable: true, example: 'azampay-2026-01-23.csv' })
  filename!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  sha256!: string | null;

  @ApiProperty({ ...MOMENT, type: String, nullable: true })
  period_from!: string | null;

  @ApiProperty({ ...MOMENT, type: String, nullable: true, example: '2026-01-23T20:59:59Z' })
  period_to!: string | null;

  @ApiProperty({ example: 121, description: 'Fees and levies beside payments counted each' })
  lines!: number;

  @ApiProperty({ example: 0, description: 'Brought by an earlier statement, and left there' })
  known_lines!: number;

  @ApiProperty({ example: 2, description: 'Rows without an amount' })
  skipped_lines!: number;

  @ApiProperty({ type: OutcomeCountsDto })
  outcomes!: OutcomeCountsDto;

  @ApiProperty({ example: 1, description: 'Differences that the gateway’s answer settled' })
  healed!: number;

  @ApiProperty({ example: 3, description: 'Differences that wait for a person' })
  open_items!: number;

  @ApiProperty({ type: Number, nullable: true, example: 2 })
  created_by!: number | null;

  @ApiProperty({ ...MOMENT, example: '2026-01-24T05:12:00Z' })
  created_at!: string;

  @ApiProperty({ ...MOMENT, type: String, nullable: true, example: '2026-01-24T05:12:04Z' })
  completed_at!: string | null;
}

export function presentRun(row: RunRow): RunDto {
  return {
    id: row.id,
    uuid: row.uuid,
    provider: row.provider,
    source: row.source,
    scheduled: row.scheduled,
    status: row.status,
    filename: row.filename,
    sha256: row.file_sha256,
    period_from: row.period_from?.toISOString() ?? null,
    period_to: row.period_to?.toISOString() ?? null,
    lines: row.lines,
    known_lines: row.known_lines,
    skipped_lines: row.skipped_lines,
    outcomes: {
      matched: row.matched,
      missing_here: row.missing_here,
      missing_there: row.missing_there,
      amount_differs: row.amount_differs,
      status_differs: row.status_differs,
    },
    healed: row.healed,
    open_items: row.open_items,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    completed_at: row.completed_at?.toISOString() ?? null,
  };
}
