import type { EntityManager } from 'typeorm';
import type { ListFilter, ListSource } from '../../http/index.js';
import type { EventRow } from '../cash.types.js';
import type { EventsQuery } from './event-requests.dto.js';

const TABLES = 'cash_events e JOIN users actor ON actor.id = e.actor_id';
const COLUMNS = `e.id, e.uuid, e.session_id, e.drawer_id, e.type, e.direction, e.currency,
  e.amount_minor, e.reason, e.exchange_id, e.payment_id, e.refund_id, e.expense_id, e.actor_id,
  actor.name AS actor_name, e.created_at`;

/** What was recorded with this event: itself, and behind it the other half of an exchange. */
export async function readRecorded(
  manager: EntityManager,
  eventId: number,
): Promise<[EventRow, EventRow?]> {
  const [first, second]: EventRow[] = await manager.query(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE e.id = $1
       OR e.exchange_id = (SELECT exchange_id FROM cash_events WHERE id = $1)
     ORDER BY e.id`,
    [eventId],
  );
  if (!first) throw new Error(`event ${eventId} does not exist`);
  return second ? [first, second] : [first];
}

export function eventsOf(sessionId: number, query: EventsQuery): ListSource {
  return {
    select: COLUMNS,
    from: TABLES,
    where: [
      { sql: 'e.session_id = ?', params: [sessionId] },
      query.type ? { sql: 'e.type = ?', params: [query.type] } : null,
      query.currency ? { sql: 'e.currency = upper(?)', params: [query.currency] } : null,
      ofPayment(query.payment),
    ],
    orderings: { id: 'e.id', amount: 'e.amount_minor' },
    idColumn: 'e.id',
    createdColumn: 'e.created_at',
  };
}

function ofPayment(value: string | undefined): ListFilter | null {
  if (value === undefined) return null;
  return /^\d+$/.test(value)
    ? { sql: 'e.payment_id = ?', params: [value] }
    : { sql: 'e.payment_id = (SELECT p.id FROM payments p WHERE p.uuid = ?)', params: [value] };
}
