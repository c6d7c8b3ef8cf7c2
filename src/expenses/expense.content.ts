import {
  formatMinor,
  invalidField,
  Money,
  parseObjectId,
  type Principal,
} from '../common/index.js';
import type { Properties } from '../properties/index.js';
import type { CreateExpenseDto, UpdateExpenseDto } from './api/expense-requests.dto.js';
import type { ExpenseCategory, ExpenseRow, MoneySource } from './expense.types.js';

/** What is written on an expense, and approved with it. */
export interface ExpenseContent {
  property_id: number | null;
  category: ExpenseCategory;
  amount_minor: string;
  currency: string;
  /** Null for today. */
  spent_on: string | null;
  vendor: string;
  notes: string;
  paid_from: MoneySource | null;
}

/** @throws DomainError that names the field at fault. */
export function newContent(wanted: CreateExpenseDto, propertyId: number | null): ExpenseContent {
  const amount = Money.parse(wanted.amount, wanted.currency);
  return {
    property_id: propertyId,
    category: wanted.category,
    amount_minor: amount.minor.toString(),
    currency: amount.currency.code,
    spent_on: wanted.date ?? null,
    vendor: wanted.vendor?.trim() ?? '',
    notes: wanted.notes?.trim() ?? '',
    paid_from: wanted.paid_from ?? null,
  };
}

/** What is not named stays; null empties what can be empty. @throws DomainError that names the field at fault. */
export function changedContent(
  expense: ExpenseRow,
  wanted: UpdateExpenseDto,
  propertyId: number | null,
): ExpenseContent {
  const currency = wanted.currency ?? expense.currency;
  const kept = formatMinor(expense.amount_minor, expense.currency);
  const amount = Money.parse(wanted.amount ?? kept, currency);
  return {
    property_id: propertyId,
    category: wanted.category ?? expense.category,
    amount_minor: amount.minor.toString(),
    currency: amount.currency.code,
    spent_on: wanted.date ?? expense.spent_on,
    vendor: wanted.vendor === undefined ? expense.vendor : (wanted.vendor?.trim() ?? ''),
    notes: wanted.notes === undefined ? expense.notes : (wanted.notes?.trim() ?? ''),
    paid_from: wanted.paid_from === undefined ? expense.paid_from : wanted.paid_from,
  };
}

/** `{field: [before, after]}` as people read it. */
export function differences(
  before: ExpenseContent,
  after: ExpenseContent,
): Record<string, [unknown, unknown]> {
  const shown = ({ amount_minor: minor, currency, ...rest }: ExpenseContent) => ({
    ...pick(rest),
    amount: formatMinor(minor, currency),
    currency,
  });
  const [old, now] = [shown(before), shown(after)];
  const names = Object.keys(old) as (keyof typeof old)[];
  return Object.fromEntries(
    names.filter((name) => old[name] !== now[name]).map((name) => [name, [old[name], now[name]]]),
  );
}

function pick(content: Omit<ExpenseContent, 'amount_minor' | 'currency'>) {
  const { property_id: property, category, spent_on: date, vendor, notes, paid_from } = content;
  return { property, category, date, vendor, notes, paid_from };
}

/**
 * The property that the caller may write expenses for: any of the account, for an owner one of theirs,
 * and never none.
 * @throws DomainError that names `property`
 */
export async function chargeableProperty(
  properties: Properties,
  manager: Parameters<Properties['find']>[2],
  caller: Principal,
  value: number | string | null | undefined,
): Promise<number | null> {
  if (value === undefined || value === null) {
    if (caller.role === 'owner') throw invalidField('property', 'is required');
    return null;
  }
  const id = parseObjectId(value);
  const property = id && (await properties.find(caller.accountId, id, manager));
  if (!property || (caller.role === 'owner' && property.owner_id !== caller.userId)) {
    throw invalidField('property', 'there is no such property of yours');
  }
  return property.id;
}
