import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '../../common/index.js';
import { CONFIG, type Config, needsSecondPerson } from '../../config/index.js';
import { change } from '../../database/index.js';
import { ExpenseReader } from '../expense.reader.js';
import { ExpenseTrail } from '../expense.trail.js';
import type { ExpenseRow } from '../expense.types.js';
import { ExpenseMoney } from './expense-money.service.js';

/** Hands an expense in: above the limit of its currency it waits for a second person, else it is approved. */
@Injectable()
export class ExpenseSubmission {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'expenses'>,
    private readonly reader: ExpenseReader,
    private readonly money: ExpenseMoney,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * Under the expense's lock; also again for a pending one that was changed. What is approved at once and
   * says where its money is from is paid in the same breath; an owner has no drawer, so their cash waits
   * for a cashier. Only an act of its own counts as a version; what is written and handed in at once is one.
   * @throws DomainError 409 when it is to be paid from a drawer session that the caller does not have
   */
  async submit(
    manager: EntityManager,
    caller: Principal,
    expense: ExpenseRow,
    isOwnAct: boolean,
  ): Promise<ExpenseRow> {
    const needsApproval = needsSecondPerson(
      this.config.expenses.approvalLimits,
      expense.currency,
      BigInt(expense.amount_minor),
    );
    await change(
      manager,
      `UPDATE expenses SET status = 'pending', submitted_by = $2, submitted_at = now(),
         needs_approval = $3, version = version + $4, updated_at = now()
       WHERE id = $1`,
      [expense.id, caller.userId, needsApproval, isOwnAct ? 1 : 0],
    );
    if (expense.status === 'draft') {
      await this.trail.note(manager, caller, expense.id, 'submitted', {
        status: ['draft', 'pending'],
        needs_approval: needsApproval,
      });
    }
    if (!needsApproval) await this.approveAtOnce(manager, caller, expense);
    return this.reader.read(caller, { id: expense.id }, manager);
  }

  private async approveAtOnce(
    manager: EntityManager,
    caller: Principal,
    expense: ExpenseRow,
  ): Promise<void> {
    await change(
      manager,
      `UPDATE expenses SET status = 'approved', decided_at = now(), updated_at = now()
       WHERE id = $1`,
      [expense.id],
    );
    await this.trail.note(manager, caller, expense.id, 'approved', {
      status: ['pending', 'approved'],
      within_limit: true,
    });
    const from = expense.paid_from;
    if (from === 'advance' || (from === 'cash_drawer' && caller.role !== 'owner')) {
      await this.money.spend(manager, caller, expense, from);
    }
  }
}
