import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { formatMinor, type ObjectId, type Principal } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import { Properties } from '../properties/index.js';
import { ExpenseSubmission } from './acts/expense-submission.service.js';
import type { CreateExpenseDto, UpdateExpenseDto } from './api/expense-requests.dto.js';
import {
  changedContent,
  chargeableProperty,
  differences,
  type ExpenseContent,
  newContent,
} from './expense.content.js';
import { notYourExpense, wrongStatus } from './expense.errors.js';
import { ExpenseReader } from './expense.reader.js';
import { ExpenseTrail } from './expense.trail.js';
import type { ExpenseRow } from './expense.types.js';

/** Expenses as staff and owners write them, until somebody decides on them. */
@Injectable()
export class Expenses {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: ExpenseReader,
    private readonly properties: Properties,
    private readonly submission: ExpenseSubmission,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * The same claim again answers the expense it made before.
   * @throws DomainError that names the field at fault; 409 when it is to be paid from a drawer that is shut
   */
  create(caller: Principal, wanted: CreateExpenseDto, claimId: string | null): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return this.reader.read(caller, { id: made }, manager);
      const property = await chargeableProperty(this.properties, manager, caller, wanted.property);
      const content = newContent(wanted, property);
      const id = await this.insert(manager, caller, content, claimId);
      await this.trail.note(manager, caller, id, 'created', {
        property,
        category: content.category,
        amount: formatMinor(content.amount_minor, content.currency),
        currency: content.currency,
        vendor: content.vendor,
      });
      const expense = await this.reader.read(caller, { id }, manager);
      if (wanted.status === 'draft') return expense;
      return this.submission.submit(manager, caller, expense, false);
    });
  }

  /**
   * One that waits for its second person is handed in again by whoever changes it.
   * @throws DomainError 403 for an owner who did not write it, 409 once it is decided on or has changed
   */
  change(caller: Principal, id: ObjectId, wanted: UpdateExpenseDto): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.lockOpen(manager, caller, id, wanted.version, 'changed');
      const property =
        wanted.property === undefined
          ? expense.property_id
          : await chargeableProperty(this.properties, manager, caller, wanted.property);
      const content = changedContent(expense, wanted, property);
      const changes = differences(expense, content);
      if (Object.keys(changes).length === 0) return expense;
      await this.update(manager, caller, expense.id, content);
      await this.trail.note(manager, caller, expense.id, 'changed', changes);
      const changed = await this.reader.read(caller, { id: expense.id }, manager);
      return changed.status === 'draft'
        ? changed
        : this.submission.submit(manager, caller, changed, false);
    });
  }

  /** @throws DomainError as `change`, and 409 unless it is a draft. */
  submit(caller: Principal, id: ObjectId, version: number | undefined): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.lockOpen(manager, caller, id, version, 'submitted');
      if (expense.status !== 'draft') throw wrongStatus(expense.status, 'submitted');
      return this.submission.submit(manager, caller, expense, true);
    });
  }

  private async lockOpen(
    manager: EntityManager,
    caller: Principal,
    id: ObjectId,
    version: number | undefined,
    act: string,
  ): Promise<ExpenseRow> {
    const expense = await this.reader.lock(caller, id, manager, version);
    if (caller.role === 'owner' && expense.created_by !== caller.userId) throw notYourExpense();
    const { status } = expense;
    if (status !== 'draft' && status !== 'pending') throw wrongStatus(status, act);
    return expense;
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM expenses WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private async insert(
    manager: EntityManager,
    caller: Principal,
    content: ExpenseContent,
    claimId: string | null,
  ): Promise<number> {
    const [row]: { id: number }[] = await manager.query(
      `INSERT INTO expenses (property_id, category, amount_minor, currency, spent_on, vendor, notes,
         paid_from, account_id, created_by, changed_by, idempotency_claim_id)
       VALUES ($1, $2, $3, $4, coalesce($5::date, (app_now() AT TIME ZONE 'UTC')::date), $6, $7, $8,
         $9, $10, $10, $11)
       RETURNING id`,
      [...valuesOf(content), caller.accountId, caller.userId, claimId],
    );
    if (!row) throw new Error('the expense was not inserted');
    return row.id;
  }

  private async update(
    manager: EntityManager,
    caller: Principal,
    id: number,
    content: ExpenseContent,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE expenses SET property_id = $1, category = $2, amount_minor = $3, currency = $4,
         spent_on = $5, vendor = $6, notes = $7, paid_from = $8, changed_by = $9,
         version = version + 1, updated_at = now()
       WHERE id = $10`,
      [...valuesOf(content), caller.userId, id],
    );
  }
}

function valuesOf(content: ExpenseContent): unknown[] {
  return [
    content.property_id,
    content.category,
    content.amount_minor,
    content.currency,
    content.spent_on,
    content.vendor,
    content.notes,
    content.paid_from,
  ];
}
