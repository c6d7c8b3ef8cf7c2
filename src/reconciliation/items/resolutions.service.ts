import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import {
  actorOf,
  DomainError,
  formatMinor,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { ReceiptDesk } from '../../payments/index.js';
import { Postings } from '../matching/postings.service.js';
import { itemNotFound } from '../reconciliation.errors.js';
import type { ItemRow } from '../reconciliation.types.js';
import { waitForDesk } from '../runs/run.lock.js';
import type { ResolveItemDto } from './item.dto.js';

/** What people do with differences: say why, and take money in that nothing here explains. */
@Injectable()
export class ItemResolutions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptDesk,
    private readonly postings: Postings,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError 404, also for another account's. */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
    lock = '',
  ): Promise<ItemRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: ItemRow[] = await manager.query(
      `SELECT * FROM reconciliation_items WHERE ${column} = $1 AND account_id = $2 ${lock}`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw itemNotFound();
    return rows[0];
  }

  /** @throws DomainError 400 for what is no such difference, 409 when it is resolved or still looked at. */
  async resolve(
    caller: Principal,
    id: ObjectId,
    { reason, action }: ResolveItemDto,
    claimId: string | null,
  ): Promise<ItemRow> {
    return this.transactions.run(async (manager) => {
      const { provider } = await this.read(caller, id, manager);
      await waitForDesk(manager, caller.accountId, provider);
      const item = await this.read(caller, id, manager, 'FOR UPDATE');
      if (claimId !== null && item.idempotency_claim_id === claimId) return item;
      await this.assertOpen(manager, item);
      const receiptId = action ? await this.takeIn(manager, caller, item, reason) : null;
      const [resolved] = await change<ItemRow>(
        manager,
        `UPDATE reconciliation_items SET resolved_at = now(), resolved_by = $2, resolution = $3,
           receipt_id = $4, idempotency_claim_id = $5 WHERE id = $1 RETURNING *`,
        [item.id, caller.userId, reason.trim(), receiptId, claimId],
      );
      if (!resolved) throw itemNotFound();
      await this.follow(manager, caller, resolved);
      return this.read(caller, { id: item.id }, manager);
    });
  }

  private async assertOpen(manager: EntityManager, item: ItemRow): Promise<void> {
    const runs: { completed: boolean }[] = await manager.query(
      `SELECT status = 'completed' AS completed FROM reconciliation_runs WHERE id = $1`,
      [item.run_id],
    );
    if (!runs[0]?.completed) {
      throw new DomainError('conflict', 'run_not_completed', 'The run is not completed yet', {
        retryAfterS: 5,
      });
    }
    if (item.outcome === 'matched' || item.outcome === null) {
      throw new DomainError('refused', 'nothing_to_resolve', 'This line matches: nothing differs');
    }
    if (item.resolved_at) {
      throw new DomainError('conflict', 'already_resolved', 'This item has been resolved already');
    }
  }

  private async takeIn(
    manager: EntityManager,
    caller: Principal,
    item: ItemRow,
    reason: string,
  ): Promise<number> {
    const { outcome, kind, line_status: status, amount_minor: minor, currency } = item;
    const isMoney = outcome === 'missing_here' && kind === 'payment' && status === 'paid';
    if (!isMoney || minor === null || currency === null) {
      throw new DomainError(
        'refused',
        'no_money_to_take_in',
        'Only money there that nothing here explains can go into the unallocated queue',
        { errors: { action: ['does not fit this item'] } },
      );
    }
    const receipt = await this.receipts.take(manager, caller, {
      provider: item.provider,
      amount: formatMinor(minor, currency),
      currency,
      reference: item.gateway_id ?? item.reference ?? item.uuid,
      ...(item.payer ? { payer: item.payer } : {}),
      note: `Reconciliation ${item.run_id}, line ${item.line_no ?? 0}: ${reason}`,
    });
    return receipt.id;
  }

  private async follow(manager: EntityManager, caller: Principal, item: ItemRow): Promise<void> {
    await manager.query(
      'UPDATE reconciliation_runs SET open_items = open_items - 1 WHERE id = $1',
      [item.run_id],
    );
    if (item.receipt_id !== null) {
      const run = { id: item.run_id, account_id: item.account_id, provider: item.provider };
      await this.postings.post(manager, run, actorOf(caller));
    }
    await this.audits.append(manager, [
      {
        accountId: item.account_id,
        actor: actorOf(caller),
        action: 'reconciliation.resolved',
        objectType: 'reconciliation_item',
        objectId: item.id,
        paymentId: item.payment_id,
        changes: {
          run: item.run_id,
          outcome: item.outcome,
          reason: item.resolution,
          receipt: item.receipt_id,
        },
      },
    ]);
  }
}
