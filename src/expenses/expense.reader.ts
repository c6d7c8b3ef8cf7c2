import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { expenseChanged, expenseNotFound } from './expense.errors.js';
import { EXPENSE_COLUMNS, EXPENSE_TABLES, type ExpenseRow } from './expense.types.js';
import { type Condition, visibleExpenses } from './expenses.source.js';

type Queries = Pick<EntityManager, 'query'>;

/** Single expenses, as far as the caller may see them; one query each. */
@Injectable()
export class ExpenseReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inside a transaction pass its manager on.
   * @throws DomainError `expense_not_found`, also for what exists and is not the caller's to see.
   */
  read(caller: Principal, id: ObjectId, manager: Queries = this.dataSource): Promise<ExpenseRow> {
    return this.select(manager, caller, id, '');
  }

  /**
   * As `read`, under the row's lock; a named version is compared before anything else.
   * @throws DomainError `version_conflict`
   */
  async lock(
    caller: Principal,
    id: ObjectId,
    manager: EntityManager,
    version?: number | null,
  ): Promise<ExpenseRow> {
    const row = await this.select(manager, caller, id, 'FOR UPDATE OF e');
    if (typeof version === 'number' && version !== row.version) throw expenseChanged(row.version);
    return row;
  }

  private async select(
    manager: Queries,
    caller: Principal,
    id: ObjectId,
    lock: '' | 'FOR UPDATE OF e',
  ): Promise<ExpenseRow> {
    const named: Condition =
      'id' in id ? { sql: 'e.id = ?', params: [id.id] } : { sql: 'e.uuid = ?', params: [id.uuid] };
    const all = [named, ...visibleExpenses(caller)];
    let place = 0;
    const where = all.map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`));
    const rows: ExpenseRow[] = await manager.query(
      `SELECT ${EXPENSE_COLUMNS} FROM ${EXPENSE_TABLES} WHERE ${where.join(' AND ')} ${lock}`,
      all.flatMap(({ params }) => [...params]),
    );
    if (!rows[0]) throw expenseNotFound();
    return rows[0];
  }
}
