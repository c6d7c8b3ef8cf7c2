import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { secondPersonRequired, wrongStatus } from '../expense.errors.js';
import { ExpenseReader } from '../expense.reader.js';
import { ExpenseTrail } from '../expense.trail.js';
import type { ExpenseRow } from '../expense.types.js';
import { ExpenseMoney } from './expense-money.service.js';

/** The second person of an expense above the limit. Of two who decide at once one finds it decided. */
@Injectable()
export class ExpenseDecisions {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: ExpenseReader,
    private readonly money: ExpenseMoney,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * What somebody advanced is owed to them from here on. Cash is given by whoever has a drawer, in an act of
   * its own: the one who approves need not be the one who pays.
   * @throws DomainError 409 when it has changed or does not wait, 403 for who had a hand in it
   */
  approve(caller: Principal, id: ObjectId, version: number): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.lockWaiting(manager, caller, id, version, 'approved');
      await change(
        manager,
        `UPDATE expenses SET status = 'approved', decided_by = $2, decided_at = now(),
           version = version + 1, updated_at = now() WHERE id = $1`,
        [expense.id, caller.userId],
      );
      await this.trail.note(manager, caller, expense.id, 'approved', {
        status: ['pending', 'approved'],
        version,
      });
      if (expense.paid_from === 'advance') {
        await this.money.spend(manager, caller, expense, 'advance');
      }
      return this.reader.read(caller, { id: expense.id }, manager);
    });
  }

  /** Final: what was wrong is written anew. @throws DomainError as `approve` */
  reject(caller: Principal, id: ObjectId, version: number, reason: string): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.lockWaiting(manager, caller, id, version, 'rejected');
      await change(
        manager,
        `UPDATE expenses SET status = 'rejected', decided_by = $2, decided_at = now(),
           rejection_reason = $3, version = version + 1, updated_at = now() WHERE id = $1`,
        [expense.id, caller.userId, reason],
      );
      await this.trail.note(manager, caller, expense.id, 'rejected', {
        status: ['pending', 'rejected'],
        version,
        reason,
      });
      return this.reader.read(caller, { id: expense.id }, manager);
    });
  }

  private async lockWaiting(
    manager: EntityManager,
    caller: Principal,
    id: ObjectId,
    version: number,
    act: 'approved' | 'rejected',
  ): Promise<ExpenseRow> {
    const expense = await this.reader.lock(caller, id, manager, version);
    if (expense.status !== 'pending') throw wrongStatus(expense.status, act);
    const { created_by: creator, changed_by: changer, submitted_by: submitter } = expense;
    if ([creator, changer, submitter].includes(caller.userId)) throw secondPersonRequired();
    return expense;
  }
}
