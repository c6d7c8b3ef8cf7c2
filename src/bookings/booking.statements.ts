import { change, type ForMany } from '../database/index.js';
import {
  BOOKING_COLUMNS,
  BOOKING_TABLES,
  type BookingRow,
  type BookingStatus,
} from './booking.types.js';

/** What an UPDATE of a booking's money answers; amounts in minor units. */
export interface Moved {
  id: number;
  account_id: number;
  currency: string;
  total_minor: string;
  paid_minor: string;
  status: BookingStatus;
  moved_minor: string;
}

/** Locks the bookings themselves; their properties are read beside them, not locked. */
export const lockBookings: ForMany<number, BookingRow | null> = async (manager, ids) => {
  const rows: BookingRow[] = await manager.query(
    `SELECT ${BOOKING_COLUMNS} FROM ${BOOKING_TABLES}
     WHERE b.id = ANY ($1::int[]) ORDER BY b.id FOR UPDATE OF b`,
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
};

/** Puts up to so much towards what is owed; null where nothing is, or the booking is cancelled. */
export const payBookings: ForMany<{ id: number; amountMinor: bigint }, Moved | null> = async (
  manager,
  amounts,
) => {
  const rows = await change<Moved>(
    manager,
    `UPDATE bookings b
     SET paid_minor = b.paid_minor + owed.taken,
       status = CASE WHEN b.paid_minor + owed.taken = b.total_minor
         THEN 'confirmed' ELSE 'partially_paid' END,
       version = b.version + 1, updated_at = now()
     FROM (
       SELECT booking.id, least(paid.amount_minor, booking.total_minor - booking.paid_minor) AS taken
       FROM bookings booking
         JOIN unnest($1::int[], $2::bigint[]) AS paid (id, amount_minor) USING (id)
       WHERE booking.status <> 'cancelled' FOR UPDATE OF booking
     ) AS owed
     WHERE b.id = owed.id AND owed.taken > 0
     RETURNING b.id, b.account_id, b.currency, b.total_minor, b.paid_minor, b.status,
       owed.taken AS moved_minor`,
    [amounts.map(({ id }) => id), amounts.map(({ amountMinor }) => amountMinor.toString())],
  );
  return amounts.map(({ id }) => rows.find((row) => row.id === id) ?? null);
};
