import { ApiProperty } from '@nestjs/swagger';
import {
  EXPENSE_CATEGORIES,
  EXPENSE_STATUSES,
  type ExpenseCategory,
  type ExpenseStatus,
} from '../expense.types.js';

export class ExpenseTotalDto {
  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ example: '45000.00' })
  amount!: string;

  @ApiProperty({ example: 1, description: 'Number of expenses.' })
  count!: number;
}

export class ExpenseMonthDto extends ExpenseTotalDto {
  @ApiProperty({ example: '2026-01', description: 'Month of the bill.' })
  month!: string;
}

export class ExpensePropertyDto extends ExpenseTotalDto {
  @ApiProperty({ type: Number, nullable: true, example: 124, description: 'Null: the account’s.' })
  property!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'Coral Beach Hotel' })
  property_title!: string | null;
}

export class ExpenseCategoryDto extends ExpenseTotalDto {
  @ApiProperty({ enum: EXPENSE_CATEGORIES, example: 'maintenance' })
  category!: ExpenseCategory;
}

export class ExpenseSummaryDto {
  @ApiProperty({
    enum: EXPENSE_STATUSES,
    isArray: true,
    example: ['approved', 'paid'],
    description: 'Which expenses are counted.',
  })
  statuses!: ExpenseStatus[];

  @ApiProperty({ type: [ExpenseTotalDto], description: 'All of them, by currency.' })
  totals!: ExpenseTotalDto[];

  @ApiProperty({ type: [ExpenseMonthDto] })
  by_month!: ExpenseMonthDto[];

  @ApiProperty({ type: [ExpensePropertyDto] })
  by_property!: ExpensePropertyDto[];

  @ApiProperty({ type: [ExpenseCategoryDto] })
  by_category!: ExpenseCategoryDto[];
}
