import { parseObjectId, type Principal } from '../common/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { AuditQuery } from './audit.query.js';

/**
 * The part of the trail that the caller may see: staff of the account all of it, a customer what belongs
 * to their payments, an owner what belongs to payments for their properties.
 */
export function auditTrail(caller: Principal, query: AuditQuery): ListSource {
  return {
    select: `e.id, e.at, e.actor_id, e.actor_label, e.actor_role, e.action, e.object_type,
      e.object_id, e.payment_id, e.changes, e.request_id, encode(s.hash, 'hex') AS hash`,
    from: 'audit_entries e LEFT JOIN audit_seals s ON s.entry_id = e.id',
    where: [
      { sql: 'e.account_id = ?', params: [caller.accountId] },
      visibleTo(caller),
      equal('e.action', query.action?.toLowerCase()),
      doneBy(query.actor),
      equal('e.actor_role', query.role),
      equal('e.object_type', query.object_type?.toLowerCase()),
      equal('e.object_id', query.object_id),
      ofPayment(query.payment),
      equal('e.request_id', query.request_id),
    ],
    orderings: { at: 'e.at', id: 'e.id', action: 'e.action' },
    idColumn: 'e.id',
    createdColumn: 'e.at',
  };
}

function visibleTo({ role, accountId, userId }: Principal): ListFilter | null {
  const mine = { customer: 'customer_id', owner: 'owner_id' } as const;
  if (role !== 'customer' && role !== 'owner') return null;
  return {
    sql: `e.payment_id IN (SELECT p.id FROM payments p WHERE p.account_id = ? AND p.${mine[role]} = ?)`,
    params: [accountId, userId],
  };
}

function equal(column: string, value: string | undefined): ListFilter | null {
  return value === undefined ? null : { sql: `${column} = ?`, params: [value] };
}

function doneBy(actor: string | undefined): ListFilter | null {
  if (actor === undefined) return null;
  const byName = 'lower(e.actor_label) = lower(?)';
  return /^[1-9]\d{0,8}$/.test(actor)
    ? { sql: `e.actor_id = ? OR ${byName}`, params: [actor, actor] }
    : { sql: byName, params: [actor] };
}

function ofPayment(payment: string | undefined): ListFilter | null {
  const id = payment === undefined ? null : parseObjectId(payment);
  if (!id) return null;
  return 'uuid' in id
    ? { sql: 'e.payment_id = (SELECT p.id FROM payments p WHERE p.uuid = ?)', params: [id.uuid] }
    : { sql: 'e.payment_id = ?', params: [id.id] };
}
