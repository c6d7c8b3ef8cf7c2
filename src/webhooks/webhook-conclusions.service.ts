import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { SYSTEM } from '../common/index.js';
import {
  change,
  type ForMany,
  onCommit,
  type OutboxHandler,
  together,
  Transactions,
} from '../database/index.js';
import type { EventStatus, Verification, WebhookEventRow } from './webhook-event.entity.js';
import { WebhookMetrics } from './webhook.metrics.js';
import { eventIdOf } from './webhook.topics.js';

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

type Concluded = Pick<
  WebhookEventRow,
  | 'id'
  | 'provider'
  | 'status'
  | 'reason'
  | 'account_id'
  | 'payment_id'
  | 'wire_status'
  | 'reference'
>;

/** Looks for the status afterwards: an index that begins with it would find all that wait besides. */
const lockOpenEvents: ForMany<number, WebhookEventRow | null> = async (manager, ids) => {
  const rows: WebhookEventRow[] = await manager.query(
    'SELECT * FROM webhook_events WHERE id = ANY ($1::int[]) ORDER BY id FOR UPDATE',
    [ids],
  );
  const open = rows.filter(({ status }) => status === 'received');
  return ids.map((id) => open.find((row) => row.id === id) ?? null);
};

const concludeEvents: ForMany<
  { id: number; conclusion: Conclusion; error: string | null },
  Concluded | undefined
> = async (manager, ends) => {
  const rows = await change<Concluded>(
    manager,
    `UPDATE webhook_events e SET status = done.status, reason = done.reason,
       last_error = done.error, processed_at = now(),
       verification = coalesce(done.verification, e.verification),
       transaction_id = coalesce(done.transaction_id, e.transaction_id),
       payment_id = coalesce(done.payment_id, e.payment_id),
       account_id = coalesce(done.account_id, e.account_id)
     FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[],
         $8::int[])
       AS done (id, status, reason, error, verification, transaction_id, payment_id, account_id)
     WHERE e.id = done.id
     RETURNING e.id, e.provider, e.status, e.reason, e.account_id, e.payment_id, e.wire_status,
       e.reference`,
    [
      ends.map(({ id }) => id),
      ends.map(({ conclusion }) => conclusion.status),
      ends.map(({ conclusion }) => conclusion.reason),
      ends.map(({ error }) => error),
      ends.map(({ conclusion }) => conclusion.verification ?? null),
      ends.map(({ conclusion }) => conclusion.transactionId ?? null),
      ends.map(({ conclusion }) => conclusion.paymentId ?? null),
      ends.map(({ conclusion }) => conclusion.accountId ?? null),
    ],
  );
  return ends.map(({ id }) => rows.find((row) => row.id === id));
};

/** Writes what became of events. Only one that is `received` is concluded, so a second time changes nothing. */
@Injectable()
export class WebhookConclusions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** What failures of the work on an event leave in it. */
  readonly ofFailures: Pick<OutboxHandler, 'onFailed' | 'onParked'> = {
    onFailed: (row, manager, error) => this.noteFailure(manager, eventIdOf(row), error),
    onParked: (row, manager, error) => this.giveUp(manager, eventIdOf(row), error),
  };

  /** Null when there is nothing left to conclude. */
  async findOpen(eventId: number): Promise<WebhookEventRow | null> {
    const rows: WebhookEventRow[] = await this.dataSource.query(
      `SELECT * FROM webhook_events WHERE id = $1 AND status = 'received'`,
      [eventId],
    );
    return rows[0] ?? null;
  }

  /** As `findOpen`, under the event's lock. */
  lockOpen(manager: EntityManager, eventId: number): Promise<WebhookEventRow | null> {
    return together(manager, lockOpenEvents, eventId);
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
    await this.transactions.run(async (manager) => {
      const open = await this.lockOpen(manager, event.id);
      if (open) await this.write(manager, event.id, await work(manager), null);
    });
  }

  /** Parks an event whose work failed too often, in the commit that gives the work up. */
  private async giveUp(manager: EntityManager, eventId: number, error: string): Promise<void> {
    const conclusion = { status: 'parked', reason: 'processing_failed' } as const;
    const open = await this.lockOpen(manager, eventId);
    if (open) await this.write(manager, eventId, conclusion, error);
  }

  /** Shows what went wrong while the work is still tried again. */
  private async noteFailure(manager: EntityManager, eventId: number, error: string): Promise<void> {
    await manager.query(
      `UPDATE webhook_events SET last_error = $2 WHERE id = $1 AND status = 'received'`,
      [eventId, error],
    );
  }

  /** Writes the conclusion of an event that `lockOpen` gave, with the caller's commit. */
  async write(
    manager: EntityManager,
    id: number,
    conclusion: Conclusion,
    error: string | null,
  ): Promise<void> {
    const row = await together(manager, concludeEvents, { id, conclusion, error });
    if (!row) return;
    onCommit(manager, () => this.metrics.concluded(row.provider, row.status, row.reason));
    if (row.status === 'parked') await this.auditParked(manager, row);
  }

  /** Without an account there is no trail it would belong to; the list of parked events still shows it. */
  private async auditParked(manager: EntityManager, row: Concluded): Promise<void> {
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
