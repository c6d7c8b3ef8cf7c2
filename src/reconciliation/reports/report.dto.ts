import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { CaseInsensitiveEnum, ListQuery } from '../../http/index.js';
import { ItemDto } from '../items/item.dto.js';
import { LINE_KINDS, OUTCOMES } from '../reconciliation.types.js';
import { RunDto } from '../runs/run.dto.js';

export class ReportQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ['json', 'csv', 'pdf'], default: 'json', example: 'json' })
  @IsOptional()
  @CaseInsensitiveEnum(['json', 'csv', 'pdf'])
  format?: 'json' | 'csv' | 'pdf';
}

export class ReportTotalDto {
  @ApiProperty({ enum: LINE_KINDS, example: 'payment' })
  kind!: string;

  @ApiProperty({ enum: OUTCOMES, example: 'matched' })
  outcome!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: 118 })
  count!: number;

  @ApiProperty({ example: '5900000.00', description: 'By the other side’s word' })
  there!: string;

  @ApiProperty({ example: '5900000.00', description: 'By our records' })
  here!: string;
}

export class ReportPostingDto {
  @ApiProperty({ example: 3 })
  id!: number;

  @ApiProperty({ enum: ['fee', 'levy', 'settlement'], example: 'settlement' })
  what!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '5841000.00' })
  amount!: string;
}

export class ReportDto {
  @ApiProperty({ type: RunDto })
  run!: RunDto;

  @ApiProperty({ type: [ReportTotalDto] })
  totals!: ReportTotalDto[];

  @ApiProperty({ type: [ReportPostingDto], description: 'What went into the ledger' })
  postings!: ReportPostingDto[];

  @ApiProperty({ type: [ItemDto], description: 'All that does not match, at most a thousand' })
  differences!: ItemDto[];

  @ApiProperty({ example: 3, description: 'Of all differences' })
  difference_count!: number;
}
