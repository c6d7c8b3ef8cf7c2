import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import { bookingNotFound } from './booking.errors.js';
import { type Queries, selectBooking } from './booking.query.js';
import type { BookingRow } from './booking.types.js';
import { visibleBookings } from './bookings.source.js';

/** Single bookings, as far as the caller may see them; one query each. */
@Injectable()
export class BookingReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inside a transaction pass its manager on.
   * @throws DomainError `booking_not_found`, also for what exists and is not the caller's to see.
   */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
  ): Promise<BookingRow> {
    const row = await selectBooking(manager, id, visibleBookings(caller));
    if (!row) throw bookingNotFound();
    return row;
  }

  /** As `read`, under the row's lock. */
  async lock(caller: Principal, id: ObjectId, manager: EntityManager): Promise<BookingRow> {
    const row = await selectBooking(manager, id, visibleBookings(caller), 'FOR UPDATE OF b');
    if (!row) throw bookingNotFound();
    return row;
  }
}
