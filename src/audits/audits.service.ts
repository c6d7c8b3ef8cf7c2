import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requestContext } from '../common/index.js';
import { type ForMany, together } from '../database/index.js';
import type { NewAuditEntry, UnfinishedEntry } from './audits.types.js';

/**
 * Writes the entries of one JSON parameter, see `auditRow`. `made` names a query of the same statement that
 * answers `id` and `uuid` of what is written: entries that name the uuid are about that object, and the payment
 * that it is, and are left out where it was not written.
 */
export function insertAudits(rows: string, made?: string): string {
  const [objectId, paymentId] = made ? [`${made}.id`, `${made}.id`] : ['object_id', 'payment_id'];
  return `INSERT INTO audit_entries (account_id, actor_id, actor_label, actor_role, action,
       object_type, object_id, payment_id, changes, request_id)
     SELECT entry.account_id, actor_id, actor_label, actor_role, action, object_type,
       ${objectId}, ${paymentId}, changes, request_id
     FROM jsonb_to_recordset(${rows}::jsonb) AS entry (account_id integer, actor_id integer,
       actor_label text, actor_role text, action text, object_type text, object_id bigint,
       payment_id integer, changes jsonb, request_id text, object_uuid uuid)
       ${made ? `JOIN ${made} ON ${made}.uuid = entry.object_uuid` : ''}`;
}

export type AuditRow = Readonly<Record<string, unknown>>;

/** An entry as a row, with the request that is being answered right now. */
export function auditRow(entry: NewAuditEntry | UnfinishedEntry): AuditRow {
  return {
    account_id: entry.accountId,
    actor_id: entry.actor.userId,
    actor_label: entry.actor.label,
    actor_role: entry.actor.role,
    action: entry.action,
    object_type: entry.objectType,
    ...('objectId' in entry
      ? { object_id: entry.objectId, payment_id: entry.paymentId ?? null }
      : { object_uuid: entry.objectUuid }),
    changes: entry.changes ?? {},
    request_id: requestContext.getStore()?.requestId ?? null,
  };
}

export function auditJson(rows: readonly AuditRow[]): string {
  return JSON.stringify(rows, storable);
}

const APPEND = insertAudits('$1');

const appendAll: ForMany<AuditRow[], void> = async (manager, all) => {
  await manager.query(APPEND, [auditJson(all.flat())]);
  return [];
};

/** The trail that every room writes to, in the transaction of what it tells about. */
@Injectable()
export class Audits {
  /** Appends all `entries` in their order, in one statement. They are sealed later, outside the caller's path. */
  async append(manager: EntityManager, entries: NewAuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await together(manager, appendAll, entries.map(auditRow));
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
