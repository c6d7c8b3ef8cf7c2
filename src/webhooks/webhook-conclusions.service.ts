import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { SYSTEM } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import type { EventStatus, Verification, WebhookEventRow } from './webhook-event.entity.js';
import { WebhookMetrics } from './webhook.metrics.js';

export interface Conclusion {
  status: Exclude<EventStatus, 'received'>;
  reason: string | null;
  /** The attempt it was matched to; null leaves what is known. */
  transactionId?: number | null;
  paymentId?: number | null;
  accountId?: number | null;
  /** Set when it was proven since it came. */
  verification?: Verification;
}

/** Writes what became of events. Only one that is `received` is concluded, so a second time changes nothing. */
@Injectable()
export class WebhookConclusions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** Null when there is nothing left to conclude. */
  async findOpen(eventId: number): Promise<WebhookEventRow | null> {
    const rows: WebhookEventRow[] = await this.dataSource.query(
      `SELECT * FROM webhook_events WHERE id = $1 AND status = 'received'`,
      [eventId],
    );
    return rows[0] ?? null;
  }

  /** @throws Error when there is none. */
  async find(eventId: number): Promise<WebhookEventRow> {
    const rows: WebhookEventRow[] = await this.dataSource.query(
      'SELECT * FROM webhook_events WHERE id = $1',
      [eventId],
    );
    if (!rows[0]) throw new Error(`webhook event ${eventId} does not exist`);
    return rows[0];
  }

  /** Runs `work` under the event's lock and writes its conclusion in the same commit. */
  async conclude(
    event: WebhookEventRow,
    work: (manager: EntityManager) => Conclusion | Promise<Conclusion>,
  ): Promise<void> {
    const concluded = await this.transactions.run(async (manager) => {
      const open: unknown[] = await manager.query(
        `SELECT 1 FROM webhook_events WHERE id = $1 AND status = 'received' FOR UPDATE`,
        [event.id],
      );
      if (open.length === 0) return null;
      const conclusion = await work(manager);
      await this.write(manager, event.id, conclusion, null);
      return conclusion;
    });
    if (concluded) this.metrics.concluded(event.provider, concluded.status, concluded.reason);
  }

  /** Parks an event whose work failed too often, in the commit that gives the work up. */
  async giveUp(manager: EntityManager, eventId: number, error: string): Promise<void> {
    const conclusion = { status: 'parked', reason: 'processing_failed' } as const;
    const row = await this.write(manager, eventId, conclusion, error);
    if (row) this.metrics.concluded(row.provider, conclusion.status, conclusion.reason);
  }

  /** Shows what went wrong while the work is still tried again. */
  async noteFailure(eventId: number, error: string): Promise<void> {
    await this.transactions.run((manager) =>
      manager.query(
        `UPDATE webhook_events SET last_error = $2 WHERE id = $1 AND status = 'received'`,
        [eventId, error],
      ),
    );
  }

  private async write(
    manager: EntityManager,
    id: number,
    conclusion: Conclusion,
    error: string | null,
  ): Promise<WebhookEventRow | undefined> {
    const { status, reason, verification, transactionId, paymentId, accountId } = conclusion;
    const [row] = await change<WebhookEventRow>(
      manager,
      `UPDATE webhook_events SET status = $2, reason = $3, last_error = $4, processed_at = now(),
         verification = coalesce($5, verification), transaction_id = coalesce($6, transaction_id),
         payment_id = coalesce($7, payment_id), account_id = coalesce($8, account_id)
       WHERE id = $1 AND status = 'received' RETURNING *`,
      [
        id,
        status,
        reason,
        error,
        verification ?? null,
        transactionId ?? null,
        paymentId ?? null,
        accountId ?? null,
      ],
    );
    if (row?.status === 'parked') await this.auditParked(manager, row);
    return row;
  }

  /** Without an account there is no trail it would belong to; the list of parked events still shows it. */
  private async auditParked(manager: EntityManager, row: WebhookEventRow): Promise<void> {
    if (row.account_id === null) return;
    await this.audits.append(manager, [
      {
        accountId: row.account_id,
        actor: SYSTEM,
        action: 'webhook_event.parked',
        objectType: 'webhook_event',
        objectId: row.id,
        paymentId: row.payment_id,
        changes: { reason: row.reason, wire_status: row.wire_status, reference: row.reference },
      },
    ]);
  }
}
