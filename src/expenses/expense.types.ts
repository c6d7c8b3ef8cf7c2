export const EXPENSE_CATEGORIES = [
  'maintenance',
  'cleaning',
  'utilities',
  'supplies',
  'equipment',
  'food_and_beverage',
  'salaries',
  'rent',
  'taxes',
  'insurance',
  'marketing',
  'commissions',
  'transport',
  'professional_services',
  'bank_charges',
  'other',
] as const;
export type ExpenseCategory = (typeof EXPENSE_CATEGORIES)[number];

/**
 * A draft is its writer's; pending waits for a second person; approved may be paid. Rejected and void are
 * final, and so is paid but for the correction that voids it.
 */
export const EXPENSE_STATUSES = [
  'draft',
  'pending',
  'approved',
  'paid',
  'rejected',
  'void',
] as const;
export type ExpenseStatus = (typeof EXPENSE_STATUSES)[number];

/** What a summary counts unless it is asked for others: what is agreed to be spent, paid or not. */
export const AGREED_STATUSES = ['approved', 'paid'] as const satisfies ExpenseStatus[];

/**
 * `cash_drawer` is the open session of whoever pays; `advance` is money from outside these books: the
 * owner's or a colleague's pocket, or the bank. It is owed to them (`expenses_payable`).
 */
export const MONEY_SOURCES = ['cash_drawer', 'advance'] as const;
export type MoneySource = (typeof MONEY_SOURCES)[number];

/** A row of `expenses` with what its property, people and receipt add. Bigints are text, days `yyyy-mm-dd`. */
export interface ExpenseRow {
  id: number;
  uuid: string;
  account_id: number;
  property_id: number | null;
  category: ExpenseCategory;
  amount_minor: string;
  currency: string;
  spent_on: string;
  vendor: string;
  notes: string;
  receipt_id: number | null;
  status: ExpenseStatus;
  paid_from: MoneySource | null;
  created_by: number;
  changed_by: number;
  submitted_by: number | null;
  submitted_at: Date | null;
  needs_approval: boolean;
  decided_by: number | null;
  decided_at: Date | null;
  rejection_reason: string | null;
  paid_by: number | null;
  paid_at: Date | null;
  ledger_account: string | null;
  voided_by: number | null;
  voided_at: Date | null;
  void_reason: string | null;
  payment_claim_id: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  property_title: string | null;
  owner_id: number | null;
  created_by_name: string;
  decided_by_name: string | null;
  paid_by_name: string | null;
  receipt_filename: string | null;
  receipt_media_type: string | null;
  receipt_size: number | null;
}

/** Tables of every query for `ExpenseRow`s. */
export const EXPENSE_TABLES = `expenses e LEFT JOIN properties p ON p.id = e.property_id
  JOIN users c ON c.id = e.created_by
  LEFT JOIN users d ON d.id = e.decided_by
  LEFT JOIN users y ON y.id = e.paid_by
  LEFT JOIN files f ON f.id = e.receipt_id`;

/** People by their names: a user name may be an e-mail address, which is not everybody's to see. */
const nameOf = (user: string): string =>
  `coalesce(nullif(${user}.name, ''), 'User ' || ${user}.id)`;

export const EXPENSE_COLUMNS = `e.id, e.uuid, e.account_id, e.property_id, e.category,
  e.amount_minor, e.currency, e.spent_on, e.vendor, e.notes, e.receipt_id, e.status, e.paid_from,
  e.created_by, e.changed_by, e.submitted_by, e.submitted_at, e.needs_approval, e.decided_by,
  e.decided_at, e.rejection_reason, e.paid_by, e.paid_at, e.ledger_account, e.voided_by,
  e.voided_at, e.void_reason, e.payment_claim_id, e.version, e.created_at, e.updated_at,
  p.title AS property_title, p.owner_id, ${nameOf('c')} AS created_by_name,
  ${nameOf('d')} AS decided_by_name, ${nameOf('y')} AS paid_by_name, f.filename AS receipt_filename,
  f.media_type AS receipt_media_type, f.size AS receipt_size`;
