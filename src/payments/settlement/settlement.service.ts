import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { notePayment } from '../../common/index.js';
import { claimAlone } from '../../database/index.js';
import { Payables } from '../payables.registry.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { PaymentRepository } from '../payment.repository.js';
import { FailureSettlement } from './failure.settlement.js';
import { PaidSettlement } from './paid.settlement.js';
import { RefundSettlement } from './refund.settlement.js';
import type { Fact, LockedRows, Settled } from './settlement.types.js';

/**
 * The one way money facts enter the books. Callbacks, polls, verification, recovery, cash, approval,
 * refunds and reversals all end here, in the caller's transaction: payable, payment, attempt, ledger,
 * audit and outbox move together or not at all. Locks are taken in the order payable → payment →
 * attempt → (drawer) → ledger. A fact that arrives again finds the work done and changes nothing.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly paid: PaidSettlement,
    private readonly failures: FailureSettlement,
    private readonly refunds: RefundSettlement,
  ) {}

  async settle(manager: EntityManager, fact: Fact): Promise<Settled> {
    if (fact.kind === 'refunded' || fact.kind === 'reversed') {
      return this.refunds.settle(manager, fact, await this.lockRows(manager, fact.paymentId));
    }
    const head = await this.repository.findPaymentOfAttempt(manager, fact.transactionId);
    if (!head) throw new Error(`attempt ${fact.transactionId} does not exist`);
    const rows = await this.lock(manager, head);
    const attempt = await this.lockAttempt(manager, fact.transactionId);
    return fact.kind === 'paid'
      ? this.paid.settle(manager, fact, rows, attempt)
      : this.failures.settle(manager, fact, rows, attempt);
  }

  /** Takes the locks of a payment's facts in their order, for callers that must look before they settle. */
  async lockRows(manager: EntityManager, paymentId: number): Promise<LockedRows> {
    const rows: Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>[] = await manager.query(
      'SELECT id, payable_kind, payable_id FROM payments WHERE id = $1',
      [paymentId],
    );
    if (!rows[0]) throw new Error(`payment ${paymentId} does not exist`);
    return this.lock(manager, rows[0]);
  }

  private async lock(
    manager: EntityManager,
    head: Pick<PaymentRow, 'id' | 'payable_kind' | 'payable_id'>,
  ): Promise<LockedRows> {
    notePayment(head.id);
    const port = this.payables.get(head.payable_kind);
    claimAlone(manager, `${head.payable_kind} ${head.payable_id}`);
    const payable = await port.lock(manager, { id: head.payable_id });
    const payment = await this.repository.lockPayment(manager, head.id);
    if (!payable || !payment) throw new Error(`payment ${head.id} lost its ${head.payable_kind}`);
    return { port, payable, payment };
  }

  private async lockAttempt(manager: EntityManager, id: number): Promise<AttemptRow> {
    const attempt = await this.repository.lockAttempt(manager, id);
    if (!attempt) throw new Error(`attempt ${id} does not exist`);
    return attempt;
  }
}
