import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, formatMinor, type ObjectId } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { RefundStatus } from '../../providers/index.js';
import type { RefundRow, RefundState } from './refund.entity.js';

type NewRefund = Pick<
  RefundRow,
  | 'payment_id'
  | 'transaction_id'
  | 'account_id'
  | 'provider'
  | 'reference'
  | 'currency'
  | 'amount_minor'
  | 'reason'
  | 'status'
  | 'requested_by'
  | 'approval'
> & { idempotency_claim_id: string | null };

/** Rows of refunds; every change of a state leaves its entry in the audit trail. */
@Injectable()
export class RefundRepository {
  constructor(private readonly audits: Audits) {}

  async insert(manager: EntityManager, refund: NewRefund, actor: Actor): Promise<RefundRow> {
    const columns = Object.keys(refund);
    const marks = columns.map((_, index) => `$${index + 1}`).join(', ');
    const rows: RefundRow[] = await manager.query(
      `INSERT INTO refunds (${columns.join(', ')}) VALUES (${marks}) RETURNING *`,
      Object.values(refund),
    );
    const row = rows[0];
    if (!row) throw new Error('the refund was not written');
    await this.audit(manager, row, actor, 'refund.requested', {
      amount: formatMinor(row.amount_minor, row.currency),
      currency: row.currency,
      reason: row.reason,
      status: row.status,
    });
    return row;
  }

  /** After the payment's locks, never before. */
  async lock(manager: EntityManager, id: number): Promise<RefundRow> {
    const rows: RefundRow[] = await manager.query(
      'SELECT * FROM refunds WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!rows[0]) throw new Error(`refund ${id} does not exist`);
    return rows[0];
  }

  async find(manager: Pick<EntityManager, 'query'>, id: number): Promise<RefundRow | null> {
    const rows: RefundRow[] = await manager.query('SELECT * FROM refunds WHERE id = $1', [id]);
    return rows[0] ?? null;
  }

  /** By id or uuid, of this account only. */
  async findOfAccount(
    manager: EntityManager,
    accountId: number,
    id: ObjectId,
  ): Promise<RefundRow | null> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: RefundRow[] = await manager.query(
      `SELECT * FROM refunds WHERE ${column} = $1 AND account_id = $2`,
      [value, accountId],
    );
    return rows[0] ?? null;
  }

  /** By what a notification names: our reference, else the gateway's id. */
  async findNamed(
    manager: EntityManager,
    transactionId: number,
    reference: string | null,
    gatewayRefundId: string | null,
  ): Promise<RefundRow | null> {
    const rows: RefundRow[] = await manager.query(
      `SELECT * FROM refunds WHERE transaction_id = $1
         AND (reference = $2 OR gateway_refund_id = $3) ORDER BY id LIMIT 1`,
      [transactionId, reference, gatewayRefundId],
    );
    return rows[0] ?? null;
  }

  /** Refunds of this attempt that are with the gateway. */
  async openOf(manager: EntityManager, transactionId: number): Promise<number[]> {
    const rows: { id: number }[] = await manager.query(
      `SELECT id FROM refunds WHERE transaction_id = $1 AND status IN ('pending', 'processing')`,
      [transactionId],
    );
    return rows.map((row) => row.id);
  }

  /** Writes a new state with what the gateway said; nulls leave what is there. */
  async move(
    manager: EntityManager,
    refund: RefundRow,
    to: RefundState,
    said: Partial<Pick<RefundStatus, 'gatewayRefundId' | 'wireStatus' | 'failure'>>,
    actor: Actor,
  ): Promise<RefundRow> {
    const [row] = await change<RefundRow>(
      manager,
      `UPDATE refunds SET status = $2, gateway_refund_id = coalesce($3, gateway_refund_id),
         wire_status = coalesce($4, wire_status), failure_code = $5, failure_reason = $6,
         completed_at = CASE WHEN $2 = 'completed' THEN now() END, updated_at = now()
       WHERE id = $1 RETURNING *`,
      [
        refund.id,
        to,
        said.gatewayRefundId ?? null,
        said.wireStatus ?? null,
        said.failure?.code ?? null,
        said.failure?.message ?? null,
      ],
    );
    if (!row) throw new Error(`refund ${refund.id} does not exist`);
    if (refund.status !== to) {
      await this.audit(manager, row, actor, `refund.${to}`, {
        status: [refund.status, to],
        ...(said.failure ? { code: said.failure.code, reason: said.failure.message } : {}),
      });
    }
    return row;
  }

  async audit(
    manager: EntityManager,
    refund: RefundRow,
    actor: Actor,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: refund.account_id,
        actor,
        action,
        objectType: 'refund',
        objectId: refund.id,
        paymentId: refund.payment_id,
        changes,
      },
    ]);
  }
}
