import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { formatMinor, type ObjectId } from '../common/index.js';
import { change, Gathering, Statements, together } from '../database/index.js';
import type { Payable, PayableDescription, PayableFact, PayablePort } from '../payments/index.js';
import { selectBooking, selectBookings } from './booking.query.js';
import { lockBookings, type Moved, payBookings } from './booking.statements.js';
import {
  BOOKING_COLUMNS,
  BOOKING_TABLES,
  type BookingRow,
  type BookingStatus,
  owedMinor,
  statusByMoney,
} from './booking.types.js';

/** Bookings as the payments module reaches them. */
@Injectable()
export class BookingPayable implements PayablePort {
  readonly kind = 'booking';
  private readonly unlocked = new Gathering<ObjectId, BookingRow | null>({
    run: (ids) => selectBookings(this.statements, ids),
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
    private readonly audits: Audits,
  ) {}

  async find(id: ObjectId): Promise<Payable | null> {
    const row = await this.unlocked.ask(id);
    return row && toPayable(row);
  }

  async lock(manager: EntityManager, id: ObjectId): Promise<Payable | null> {
    const row =
      'id' in id
        ? await together(manager, lockBookings, id.id)
        : await selectBooking(manager, id, [], 'FOR UPDATE OF b');
    return row && toPayable(row);
  }

  /** A cancelled or fully paid booking takes nothing. */
  async settle(manager: EntityManager, fact: PayableFact): Promise<{ appliedMinor: bigint }> {
    assertPositive(fact);
    const { payableId: id, amountMinor } = fact;
    const moved = await together(manager, payBookings, { id, amountMinor });
    if (!moved) return { appliedMinor: 0n };
    const appliedMinor = BigInt(moved.moved_minor);
    const paidBefore = BigInt(moved.paid_minor) - appliedMinor;
    const before = statusByMoney(paidBefore, BigInt(moved.total_minor));
    await this.audit(manager, fact, moved, `booking.${moved.status}`, { before, paidBefore });
    return { appliedMinor };
  }

  /** @throws Error when the booking never got as much. */
  async reverse(manager: EntityManager, fact: PayableFact): Promise<void> {
    assertPositive(fact);
    const [moved] = await change<Moved>(
      manager,
      `UPDATE bookings
       SET paid_minor = paid_minor - $2::bigint,
         status = CASE WHEN status = 'cancelled' THEN status
           WHEN paid_minor = $2::bigint THEN 'pending' ELSE 'partially_paid' END,
         version = version + 1, updated_at = now()
       WHERE id = $1 AND paid_minor >= $2::bigint
       RETURNING id, account_id, currency, total_minor, paid_minor, status, $2::bigint AS moved_minor`,
      [fact.payableId, fact.amountMinor.toString()],
    );
    if (!moved) {
      throw new Error(
        `booking ${fact.payableId} cannot give back ${fact.amountMinor} of payment ${fact.paymentId}`,
      );
    }
    const paidBefore = BigInt(moved.paid_minor) + fact.amountMinor;
    const before =
      moved.status === 'cancelled'
        ? moved.status
        : statusByMoney(paidBefore, BigInt(moved.total_minor));
    await this.audit(manager, fact, moved, 'booking.payment_reversed', { before, paidBefore });
  }

  async describe(ids: number[]): Promise<Map<number, PayableDescription>> {
    const rows: BookingRow[] = await this.dataSource.query(
      `SELECT ${BOOKING_COLUMNS} FROM ${BOOKING_TABLES} WHERE b.id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, describeBooking(row)]));
  }

  private audit(
    manager: EntityManager,
    fact: PayableFact,
    moved: Moved,
    action: string,
    { before, paidBefore }: { before: BookingStatus; paidBefore: bigint },
  ): Promise<void> {
    const shown = (minor: bigint | string): string => formatMinor(minor, moved.currency);
    return this.audits.append(manager, [
      {
        accountId: moved.account_id,
        actor: fact.actor,
        action,
        objectType: 'booking',
        objectId: fact.payableId,
        paymentId: fact.paymentId,
        changes: {
          status: [before, moved.status],
          amount_paid: [shown(paidBefore), shown(moved.paid_minor)],
          currency: moved.currency,
        },
      },
    ]);
  }
}

function assertPositive({ amountMinor, paymentId }: PayableFact): void {
  if (amountMinor <= 0n) throw new Error(`payment ${paymentId} moves ${amountMinor}`);
}

function titleOf(row: BookingRow): string {
  return `Booking ${row.reference} at ${row.property_title}`;
}

function toPayable(row: BookingRow): Payable {
  return {
    kind: 'booking',
    id: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    reference: row.reference,
    title: titleOf(row),
    currency: row.currency,
    totalMinor: BigInt(row.total_minor),
    paidMinor: BigInt(row.paid_minor),
    owedMinor: owedMinor(row),
    customerId: row.customer_id,
    customerName: row.customer_name,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
    ownerId: row.owner_id,
    acceptsParts: true,
    seen: { table: 'bookings', version: row.version },
  };
}

function describeBooking(row: BookingRow): PayableDescription {
  return {
    kind: 'booking',
    id: row.id,
    uuid: row.uuid,
    reference: row.reference,
    status: row.status,
    title: titleOf(row),
    property: row.property_title,
    location: `${row.property_city}, ${row.property_country}`,
    checkIn: row.check_in,
    checkOut: row.check_out,
    guests: row.guests,
    customerName: row.customer_name,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
  };
}
