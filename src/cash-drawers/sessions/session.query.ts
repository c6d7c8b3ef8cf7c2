import type { EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import type { ListFilter, ListSource } from '../../http/index.js';
import { sessionNotFound } from '../cash.errors.js';
import type { SessionRow } from '../cash.types.js';
import type { SessionsQuery } from './session-requests.dto.js';

export type Queries = Pick<EntityManager, 'query'>;

const TABLES = `cash_sessions s JOIN cash_drawers d ON d.id = s.drawer_id
  JOIN users cashier ON cashier.id = s.cashier_id
  LEFT JOIN users counter ON counter.id = s.counted_by
  LEFT JOIN users closer ON closer.id = s.closed_by
  LEFT JOIN users reviewer ON reviewer.id = s.reviewed_by`;

const COLUMNS = `s.id, s.uuid, s.account_id, s.drawer_id, d.name AS drawer_name,
  d.location AS drawer_location, s.cashier_id, cashier.name AS cashier_name, s.number, s.status,
  s.blind, s.opening_notes, s.closing_notes, s.review_notes, s.opened_at, s.counted_by,
  counter.name AS counter_name, s.counting_at, s.closed_by, closer.name AS closer_name, s.closed_at,
  s.last_event_id, s.event_count, s.review_required, s.reviewed_by, reviewer.name AS reviewer_name,
  s.reviewed_at, s.close_claim_id, s.review_claim_id, s.z_report_id, s.created_at, s.updated_at,
  (SELECT coalesce(json_agg(json_build_object('currency', c.currency,
     'expected_opening_minor', c.expected_opening_minor::text,
     'declared_opening_minor', c.declared_opening_minor::text,
     'balance_minor', c.balance_minor::text,
     'counted_minor', c.counted_minor::text,
     'denominations', c.denominations,
     'expected_minor', c.expected_minor::text,
     'variance_minor', c.variance_minor::text,
     'variance_limit_minor', c.variance_limit_minor::text) ORDER BY c.currency), '[]')
   FROM cash_session_currencies c WHERE c.session_id = s.id) AS currencies`;

/** A session of the account. @throws DomainError `cash_session_not_found`. */
export async function readSession(
  manager: Queries,
  { accountId }: Pick<Principal, 'accountId'>,
  id: ObjectId,
): Promise<SessionRow> {
  const rows: SessionRow[] = await manager.query(
    `SELECT ${COLUMNS} FROM ${TABLES}
     WHERE s.account_id = $1 AND ${'id' in id ? 's.id = $2' : 's.uuid = $2'}`,
    [accountId, 'id' in id ? id.id : id.uuid],
  );
  if (!rows[0]) throw sessionNotFound();
  return rows[0];
}

/**
 * As `readSession`, under the row's lock, which everything that happens to the drawer's cash waits for.
 * The amounts are read after the lock is there: read with it they would be those of before the wait.
 */
export async function lockSession(
  manager: EntityManager,
  caller: Pick<Principal, 'accountId'>,
  id: ObjectId,
): Promise<SessionRow> {
  await manager.query(
    `SELECT 1 FROM cash_sessions s
     WHERE s.account_id = $1 AND ${'id' in id ? 's.id = $2' : 's.uuid = $2'} FOR UPDATE`,
    [caller.accountId, 'id' in id ? id.id : id.uuid],
  );
  return readSession(manager, caller, id);
}

export function sessionsOf(caller: Principal, query: SessionsQuery): ListSource {
  return {
    select: COLUMNS,
    from: TABLES,
    where: [
      { sql: 's.account_id = ?', params: [caller.accountId] },
      query.status ? { sql: 's.status = ?', params: [query.status] } : null,
      referred('d', query.drawer),
      referred('cashier', query.cashier),
      query.review === 'pending' ? { sql: `s.status = 'closed' AND s.review_required` } : null,
    ],
    orderings: { opened_at: 's.opened_at', number: 's.number', id: 's.id' },
    idColumn: 's.id',
    createdColumn: 's.created_at',
  };
}

function referred(alias: string, value: string | undefined): ListFilter | null {
  if (value === undefined) return null;
  return /^\d+$/.test(value)
    ? { sql: `${alias}.id = ?`, params: [value] }
    : { sql: `${alias}.uuid = ?`, params: [value] };
}
