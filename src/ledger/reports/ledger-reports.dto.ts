import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { CURRENCIES } from '../../common/index.js';
import { CaseInsensitiveEnum, IsMoment, IsObjectId, ListQuery } from '../../http/index.js';

const AT = {
  format: 'date-time',
  example: '2026-01-31T23:59:59Z',
  description: 'As the books stood then; now unless given',
};

export class AtQuery {
  @ApiPropertyOptional(AT)
  @IsOptional()
  @IsMoment()
  at?: string;

  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;
}

export class EntriesQuery extends ListQuery {
  @ApiPropertyOptional({
    example: 'clearing:azampay',
    description: 'Code of an account, or its id',
  })
  @IsOptional()
  @IsString()
  @MaxLength(80)
  @Matches(/^[a-z0-9_:-]+$/, { message: 'must be the code or the id of an account' })
  account?: string;

  @ApiPropertyOptional({ type: String, example: 'TZS' })
  @IsOptional()
  @CaseInsensitiveEnum([...CURRENCIES.keys()])
  currency?: string;

  @ApiPropertyOptional({ type: String, example: '69', description: 'Id of a payment' })
  @IsOptional()
  @IsObjectId()
  payment?: string;

  @ApiPropertyOptional({ type: String, example: '12', description: 'Id of a journal' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'must be the id of a journal' })
  journal?: string;
}

export class LedgerAccountDto {
  @ApiProperty({ example: 3 })
  id!: number;

  @ApiProperty({ example: 'clearing:azampay' })
  code!: string;

  @ApiProperty({ enum: ['asset', 'liability', 'income', 'expense'], example: 'asset' })
  kind!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '150000.00' })
  debit!: string;

  @ApiProperty({ example: '50000.00' })
  credit!: string;

  @ApiProperty({ example: '100000.00', description: 'Debit less credit: negative for a credit' })
  balance!: string;
}

export class LedgerEntryDto {
  @ApiProperty({ example: 41 })
  id!: number;

  @ApiProperty({ example: 12, description: 'The entries of a journal sum to zero' })
  journal!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ example: 3 })
  account!: number;

  @ApiProperty({ example: 'clearing:azampay' })
  account_code!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '50000.00', description: 'Debit positive, credit negative' })
  amount!: string;

  @ApiProperty({ example: 'paid' })
  fact!: string;

  @ApiProperty({ example: 'transaction' })
  source_type!: string;

  @ApiProperty({ example: '15', description: 'Id of what the journal was posted for' })
  source_id!: string;

  @ApiProperty({ type: Number, nullable: true, example: 69 })
  payment!: number | null;

  @ApiProperty({ example: 'Payment 69 for HTL-000008' })
  memo!: string;
}

class TrialCurrencyDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '150000.00' })
  debit!: string;

  @ApiProperty({ example: '150000.00' })
  credit!: string;

  @ApiProperty({ example: true })
  balanced!: boolean;

  @ApiProperty({ type: [LedgerAccountDto] })
  accounts!: LedgerAccountDto[];
}

export class TrialBalanceDto {
  @ApiProperty({ format: 'date-time', example: '2026-01-31T23:59:59.000Z' })
  at!: string;

  @ApiProperty({ type: [TrialCurrencyDto] })
  currencies!: TrialCurrencyDto[];
}
