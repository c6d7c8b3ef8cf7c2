import type { EntityManager } from 'typeorm';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';
import { Ledger } from '../ledger/index.js';
import { DEMO_PROPERTY_IDS } from '../properties/index.js';
import type { ExpenseCategory } from './expense.types.js';

export const DEMO_EXPENSE_IDS = { paid: 1, pending: 2, draft: 3, otherBranch: 4 } as const;

/** Ids that no expense made later gets: room for more demo rows. */
const RESERVED_IDS = 100;

interface DemoExpense {
  id: number;
  account_id: number;
  property_id: number;
  category: ExpenseCategory;
  amount_minor: number;
  vendor: string;
  notes: string;
  created_by: number;
  status: 'draft' | 'pending' | 'paid';
}

const EXPENSES: DemoExpense[] = [
  {
    id: DEMO_EXPENSE_IDS.paid,
    account_id: DEMO_ACCOUNT_IDS.main,
    property_id: DEMO_PROPERTY_IDS.hotel,
    category: 'maintenance',
    amount_minor: 4_500_000,
    vendor: 'Fundi Plumbing',
    notes: 'Leak in room 7',
    created_by: DEMO_USER_IDS.staff,
    status: 'paid',
  },
  {
    id: DEMO_EXPENSE_IDS.pending,
    account_id: DEMO_ACCOUNT_IDS.main,
    property_id: DEMO_PROPERTY_IDS.hotel,
    category: 'equipment',
    amount_minor: 180_000_000,
    vendor: 'Generators of Dar',
    notes: 'A second generator for the rainy season',
    created_by: DEMO_USER_IDS.staff,
    status: 'pending',
  },
  {
    id: DEMO_EXPENSE_IDS.draft,
    account_id: DEMO_ACCOUNT_IDS.main,
    property_id: DEMO_PROPERTY_IDS.hotel,
    category: 'cleaning',
    amount_minor: 1_200_000,
    vendor: 'Usafi Bora',
    notes: '',
    created_by: DEMO_USER_IDS.owner,
    status: 'draft',
  },
  {
    id: DEMO_EXPENSE_IDS.otherBranch,
    account_id: DEMO_ACCOUNT_IDS.other,
    property_id: DEMO_PROPERTY_IDS.otherBranchHotel,
    category: 'utilities',
    amount_minor: 2_000_000,
    vendor: 'TANESCO',
    notes: '',
    created_by: DEMO_USER_IDS.outsider,
    status: 'paid',
  },
];

/** One expense of each kind, on a database without any; what is paid is in the books. */
export async function seedExpenses(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM expenses LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `INSERT INTO expenses (id, account_id, property_id, category, amount_minor, currency, spent_on,
       vendor, notes, created_by, changed_by, status, submitted_by, submitted_at, needs_approval,
       decided_at, paid_from, paid_by, paid_at, ledger_account, created_at, updated_at)
     SELECT id, account_id, property_id, category, amount_minor, 'TZS', (at - interval '1 day')::date,
       vendor, notes, created_by, created_by, status,
       CASE WHEN status <> 'draft' THEN created_by END, CASE WHEN status <> 'draft' THEN at END,
       status <> 'paid', CASE WHEN paid THEN at END, CASE WHEN paid THEN 'advance' END,
       CASE WHEN paid THEN created_by END, CASE WHEN paid THEN at END,
       CASE WHEN paid THEN 'expenses_payable' END, at, at
     FROM (
       SELECT *, now() - make_interval(days => 10 - id) AS at, status = 'paid' AS paid
       FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer,
         property_id integer, category text, amount_minor bigint, vendor text, notes text,
         created_by integer, status text)
     ) AS demo`,
    [JSON.stringify(EXPENSES)],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('expenses', 'id'))) FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
  const ledger = new Ledger();
  for (const expense of EXPENSES.filter(({ status }) => status === 'paid')) {
    const amountMinor = BigInt(expense.amount_minor);
    await ledger.post(manager, {
      accountId: expense.account_id,
      currency: 'TZS',
      fact: 'spent',
      sourceType: 'expense',
      sourceId: String(expense.id),
      paymentId: null,
      memo: `Expense ${expense.id}: ${expense.category}, ${expense.vendor}`,
      postings: [
        { code: `expense:${expense.category}`, amountMinor },
        { code: 'expenses_payable', amountMinor: -amountMinor },
      ],
    });
  }
}
