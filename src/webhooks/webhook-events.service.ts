import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import {
  actorOf,
  DomainError,
  type ObjectId,
  parseObjectId,
  type Principal,
} from '../common/index.js';
import { change, Outbox, Transactions } from '../database/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { WebhookEventsQuery } from './webhook-event.dto.js';
import type { WebhookEventRow } from './webhook-event.entity.js';
import { topicOf } from './webhook.topics.js';

/**
 * Events as administrators see them: those matched to their account; those matched to none belong to
 * the default account.
 */
const VISIBLE = `(w.account_id = ? OR (w.account_id IS NULL
  AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = ? AND a.is_default)))`;

@Injectable()
export class WebhookEvents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly audits: Audits,
  ) {}

  source(caller: Principal, query: WebhookEventsQuery): ListSource {
    const { accountId } = caller;
    const where: ListFilter[] = [{ sql: VISIBLE, params: [accountId, accountId] }];
    for (const name of ['status', 'provider', 'verification', 'reference'] as const) {
      const value = query[name];
      if (value !== undefined) where.push({ sql: `w.${name} = ?`, params: [value] });
    }
    if (query.payment !== undefined) where.push(ofPayment(query.payment));
    return {
      select: 'w.*',
      from: 'webhook_events w',
      where,
      orderings: { received_at: 'w.received_at', id: 'w.id' },
      idColumn: 'w.id',
      createdColumn: 'w.received_at',
    };
  }

  /** Locks the row when `manager` is given. @throws DomainError `webhook_event_not_found`, also for another account's. */
  async read(caller: Principal, id: ObjectId, manager?: EntityManager): Promise<WebhookEventRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const visible = VISIBLE.replaceAll('?', '$2');
    const rows: WebhookEventRow[] = await (manager ?? this.dataSource).query(
      `SELECT w.* FROM webhook_events w WHERE w.${column} = $1 AND ${visible}
       ${manager ? 'FOR UPDATE OF w' : ''}`,
      [value, caller.accountId],
    );
    if (!rows[0]) {
      throw new DomainError('not_found', 'webhook_event_not_found', 'Webhook event not found');
    }
    return rows[0];
  }

  /**
   * Puts an event back to work. Harmless at any time and any number of times: what it has done before,
   * the settle path finds done.
   */
  async replay(caller: Principal, id: ObjectId, reason: string | null): Promise<WebhookEventRow> {
    const { id: eventId, uuid, verification } = await this.read(caller, id);
    return this.transactions.run(async (manager) => {
      // Work first, then the event: the job takes their locks in that order. Work that was finished long
      // ago is swept away: it is written anew then.
      const topic = topicOf(verification);
      await this.outbox.add(manager, { topic, key: uuid, payload: { eventId } });
      await this.outbox.hasten(manager, topic, uuid);
      const seen = await this.read(caller, { id: eventId }, manager);
      const [row] = await change<WebhookEventRow>(
        manager,
        `UPDATE webhook_events SET status = 'received', reason = NULL, last_error = NULL,
           processed_at = NULL, replays = replays + 1
         WHERE id = $1 RETURNING *`,
        [seen.id],
      );
      await this.audits.append(manager, [
        {
          accountId: caller.accountId,
          actor: actorOf(caller),
          action: 'webhook_event.replayed',
          objectType: 'webhook_event',
          objectId: seen.id,
          paymentId: seen.payment_id,
          changes: { status: [seen.status, 'received'], reason },
        },
      ]);
      return row ?? seen;
    });
  }
}

function ofPayment(value: string): ListFilter {
  const id = parseObjectId(value);
  return id && 'uuid' in id
    ? { sql: 'w.payment_id = (SELECT p.id FROM payments p WHERE p.uuid = ?)', params: [id.uuid] }
    : { sql: 'w.payment_id = ?', params: [id && 'id' in id ? id.id : null] };
}
