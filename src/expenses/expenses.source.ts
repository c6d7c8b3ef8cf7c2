import { parseObjectId, type Principal } from '../common/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { ExpensesQuery } from './api/expense-requests.dto.js';
import { EXPENSE_COLUMNS, EXPENSE_TABLES, type ExpenseStatus } from './expense.types.js';

/** A condition with `?` for each parameter. */
export type Condition = Required<ListFilter>;

/**
 * Expenses (`e`, of property `p`) that the caller may see: never one of another account, and an owner
 * only those of properties that are theirs now. Customers have none.
 */
export function visibleExpenses({ accountId, role, userId }: Principal): Condition[] {
  const conditions: Condition[] = [{ sql: 'e.account_id = ?', params: [accountId] }];
  if (role === 'owner') conditions.push({ sql: 'p.owner_id = ?', params: [userId] });
  if (role === 'customer') conditions.push({ sql: 'false', params: [] });
  return conditions;
}

/** What list, file and summary have in common, so that they tell the same. */
export function filteredExpenses(
  caller: Principal,
  query: ExpensesQuery,
): readonly (ListFilter | null)[] {
  return [
    ...visibleExpenses(caller),
    equal('e.category', query.category),
    equal('e.paid_from', query.paid_from),
    equal('e.currency', query.currency?.toUpperCase()),
    atProperty(query.property),
    query.date_from ? { sql: 'e.spent_on >= ?::date', params: [query.date_from] } : null,
    query.date_to ? { sql: 'e.spent_on <= ?::date', params: [query.date_to] } : null,
    query.vendor
      ? { sql: 'strpos(lower(e.vendor), lower(?)) > 0', params: [query.vendor.trim()] }
      : null,
  ];
}

export function inStatus(statuses: readonly ExpenseStatus[]): ListFilter {
  return { sql: 'e.status = ANY (?)', params: [statuses] };
}

export function expensesOf(caller: Principal, query: ExpensesQuery): ListSource {
  return {
    select: EXPENSE_COLUMNS,
    from: EXPENSE_TABLES,
    where: [...filteredExpenses(caller, query), query.status ? inStatus([query.status]) : null],
    orderings: {
      date: 'e.spent_on',
      amount: 'e.amount_minor',
      category: 'e.category',
      status: 'e.status',
      vendor: 'e.vendor',
      updated_at: 'e.updated_at',
      id: 'e.id',
    },
    idColumn: 'e.id',
    createdColumn: 'e.created_at',
  };
}

function equal(column: string, value: string | undefined): ListFilter | null {
  return value === undefined ? null : { sql: `${column} = ?`, params: [value] };
}

function atProperty(property: string | undefined): ListFilter | null {
  const id = property === undefined ? null : parseObjectId(property);
  if (!id) return null;
  return 'id' in id
    ? { sql: 'e.property_id = ?', params: [id.id] }
    : { sql: 'p.uuid = ?', params: [id.uuid] };
}
