import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, MaxLength, Min } from 'class-validator';
import { CaseInsensitiveEnum, IsAmount, IsDay, IsObjectId, ListQuery } from '../../http/index.js';
import {
  EXPENSE_CATEGORIES,
  EXPENSE_STATUSES,
  type ExpenseCategory,
  type ExpenseStatus,
  MONEY_SOURCES,
  type MoneySource,
} from '../expense.types.js';

export class CreateExpenseDto {
  @ApiPropertyOptional({
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }],
    nullable: true,
    example: 124,
    description:
      'Id or uuid of the property; staff leave it out for what the account itself spends.',
  })
  @IsOptional()
  @IsObjectId()
  property?: number | string | null;

  @ApiProperty({ enum: EXPENSE_CATEGORIES, example: 'maintenance' })
  @CaseInsensitiveEnum(EXPENSE_CATEGORIES)
  category!: ExpenseCategory;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }], example: '45000.00' })
  @IsAmount()
  amount!: string | number;

  @ApiProperty({ example: 'TZS' })
  @IsString()
  @Length(3, 3)
  currency!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date',
    example: '2026-01-20',
    description: 'The day of the bill; today (UTC) by default.',
  })
  @IsOptional()
  @IsDay()
  date?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Fundi Plumbing', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  vendor?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Leak in room 7', maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  notes?: string | null;

  @ApiPropertyOptional({
    enum: MONEY_SOURCES,
    nullable: true,
    example: 'advance',
    description:
      'Who has the money: `cash_drawer`, the open session of whoever pays; `advance`, somebody’s own pocket or the bank, owed to them. Left out, the expense is paid later by /pay/.',
  })
  @IsOptional()
  @CaseInsensitiveEnum(MONEY_SOURCES)
  paid_from?: MoneySource | null;

  @ApiPropertyOptional({
    enum: ['draft', 'pending'],
    default: 'pending',
    example: 'pending',
    description:
      'A draft waits until it is submitted. Anything else is submitted at once: approved at or below the limit of its currency, pending above.',
  })
  @IsOptional()
  @CaseInsensitiveEnum(['draft', 'pending'] as const)
  status?: 'draft' | 'pending';
}

export class UpdateExpenseDto extends PartialType(OmitType(CreateExpenseDto, ['status'] as const)) {
  @ApiPropertyOptional({ example: 1, description: 'The version you read; 409 if it is another.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class NameVersionDto {
  @ApiPropertyOptional({ example: 1, description: 'The version you read; 409 if it is another.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class ApproveExpenseDto {
  @ApiProperty({ example: 1, description: 'The version you decide on; 409 if it has changed.' })
  @IsInt()
  @Min(1)
  version!: number;
}

export class RejectExpenseDto extends ApproveExpenseDto {
  @ApiProperty({ example: 'No such work was ordered', maxLength: 500 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(500)
  reason!: string;
}

export class VoidExpenseDto extends NameVersionDto {
  @ApiProperty({ example: 'Entered twice', maxLength: 500 })
  @IsString()
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(500)
  reason!: string;
}

export class PayExpenseDto extends NameVersionDto {
  @ApiPropertyOptional({
    enum: MONEY_SOURCES,
    nullable: true,
    example: 'cash_drawer',
    description: 'Needed where the expense does not say it yet; otherwise in its place.',
  })
  @IsOptional()
  @CaseInsensitiveEnum(MONEY_SOURCES)
  paid_from?: MoneySource | null;
}

/** What list, file and summary filter by. */
export class ExpensesQuery extends ListQuery {
  @ApiPropertyOptional({ enum: EXPENSE_STATUSES, example: 'pending' })
  @IsOptional()
  @CaseInsensitiveEnum(EXPENSE_STATUSES)
  status?: ExpenseStatus;

  @ApiPropertyOptional({ enum: EXPENSE_CATEGORIES, example: 'maintenance' })
  @IsOptional()
  @CaseInsensitiveEnum(EXPENSE_CATEGORIES)
  category?: ExpenseCategory;

  @ApiPropertyOptional({ type: String, description: 'Id or uuid of a property.', example: '124' })
  @IsOptional()
  @IsObjectId()
  property?: string;

  @ApiPropertyOptional({ enum: MONEY_SOURCES, example: 'advance' })
  @IsOptional()
  @CaseInsensitiveEnum(MONEY_SOURCES)
  paid_from?: MoneySource;

  @ApiPropertyOptional({ example: 'TZS' })
  @IsOptional()
  @IsString()
  @Length(3, 3)
  currency?: string;

  @ApiPropertyOptional({ description: 'Part of the vendor’s name, in any case.', example: 'fundi' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  vendor?: string;

  @ApiPropertyOptional({ description: 'First day of the bills.', example: '2026-01-01' })
  @IsOptional()
  @IsDay()
  date_from?: string;

  @ApiPropertyOptional({ description: 'Last day of the bills.', example: '2026-01-31' })
  @IsOptional()
  @IsDay()
  date_to?: string;
}
