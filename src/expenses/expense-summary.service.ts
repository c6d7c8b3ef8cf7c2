import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatMinor, type Principal } from '../common/index.js';
import { Conditions } from '../http/index.js';
import type { ExpensesQuery } from './api/expense-requests.dto.js';
import type { ExpenseSummaryDto } from './api/expense-summary.dto.js';
import { AGREED_STATUSES, EXPENSE_TABLES, type ExpenseCategory } from './expense.types.js';
import { expensesOf, inStatus } from './expenses.source.js';

interface SummaryRow {
  /** 0 where the row is of this kind of total. */
  not_month: number;
  not_property: number;
  not_category: number;
  month: string | null;
  property_id: number | null;
  title: string | null;
  category: ExpenseCategory | null;
  currency: string;
  minor: string;
  count: number;
}

interface Total {
  currency: string;
  amount: string;
  count: number;
}

/** Totals of the very rows that the list shows for the same filters, in one query. */
@Injectable()
export class ExpenseSummaries {
  constructor(private readonly dataSource: DataSource) {}

  /** Amounts of different currencies are never added up. Without a status: what is approved or paid. */
  async summarise(caller: Principal, query: ExpensesQuery): Promise<ExpenseSummaryDto> {
    const statuses = query.status ? [query.status] : [...AGREED_STATUSES];
    const source = expensesOf(caller, query);
    const conditions = new Conditions(query, {
      ...source,
      where: [...source.where, inStatus(statuses)],
    });
    const rows: SummaryRow[] = await this.dataSource.query(
      `SELECT grouping(month) AS not_month, grouping(property_id) AS not_property,
         grouping(category) AS not_category, month, property_id, title, category, currency,
         sum(amount_minor)::text AS minor, count(*)::int AS count
       FROM (
         SELECT to_char(e.spent_on, 'YYYY-MM') AS month, e.property_id, p.title, e.category,
           e.currency, e.amount_minor
         FROM ${EXPENSE_TABLES} ${conditions.sql}
       ) AS spent
       GROUP BY GROUPING SETS ((currency), (month, currency), (property_id, title, currency),
         (category, currency))
       ORDER BY month DESC, title NULLS FIRST, property_id, category, currency`,
      conditions.params,
    );
    return {
      statuses,
      totals: rows.filter(isTotal).map(total),
      by_month: rows
        .filter((row) => row.not_month === 0)
        .map((row) => ({ month: row.month ?? '', ...total(row) })),
      by_property: rows
        .filter((row) => row.not_property === 0)
        .map((row) => ({ property: row.property_id, property_title: row.title, ...total(row) })),
      by_category: rows
        .filter((row) => row.not_category === 0)
        .map((row) => ({ category: row.category ?? 'other', ...total(row) })),
    };
  }
}

function isTotal(row: SummaryRow): boolean {
  return row.not_month === 1 && row.not_property === 1 && row.not_category === 1;
}

function total(row: SummaryRow): Total {
  const { currency, minor, count } = row;
  return { currency, amount: formatMinor(minor, currency), count };
}
