import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { actorOf, DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { PaymentRow } from '../payment.entity.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { RefundRoutes } from './refund-routes.service.js';
import { RefundSteps } from './refund-steps.service.js';

/** The second person of a refund above the limit: only an approval lets its money move. */
@Injectable()
export class RefundApprovals {
  constructor(
    private readonly transactions: Transactions,
    private readonly settlement: Settlement,
    private readonly refunds: RefundRepository,
    private readonly routes: RefundRoutes,
    private readonly steps: RefundSteps,
  ) {}

  /**
   * Repeated by the same person, as after a lost answer, it changes nothing.
   * @throws DomainError 403 for whoever asked for it, 409 unless it waits.
   */
  async approve(caller: Principal, id: ObjectId): Promise<RefundRow> {
    return this.transactions.run(async (manager) => {
      const { refund, payment } = await this.lock(manager, caller, id);
      if (refund.approval === 'approved' && refund.decided_by === caller.userId) return refund;
      assertWaiting(refund);
      if (refund.requested_by === caller.userId) {
        throw new DomainError(
          'forbidden',
          'second_person_needed',
          'Somebody else than whoever asked for the refund has to approve it',
        );
      }
      const byGateway = this.routes.byGateway(refund, payment.amount_minor);
      const [row] = await change<RefundRow>(
        manager,
        `UPDATE refunds SET approval = 'approved', decided_by = $2, decided_at = now(),
           status = $3, updated_at = now() WHERE id = $1 RETURNING *`,
        [refund.id, caller.userId, byGateway ? 'pending' : 'needs_attention'],
      );
      if (!row) throw new Error(`refund ${refund.id} does not exist`);
      await this.refunds.audit(manager, row, actorOf(caller), 'refund.approved', {
        approval: ['waiting', 'approved'],
        status: [refund.status, row.status],
      });
      if (byGateway) await this.routes.send(manager, row);
      return row;
    });
  }

  /** Also by whoever asked for it, who changed their mind. The reserved amount is free again. */
  async reject(caller: Principal, id: ObjectId, reason: string): Promise<RefundRow> {
    return this.transactions.run(async (manager) => {
      const { refund } = await this.lock(manager, caller, id);
      if (refund.approval === 'rejected' && refund.decided_by === caller.userId) return refund;
      assertWaiting(refund);
      await change(
        manager,
        `UPDATE refunds SET approval = 'rejected', decided_by = $2, decided_at = now(),
           status = 'failed' WHERE id = $1 RETURNING id`,
        [refund.id, caller.userId],
      );
      const failure = { code: 'rejected', message: reason };
      await this.steps.abandon(manager, refund, { failure }, actorOf(caller));
      return this.refunds.lock(manager, refund.id);
    });
  }

  /** Locks payable → payment → refund. */
  private async lock(
    manager: EntityManager,
    caller: Principal,
    id: ObjectId,
  ): Promise<{ refund: RefundRow; payment: PaymentRow }> {
    const head = await this.refunds.findOfAccount(manager, caller.accountId, id);
    if (!head) throw new DomainError('not_found', 'refund_not_found', 'Refund not found');
    const { payment } = await this.settlement.lockRows(manager, head.payment_id);
    const refund = await this.refunds.lock(manager, head.id);
    return { refund, payment };
  }
}

function assertWaiting({ approval }: RefundRow): void {
  if (approval === 'waiting') return;
  throw new DomainError(
    'conflict',
    'refund_not_waiting',
    'Only a refund that waits for a second person can be approved or rejected',
  );
}
