import { invalidField, Money, normalisePhone } from '../../common/index.js';
import type { UpdateInvoiceDto } from '../api/invoice-drafts.dto.js';
import { type PricedLines, priceLines } from '../invoice.amounts.js';
import type { InvoiceRow } from '../invoice.types.js';
import type { DraftParties } from './draft-parties.service.js';

interface Contact {
  customerId: number | null;
  customerName: string;
  customerEmail: string | null;
  customerPhone: string | null;
}

interface BookingLink {
  bookingId: number | null;
  bookingReference: string | null;
  ownerId: number | null;
}

/** All that a draft says. */
export interface DraftContent extends Contact, BookingLink {
  currency: string;
  dueDate: string | null;
  notes: string;
  priced: PricedLines;
}

/**
 * What a draft says once `wanted` is done: what is not said stays as it was `before`.
 * @throws DomainError that names the field at fault.
 */
export function composeDraft(
  wanted: UpdateInvoiceDto,
  parties: DraftParties,
  before: DraftContent | null,
): DraftContent {
  const currency = Money.currency(wanted.currency ?? before?.currency ?? '').code;
  if (before && currency !== before.currency && !wanted.lines) {
    throw invalidField('lines', `are priced in ${before.currency}: send them in ${currency}`);
  }
  return {
    ...contactOf(wanted, parties, currency, before),
    ...bookingOf(parties, before),
    currency,
    dueDate: wanted.due_date === undefined ? (before?.dueDate ?? null) : wanted.due_date,
    notes: wanted.notes === undefined ? (before?.notes ?? '') : (wanted.notes ?? ''),
    priced: wanted.lines || !before ? priceLines(wanted.lines ?? [], currency) : before.priced,
  };
}

/** What is not said is the customer's own; without one it stays, or is the booking's. */
function contactOf(
  wanted: UpdateInvoiceDto,
  { customer, booking }: DraftParties,
  currency: string,
  before: Contact | null,
): Contact {
  const base = customer
    ? {
        customerId: customer.id,
        customerName: customer.name || customer.username,
        customerEmail: customer.email,
        customerPhone: customer.phone,
      }
    : (before ?? booking ?? null);
  const customerName = wanted.customer_name?.trim() || base?.customerName;
  if (!customerName) throw invalidField('customer_name', 'is required without a customer');
  return {
    customerId: customer === null ? null : (base?.customerId ?? null),
    customerName,
    customerEmail:
      wanted.customer_email === undefined ? (base?.customerEmail ?? null) : wanted.customer_email,
    customerPhone: phoneOf(wanted.customer_phone, base?.customerPhone ?? null, currency),
  };
}

function phoneOf(
  wanted: string | null | undefined,
  base: string | null,
  currency: string,
): string | null {
  if (wanted === undefined) return base;
  return wanted ? normalisePhone(wanted, currency, 'customer_phone') : null;
}

function bookingOf({ booking }: DraftParties, before: BookingLink | null): BookingLink {
  if (booking) {
    return {
      bookingId: booking.id,
      bookingReference: booking.reference,
      ownerId: booking.ownerId,
    };
  }
  const kept = booking === undefined ? before : null;
  return {
    bookingId: kept?.bookingId ?? null,
    bookingReference: kept?.bookingReference ?? null,
    ownerId: kept?.ownerId ?? null,
  };
}

/** What a draft says as it stands. */
export function contentOf(row: InvoiceRow): DraftContent {
  return {
    customerId: row.customer_id,
    customerName: row.customer_name,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
    bookingId: row.booking_id,
    bookingReference: row.booking_reference,
    ownerId: row.owner_id,
    currency: row.currency,
    dueDate: row.due_date,
    notes: row.notes,
    priced: {
      lines: row.lines,
      subtotalMinor: BigInt(row.subtotal_minor),
      taxMinor: BigInt(row.tax_minor),
      totalMinor: BigInt(row.total_minor),
    },
  };
}
