import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requestContext } from '../common/index.js';
import type { NewAuditEntry } from './audits.types.js';

/** The trail that every room writes to, in the transaction of what it tells about. */
@Injectable()
export class Audits {
  /** Appends all `entries` in their order, in one statement. They are sealed later, outside the caller's path. */
  async append(manager: EntityManager, entries: NewAuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry) => ({
      account_id: entry.accountId,
      actor_id: entry.actor.userId,
      actor_label: entry.actor.label,
      actor_role: entry.actor.role,
      action: entry.action,
      object_type: entry.objectType,
      object_id: entry.objectId,
      payment_id: entry.paymentId ?? null,
      changes: entry.changes ?? {},
    }));
    await manager.query(
      `INSERT INTO audit_entries (account_id, actor_id, actor_label, actor_role, action,
         object_type, object_id, payment_id, changes, request_id)
       SELECT account_id, actor_id, actor_label, actor_role, action,
         object_type, object_id, payment_id, changes, $2
       FROM jsonb_to_recordset($1::jsonb) AS entry (account_id integer, actor_id integer,
         actor_label text, actor_role text, action text, object_type text, object_id bigint,
         payment_id integer, changes jsonb)`,
      [JSON.stringify(rows, storable), requestContext.getStore()?.requestId ?? null],
    );
  }
}

/**
 * What `jsonb` can hold. Text from outside may carry NUL or half a surrogate pair, which PostgreSQL
 * refuses; an entry about such text must not be what stops a settlement.
 */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string') return value;
  return Buffer.from(value.replaceAll('\0', ''), 'utf8').toString('utf8');
}
