import { formatMinor } from '../../common/index.js';
import type { CsvColumn } from '../../http/index.js';
import type { ExpenseRow } from '../expense.types.js';

export const EXPENSE_CSV: readonly CsvColumn<ExpenseRow>[] = [
  { title: 'id', value: (row) => row.id },
  { title: 'date', value: (row) => row.spent_on },
  { title: 'property', value: (row) => row.property_id },
  { title: 'property_title', value: (row) => row.property_title },
  { title: 'category', value: (row) => row.category },
  { title: 'vendor', value: (row) => row.vendor },
  { title: 'amount', value: (row) => formatMinor(row.amount_minor, row.currency) },
  { title: 'currency', value: (row) => row.currency },
  { title: 'status', value: (row) => row.status },
  { title: 'paid_from', value: (row) => row.paid_from },
  { title: 'notes', value: (row) => row.notes },
  { title: 'receipt', value: (row) => row.receipt_filename },
  { title: 'created_by', value: (row) => row.created_by_name },
  { title: 'decided_by', value: (row) => row.decided_by_name },
  { title: 'paid_at', value: (row) => row.paid_at?.toISOString() ?? null },
  { title: 'created_at', value: (row) => row.created_at.toISOString() },
];

export const EXPENSE_CSV_EXAMPLE = [
  EXPENSE_CSV.map(({ title }) => title).join(','),
  '1,2026-01-20,124,Coral Beach Hotel,maintenance,Fundi Plumbing,45000.00,TZS,approved,,Leak in room 7,,Juma Mollel,,,2026-01-23T05:12:00.000Z',
  '',
].join('\r\n');
