import { Injectable } from '@nestjs/common';
import { DomainError, invalidField, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { expenseChanged, notYourExpense, paidFromDrawer, wrongStatus } from '../expense.errors.js';
import { ExpenseReader } from '../expense.reader.js';
import { ExpenseTrail } from '../expense.trail.js';
import type { ExpenseRow, MoneySource } from '../expense.types.js';
import { ExpenseMoney } from './expense-money.service.js';

/** How an expense ends: paid, or void. */
@Injectable()
export class ExpenseEndings {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: ExpenseReader,
    private readonly money: ExpenseMoney,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * Pays what is approved. The same claim again answers what it paid before.
   * @throws DomainError 409 unless it is approved, or when no drawer session of the caller can give the cash
   */
  pay(
    caller: Principal,
    id: ObjectId,
    wanted: { paidFrom: MoneySource | null; version: number | null },
    claimId: string | null,
  ): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.reader.lock(caller, id, manager);
      if (claimId && expense.payment_claim_id === claimId) return expense;
      if (wanted.version !== null && wanted.version !== expense.version) {
        throw expenseChanged(expense.version);
      }
      if (expense.status !== 'approved') throw wrongStatus(expense.status, 'paid');
      const from = wanted.paidFrom ?? expense.paid_from;
      if (!from) throw invalidField('paid_from', 'say where the money comes from');
      if (from === 'advance' && caller.role === 'cashier') {
        throw new DomainError('forbidden', 'forbidden', 'A cashier pays from the drawer only');
      }
      await this.money.spend(manager, caller, expense, from, claimId);
      return this.reader.read(caller, { id: expense.id }, manager);
    });
  }

  /**
   * Owners take back what they wrote until it is decided; staff void anything but what was rejected or paid
   * in cash. An advance that was paid leaves the books again.
   * @throws DomainError 403, or 409 with what stands in the way
   */
  void(
    caller: Principal,
    id: ObjectId,
    reason: string,
    version: number | null,
  ): Promise<ExpenseRow> {
    return this.transactions.run(async (manager) => {
      const expense = await this.reader.lock(caller, id, manager, version);
      const { status } = expense;
      if (caller.role === 'owner') assertOwnersToVoid(caller, expense);
      if (status === 'void' || status === 'rejected') throw wrongStatus(status, 'voided');
      if (status === 'paid') {
        if (expense.paid_from === 'cash_drawer') throw paidFromDrawer();
        await this.money.takeBack(manager, expense);
      }
      await change(
        manager,
        `UPDATE expenses SET status = 'void', voided_by = $2, voided_at = now(), void_reason = $3,
           version = version + 1, updated_at = now() WHERE id = $1`,
        [expense.id, caller.userId, reason],
      );
      await this.trail.note(manager, caller, expense.id, 'voided', {
        status: [status, 'void'],
        reason,
      });
      return this.reader.read(caller, { id: expense.id }, manager);
    });
  }
}

function assertOwnersToVoid(caller: Principal, expense: ExpenseRow): void {
  if (expense.created_by !== caller.userId) throw notYourExpense();
  if (expense.status !== 'approved' && expense.status !== 'paid') return;
  throw new DomainError(
    'forbidden',
    'forbidden',
    'Only staff can void an expense that is approved',
  );
}
