import type { EntityManager } from 'typeorm';
import type { ObjectId } from '../common/index.js';
import type { Statements } from '../database/index.js';
import { BOOKING_COLUMNS, BOOKING_TABLES, type BookingRow } from './booking.types.js';
import type { Condition } from './bookings.source.js';

export type Queries = Pick<EntityManager, 'query'>;

/**
 * The booking `id` if it meets the conditions too, in one query. `FOR UPDATE OF b` locks its row; the
 * property is read beside it, not locked.
 */
export async function selectBooking(
  manager: Queries,
  id: ObjectId,
  conditions: Condition[] = [],
  lock: '' | 'FOR UPDATE OF b' = '',
): Promise<BookingRow | null> {
  const all = [named(id), ...conditions];
  let place = 0;
  const where = all.map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`));
  const rows: BookingRow[] = await manager.query(
    `SELECT ${BOOKING_COLUMNS} FROM ${BOOKING_TABLES} WHERE ${where.join(' AND ')} ${lock}`,
    all.flatMap(({ params }) => [...params]),
  );
  return rows[0] ?? null;
}

/** The bookings of `ids`, in their order, in one query; null for each that does not exist. */
export async function selectBookings(
  statements: Statements,
  ids: ObjectId[],
): Promise<(BookingRow | null)[]> {
  const rows = await statements.planned<BookingRow>(
    `SELECT ${BOOKING_COLUMNS} FROM ${BOOKING_TABLES}
     WHERE b.id = ANY ($1::integer[]) OR b.uuid = ANY ($2::uuid[])`,
    [
      ids.flatMap((id) => ('id' in id ? [id.id] : [])),
      ids.flatMap((id) => ('uuid' in id ? [id.uuid] : [])),
    ],
  );
  const found = new Map<number | string, BookingRow>();
  for (const row of rows) found.set(row.id, row).set(row.uuid, row);
  return ids.map((id) => found.get('id' in id ? id.id : id.uuid.toLowerCase()) ?? null);
}

function named(id: ObjectId): Condition {
  return 'id' in id
    ? { sql: 'b.id = ?', params: [id.id] }
    : { sql: 'b.uuid = ?', params: [id.uuid] };
}
