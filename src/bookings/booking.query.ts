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

/** One by one by their key, so that the plan is as good for few rows in the table as for many. */
const BY_ID = `SELECT ${BOOKING_COLUMNS}
  FROM unnest($1::integer[]) AS asked (id)
    CROSS JOIN LATERAL (SELECT * FROM bookings WHERE bookings.id = asked.id LIMIT 1) AS b
    JOIN properties p ON p.id = b.property_id LEFT JOIN users u ON u.id = b.customer_id`;
const BY_ID_OR_UUID = `SELECT ${BOOKING_COLUMNS} FROM ${BOOKING_TABLES}
  WHERE b.id = ANY ($1::integer[]) OR b.uuid = ANY ($2::uuid[])`;

/** The bookings of `ids`, in their order, in one query; null for each that does not exist. */
export async function selectBookings(
  statements: Statements,
  ids: ObjectId[],
): Promise<(BookingRow | null)[]> {
  const numbers = ids.flatMap((id) => ('id' in id ? [id.id] : []));
  const uuids = ids.flatMap((id) => ('uuid' in id ? [id.uuid] : []));
  const rows =
    uuids.length === 0
      ? await statements.query<BookingRow>(BY_ID, [numbers])
      : await statements.planned<BookingRow>(BY_ID_OR_UUID, [numbers, uuids]);
  const found = new Map<number | string, BookingRow>();
  for (const row of rows) found.set(row.id, row).set(row.uuid, row);
  return ids.map((id) => found.get('id' in id ? id.id : id.uuid.toLowerCase()) ?? null);
}

function named(id: ObjectId): Condition {
  return 'id' in id
    ? { sql: 'b.id = ?', params: [id.id] }
    : { sql: 'b.uuid = ?', params: [id.uuid] };
}
