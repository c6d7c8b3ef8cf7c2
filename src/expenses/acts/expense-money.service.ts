import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Money, type Principal } from '../../common/index.js';
import { change } from '../../database/index.js';
import { Ledger, type LedgerCode } from '../../ledger/index.js';
import { CashDesk } from '../../payments/index.js';
import { ExpenseTrail } from '../expense.trail.js';
import type { ExpenseRow, MoneySource } from '../expense.types.js';

/**
 * The money of expenses, inside the transaction of the act that moves it and under the expense's lock. In
 * the books an expense exists from the moment it is paid: debit `expense:<category>`, credit the drawer that
 * gave the cash, or `expenses_payable` when somebody advanced it.
 */
@Injectable()
export class ExpenseMoney {
  constructor(
    private readonly cashDesk: CashDesk,
    private readonly ledger: Ledger,
    private readonly trail: ExpenseTrail,
  ) {}

  /**
   * Pays an approved expense; cash comes out of the caller's own open drawer session.
   * @throws DomainError 409 when the caller has none, or the drawer may not give it
   */
  async spend(
    manager: EntityManager,
    caller: Principal,
    expense: ExpenseRow,
    from: MoneySource,
    claimId: string | null = null,
  ): Promise<void> {
    const source = await this.source(manager, caller, expense, from);
    await change(
      manager,
      `UPDATE expenses SET status = 'paid', paid_from = $2, ledger_account = $3, paid_by = $4,
         paid_at = now(), payment_claim_id = $5, version = version + 1, updated_at = now()
       WHERE id = $1`,
      [expense.id, from, source, caller.userId, claimId],
    );
    const amountMinor = BigInt(expense.amount_minor);
    await this.post(manager, expense, 'spent', [
      { code: `expense:${expense.category}`, amountMinor },
      { code: source, amountMinor: -amountMinor },
    ]);
    await this.trail.note(manager, caller, expense.id, 'paid', {
      status: ['approved', 'paid'],
      paid_from: from,
      amount: Money.ofMinor(amountMinor, expense.currency).toString(),
      currency: expense.currency,
    });
  }

  /** Takes an advance that was paid out of the books again. */
  async takeBack(manager: EntityManager, expense: ExpenseRow): Promise<void> {
    const amountMinor = BigInt(expense.amount_minor);
    await this.post(manager, expense, 'reversed', [
      { code: 'expenses_payable', amountMinor },
      { code: `expense:${expense.category}`, amountMinor: -amountMinor },
    ]);
  }

  private async source(
    manager: EntityManager,
    caller: Principal,
    expense: ExpenseRow,
    from: MoneySource,
  ): Promise<LedgerCode> {
    if (from === 'advance') return 'expenses_payable';
    const { ledgerAccount } = await this.cashDesk.payOut(manager, {
      accountId: expense.account_id,
      cashier: caller,
      amount: Money.ofMinor(expense.amount_minor, expense.currency),
      reason: memoOf(expense),
      expenseId: expense.id,
    });
    return ledgerAccount;
  }

  private post(
    manager: EntityManager,
    expense: ExpenseRow,
    fact: 'spent' | 'reversed',
    postings: { code: LedgerCode; amountMinor: bigint }[],
  ): Promise<void> {
    return this.ledger.post(manager, {
      accountId: expense.account_id,
      currency: expense.currency,
      fact,
      sourceType: 'expense',
      sourceId: String(expense.id),
      paymentId: null,
      memo: memoOf(expense),
      postings,
    });
  }
}

function memoOf({ id, category, vendor }: ExpenseRow): string {
  return `Expense ${id}: ${category}${vendor ? `, ${vendor}` : ''}`;
}
