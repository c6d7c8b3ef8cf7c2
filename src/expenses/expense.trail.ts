import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { actorOf, type Principal } from '../common/index.js';

/** `changed` is for whoever may write it, the others for who may decide or pay. */
export type ExpenseAct =
  | 'created'
  | 'changed'
  | 'submitted'
  | 'approved'
  | 'rejected'
  | 'paid'
  | 'voided'
  | 'receipt_added';

/** Every act on an expense, in the audit trail. */
@Injectable()
export class ExpenseTrail {
  constructor(private readonly audits: Audits) {}

  note(
    manager: EntityManager,
    caller: Principal,
    expenseId: number,
    act: ExpenseAct,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action: `expense.${act}`,
        objectType: 'expense',
        objectId: expenseId,
        changes,
      },
    ]);
  }
}
