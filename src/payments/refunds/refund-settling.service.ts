import { Injectable } from '@nestjs/common';
import { actorOf, DomainError, Money, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import type { LedgerCode } from '../../ledger/index.js';
import { CashDesk } from '../cash-desk.port.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { type PaidOut, RefundSteps } from './refund-steps.service.js';

export interface RefundSettlementRecord {
  /** How it was paid back: cash, bank transfer, payout… */
  method: string;
  /** What proves it: a receipt number, a transfer's reference. */
  evidence: string;
}

/** Staff record how a refund was paid back that no gateway's API could pay. */
@Injectable()
export class RefundSettling {
  constructor(
    private readonly transactions: Transactions,
    private readonly steps: RefundSteps,
    private readonly refunds: RefundRepository,
    private readonly desk: CashDesk,
  ) {}

  /**
   * The same record by the same person again, as after a lost answer, changes nothing.
   * @throws DomainError 404, 409 unless it waits for a person.
   */
  async settle(
    caller: Principal,
    id: ObjectId,
    record: RefundSettlementRecord,
  ): Promise<RefundRow> {
    return this.transactions.run(async (manager) => {
      const head = await this.refunds.findOfAccount(manager, caller.accountId, id);
      if (!head) throw new DomainError('not_found', 'refund_not_found', 'Refund not found');
      if (isRepeat(head, caller, record)) return head;
      if (head.status !== 'needs_attention') {
        throw new DomainError(
          'conflict',
          'refund_not_waiting',
          `Only a refund that needs attention can be settled by hand; this one is ${head.status}`,
        );
      }
      const till = isCash(record.method) ? this.fromDrawer(caller) : null;
      const moved = await this.steps.complete(manager, head.id, {}, actorOf(caller), till?.take);
      if (moved.disposition !== 'applied') {
        throw new DomainError('conflict', 'refund_not_waiting', 'Somebody else was faster');
      }
      const [row] = await change<RefundRow>(
        manager,
        `UPDATE refunds SET settled_by = $2, settlement_method = $3, settlement_evidence = $4,
           ledger_account = $5 WHERE id = $1 RETURNING *`,
        [head.id, caller.userId, record.method, record.evidence, till?.account() ?? null],
      );
      if (!row) throw new Error(`refund ${head.id} does not exist`);
      await this.refunds.audit(manager, row, actorOf(caller), 'refund.settled_by_hand', {
        method: record.method,
        evidence: record.evidence,
      });
      return row;
    });
  }

  /** Cash leaves through the open drawer session of whoever hands it out. */
  private fromDrawer(cashier: Principal): { take: PaidOut; account: () => LedgerCode | null } {
    let account: LedgerCode | null = null;
    const take: PaidOut = async (manager, refund) => {
      const moved = await this.desk.giveRefund(manager, {
        accountId: refund.account_id,
        cashier,
        amount: Money.ofMinor(refund.amount_minor, refund.currency),
        paymentId: refund.payment_id,
        refundId: refund.id,
        reason: refund.reason,
      });
      account = moved.ledgerAccount;
      return moved.ledgerAccount;
    };
    return { take, account: () => account };
  }
}

function isRepeat(refund: RefundRow, caller: Principal, record: RefundSettlementRecord): boolean {
  return (
    refund.settled_by === caller.userId &&
    refund.settlement_method === record.method &&
    refund.settlement_evidence === record.evidence
  );
}

function isCash(method: string): boolean {
  return method.trim().toLowerCase() === 'cash';
}
