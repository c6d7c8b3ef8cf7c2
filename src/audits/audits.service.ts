import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requestContext } from '../common/index.js';
import type { NewAuditEntry, UnfinishedEntry } from './audits.types.js';

/**
 * Writes entries from two parameters, see `auditParameters`. `made` names a query of the same statement that
 * answers at most one row with an `id`: that is the object, and the payment, of entries that name none, and
 * without such a row nothing is written.
 */
export function insertAudits(rows: string, requestId: string, made?: string): string {
  return `INSERT INTO audit_entries (account_id, actor_id, actor_label, actor_role, action,
       object_type, object_id, payment_id, changes, request_id)
     SELECT entry.account_id, actor_id, actor_label, actor_role, action, object_type,
       ${made ? `coalesce(object_id, ${made}.id), coalesce(payment_id, ${made}.id)` : 'object_id, payment_id'},
       changes, ${requestId}
     FROM jsonb_to_recordset(${rows}::jsonb) AS entry (account_id integer, actor_id integer,
       actor_label text, actor_role text, action text, object_type text, object_id bigint,
       payment_id integer, changes jsonb)${made ? ` CROSS JOIN ${made}` : ''}`;
}

/** The entries, and the request they belong to. */
export function auditParameters(entries: UnfinishedEntry[]): [string, string | null] {
  const rows = entries.map((entry) => ({
    account_id: entry.accountId,
    actor_id: entry.actor.userId,
    actor_label: entry.actor.label,
    actor_role: entry.actor.role,
    action: entry.action,
    object_type: entry.objectType,
    object_id: entry.objectId ?? null,
    payment_id: entry.paymentId ?? null,
    changes: entry.changes ?? {},
  }));
  return [JSON.stringify(rows, storable), requestContext.getStore()?.requestId ?? null];
}

/** The trail that every room writes to, in the transaction of what it tells about. */
@Injectable()
export class Audits {
  /** Appends all `entries` in their order, in one statement. They are sealed later, outside the caller's path. */
  async append(manager: EntityManager, entries: NewAuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await manager.query(insertAudits('$1', '$2'), auditParameters(entries));
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
