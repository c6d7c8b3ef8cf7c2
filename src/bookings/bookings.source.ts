import { parseObjectId, type Principal } from '../common/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { BookingsQuery } from './booking-requests.dto.js';
import { BOOKING_COLUMNS, BOOKING_TABLES } from './booking.types.js';

/** A condition with `?` for each parameter. */
export type Condition = Required<ListFilter>;

/** Bookings (`b`, of property `p`) that the caller may see: never one of another account. */
export function visibleBookings({ accountId, role, userId }: Principal): Condition[] {
  const conditions: Condition[] = [{ sql: 'b.account_id = ?', params: [accountId] }];
  if (role === 'customer') conditions.push({ sql: 'b.customer_id = ?', params: [userId] });
  if (role === 'owner') conditions.push({ sql: 'p.owner_id = ?', params: [userId] });
  return conditions;
}

export function bookingsOf(caller: Principal, query: BookingsQuery): ListSource {
  return {
    select: BOOKING_COLUMNS,
    from: BOOKING_TABLES,
    where: [
      ...visibleBookings(caller),
      query.status ? { sql: 'b.status = ?', params: [query.status] } : null,
      atProperty(query.property),
      bookedBy(query.customer),
      query.reference ? { sql: 'b.reference = upper(?)', params: [query.reference] } : null,
    ],
    orderings: {
      check_in: 'b.check_in',
      check_out: 'b.check_out',
      total_price: 'b.total_minor',
      reference: 'b.reference',
      updated_at: 'b.updated_at',
      id: 'b.id',
    },
    idColumn: 'b.id',
    createdColumn: 'b.created_at',
  };
}

function atProperty(property: string | undefined): ListFilter | null {
  const id = property === undefined ? null : parseObjectId(property);
  if (!id) return null;
  return 'id' in id
    ? { sql: 'b.property_id = ?', params: [id.id] }
    : { sql: 'p.uuid = ?', params: [id.uuid] };
}

function bookedBy(email: string | undefined): ListFilter | null {
  if (!email) return null;
  return {
    // Each half by an index of its own; a join's column could not be.
    sql: `b.customer_id = ANY (ARRAY(SELECT id FROM users WHERE lower(email) = lower(?)))
      OR lower(b.customer_email) = lower(?)`,
    params: [email, email],
  };
}
