import { ApiProperty } from '@nestjs/swagger';
import {
  EXPENSE_CATEGORIES,
  EXPENSE_STATUSES,
  type ExpenseCategory,
  type ExpenseStatus,
  MONEY_SOURCES,
  type MoneySource,
} from '../expense.types.js';

export class ExpenseReceiptDto {
  @ApiProperty({ example: 'receipt.pdf' })
  filename!: string;

  @ApiProperty({ example: 'application/pdf' })
  media_type!: string;

  @ApiProperty({ example: 48213, description: 'Bytes.' })
  size!: number;

  @ApiProperty({
    format: 'uri',
    example: 'http://127.0.0.1:3000/api/v1/payments/expenses/1/receipt/',
  })
  url!: string;
}

export class ExpenseDto {
  @ApiProperty({ example: 1 })
  id!: number;

  @ApiProperty({ format: 'uuid', example: '0b1c9f52-6f0e-4f0b-8d59-6b8f2a0e7c11' })
  uuid!: string;

  @ApiProperty({ type: Number, nullable: true, example: 124, description: 'Id of the property.' })
  property!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'Coral Beach Hotel' })
  property_title!: string | null;

  @ApiProperty({ enum: EXPENSE_CATEGORIES, example: 'maintenance' })
  category!: ExpenseCategory;

  @ApiProperty({ example: '45000.00' })
  amount!: string;

  @ApiProperty({ example: 'TZS' })
  currency!: string;

  @ApiProperty({ format: 'date', example: '2026-01-20' })
  date!: string;

  @ApiProperty({ example: 'Fundi Plumbing' })
  vendor!: string;

  @ApiProperty({ example: 'Leak in room 7' })
  notes!: string;

  @ApiProperty({ enum: EXPENSE_STATUSES, example: 'approved' })
  status!: ExpenseStatus;

  @ApiProperty({ type: ExpenseReceiptDto, nullable: true })
  receipt!: ExpenseReceiptDto | null;

  @ApiProperty({ enum: MONEY_SOURCES, nullable: true, example: 'advance' })
  paid_from!: MoneySource | null;

  @ApiProperty({ example: false, description: 'Above the limit: a second person decides.' })
  needs_approval!: boolean;

  @ApiProperty({ example: 'John Doe', description: 'Name of who wrote it.' })
  created_by!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Name of who approved or rejected it; null where nobody had to.',
  })
  decided_by!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  decided_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  rejection_reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  paid_by!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  paid_at!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  void_reason!: string | null;

  @ApiProperty({ example: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-23T05:12:00.000Z' })
  updated_at!: string;
}
