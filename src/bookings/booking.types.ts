import type { PropertyKind } from '../properties/index.js';

export const BOOKING_STATUSES = ['pending', 'partially_paid', 'confirmed', 'cancelled'] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** A row of `bookings` with what its property and customer add. Bigints are text, days `yyyy-mm-dd`. */
export interface BookingRow {
  id: number;
  uuid: string;
  account_id: number;
  property_id: number;
  customer_id: number | null;
  customer_name: string;
  customer_email: string | null;
  /** Digits with country code. */
  customer_phone: string | null;
  reference: string;
  check_in: string;
  check_out: string;
  guests: number;
  currency: string;
  total_minor: string;
  /** Completed payments net of refunds. */
  paid_minor: string;
  status: BookingStatus;
  version: number;
  created_at: Date;
  updated_at: Date;
  property_title: string;
  property_city: string;
  property_country: string;
  owner_id: number;
  /** E-mail of the user `customer_id`, which need not be the booking's contact. */
  customer_user_email: string | null;
}

/** Tables of every query for `BookingRow`s. */
export const BOOKING_TABLES = `bookings b JOIN properties p ON p.id = b.property_id
  LEFT JOIN users u ON u.id = b.customer_id`;
export const BOOKING_COLUMNS = `b.id, b.uuid, b.account_id, b.property_id, b.customer_id,
  b.customer_name, b.customer_email, b.customer_phone, b.reference, b.check_in, b.check_out,
  b.guests, b.currency, b.total_minor, b.paid_minor, b.status, b.version, b.created_at,
  b.updated_at, p.title AS property_title, p.city AS property_city, p.country AS property_country,
  p.owner_id, u.email AS customer_user_email`;

/** First letters of a booking's reference, by the kind of its property. */
export const REFERENCE_PREFIXES = {
  hotel: 'HTL',
  house: 'HSE',
  lodge: 'LDG',
  venue: 'VEN',
} as const satisfies Record<PropertyKind, string>;

/** What is still to be paid, in minor units; nothing once it is cancelled. */
export function owedMinor(row: Pick<BookingRow, 'status' | 'total_minor' | 'paid_minor'>): bigint {
  return row.status === 'cancelled' ? 0n : BigInt(row.total_minor) - BigInt(row.paid_minor);
}

/** The status that a booking which is not cancelled has by what is paid. */
export function statusByMoney(paidMinor: bigint, totalMinor: bigint): BookingStatus {
  if (paidMinor === 0n) return 'pending';
  return paidMinor < totalMinor ? 'partially_paid' : 'confirmed';
}
