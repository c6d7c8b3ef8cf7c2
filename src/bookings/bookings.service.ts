import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import {
  actorOf,
  invalidField,
  Money,
  normalisePhone,
  type ObjectId,
  parseObjectId,
  type Principal,
} from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import { Users, type UserView } from '../identity/index.js';
import { Properties, type PropertyRow } from '../properties/index.js';
import { bookingAlreadyCancelled, bookingHasPayments } from './booking.errors.js';
import { BookingReader } from './booking.reader.js';
import type { CreateBookingDto } from './booking-requests.dto.js';
import { type BookingRow, REFERENCE_PREFIXES } from './booking.types.js';
import { isStay } from './stay.days.js';

interface Contact {
  name: string;
  email: string | null;
  phone: string | null;
}

/** Bookings as staff make and cancel them. Their money moves through `BookingPayable` alone. */
@Injectable()
export class Bookings {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: BookingReader,
    private readonly properties: Properties,
    private readonly users: Users,
    private readonly audits: Audits,
  ) {}

  /**
   * The same claim again answers the booking it made before.
   * @throws DomainError that names the field at fault.
   */
  create(caller: Principal, wanted: CreateBookingDto, claimId: string | null): Promise<BookingRow> {
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return this.reader.read(caller, { id: made }, manager);
      const total = Money.parse(wanted.total_price, wanted.currency, 'total_price');
      if (!isStay(wanted.check_in, wanted.check_out)) {
        throw invalidField('check_out', 'must be after check_in');
      }
      const property = await this.property(manager, caller, wanted.property);
      const customer = await this.customer(manager, caller, wanted.customer);
      const contact = contactOf(wanted, customer, total.currency.code);
      const id = await this.insert(manager, {
        caller,
        wanted,
        total,
        property,
        customer,
        contact,
        claimId,
      });
      const booking = await this.reader.read(caller, { id }, manager);
      await this.audits.append(manager, [
        {
          accountId: booking.account_id,
          actor: actorOf(caller),
          action: 'booking.created',
          objectType: 'booking',
          objectId: booking.id,
          changes: {
            reference: booking.reference,
            property: booking.property_title,
            customer: booking.customer_user_email,
            total_price: total.toString(),
            currency: booking.currency,
          },
        },
      ]);
      return booking;
    });
  }

  /**
   * Money that arrives afterwards is kept as unallocated.
   * @throws DomainError `booking_not_found`, `booking_already_cancelled`, `booking_has_payments`.
   */
  cancel(caller: Principal, id: ObjectId, reason: string | null): Promise<BookingRow> {
    return this.transactions.run(async (manager) => {
      const booking = await this.reader.lock(caller, id, manager);
      if (booking.status === 'cancelled') throw bookingAlreadyCancelled();
      if (BigInt(booking.paid_minor) > 0n) throw bookingHasPayments();
      await change(
        manager,
        `UPDATE bookings SET status = 'cancelled', version = version + 1, updated_at = now()
         WHERE id = $1`,
        [booking.id],
      );
      await this.audits.append(manager, [
        {
          accountId: booking.account_id,
          actor: actorOf(caller),
          action: 'booking.cancelled',
          objectType: 'booking',
          objectId: booking.id,
          changes: { status: [booking.status, 'cancelled'], ...(reason ? { reason } : {}) },
        },
      ]);
      return this.reader.read(caller, { id: booking.id }, manager);
    });
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<number | null> {
    if (!claimId) return null;
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM bookings WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0]?.id ?? null;
  }

  private async property(
    manager: EntityManager,
    caller: Principal,
    value: number | string,
  ): Promise<PropertyRow> {
    const id = parseObjectId(value);
    const property = id && (await this.properties.find(caller.accountId, id, manager));
    if (!property) throw invalidField('property', 'there is no such property');
    return property;
  }

  private async customer(
    manager: EntityManager,
    caller: Principal,
    email: string | null | undefined,
  ): Promise<UserView | null> {
    if (!email) return null;
    const user = await this.users.findByEmail(caller.accountId, email, manager);
    if (user?.role === 'customer') return user;
    throw invalidField('customer', 'must be the e-mail of a customer of this account');
  }

  private async insert(manager: EntityManager, booking: NewBooking): Promise<number> {
    const { caller, wanted, total, property, customer, contact, claimId } = booking;
    const [row]: { id: number }[] = await manager.query(
      `INSERT INTO bookings (account_id, property_id, customer_id, customer_name, customer_email,
         customer_phone, check_in, check_out, guests, currency, total_minor, created_by,
         idempotency_claim_id, reference)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
         $14 || '-' || lpad(number, greatest(6, length(number)), '0')
       FROM (SELECT nextval('booking_numbers')::text AS number) AS next
       RETURNING id`,
      [
        property.account_id,
        property.id,
        customer?.id ?? null,
        contact.name,
        contact.email,
        contact.phone,
        wanted.check_in,
        wanted.check_out,
        wanted.guests,
        total.currency.code,
        total.minor.toString(),
        caller.userId,
        claimId,
        REFERENCE_PREFIXES[property.kind],
      ],
    );
    if (!row) throw new Error('the booking was not inserted');
    return row.id;
  }
}

interface NewBooking {
  caller: Principal;
  wanted: CreateBookingDto;
  total: Money;
  property: PropertyRow;
  customer: UserView | null;
  contact: Contact;
  claimId: string | null;
}

/** What is not said is the customer's own. */
function contactOf(wanted: CreateBookingDto, customer: UserView | null, currency: string): Contact {
  const name = wanted.customer_name?.trim() || customer?.name;
  if (name === undefined) throw invalidField('customer_name', 'is required without a customer');
  const phone = wanted.customer_phone
    ? normalisePhone(wanted.customer_phone, currency, 'customer_phone')
    : customer?.phone;
  return { name, email: wanted.customer_email ?? customer?.email ?? null, phone: phone ?? null };
}
