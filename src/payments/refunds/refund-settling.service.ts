import { Injectable } from '@nestjs/common';
import { actorOf, DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { visiblePayments } from '../payment-reader.service.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { RefundSteps } from './refund-steps.service.js';

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
  ) {}

  /** @throws DomainError 404, 409 unless it waits for a person. */
  async settle(
    caller: Principal,
    id: ObjectId,
    record: RefundSettlementRecord,
  ): Promise<RefundRow> {
    return this.transactions.run(async (manager) => {
      const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
      const [scope] = visiblePayments(caller);
      const rows: { id: number }[] = await manager.query(
        `SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id
         WHERE r.${column} = $1 AND ${scope?.sql.replace('?', '$2') ?? 'false'}`,
        [value, caller.accountId],
      );
      const head = rows[0];
      if (!head) throw new DomainError('not_found', 'refund_not_found', 'Refund not found');
      const before = await this.refunds.find(manager, head.id);
      if (before?.status !== 'needs_attention') {
        throw new DomainError(
          'conflict',
          'refund_not_waiting',
          `Only a refund that needs attention can be settled by hand; this one is ${before?.status ?? 'gone'}`,
        );
      }
      const moved = await this.steps.complete(manager, head.id, {}, actorOf(caller));
      if (moved.disposition !== 'applied') {
        throw new DomainError('conflict', 'refund_not_waiting', 'Somebody else was faster');
      }
      const [row] = await change<RefundRow>(
        manager,
        `UPDATE refunds SET settled_by = $2, settlement_method = $3, settlement_evidence = $4
         WHERE id = $1 RETURNING *`,
        [head.id, caller.userId, record.method, record.evidence],
      );
      if (!row) throw new Error(`refund ${head.id} does not exist`);
      await this.refunds.audit(manager, row, actorOf(caller), 'refund.settled_by_hand', {
        method: record.method,
        evidence: record.evidence,
      });
      return row;
    });
  }
}
