import { parseObjectId, type Principal } from '../common/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { InvoicesQuery } from './api/invoice-requests.dto.js';
import { INVOICE_COLUMNS, INVOICE_TABLES, SHOWN_STATUS } from './invoice.types.js';

/** A condition with `?` for each parameter. */
export type Condition = Required<ListFilter>;

/**
 * Invoices (`i`) that the caller may see: never one of another account; a customer theirs and an owner
 * those of bookings at their properties, once they are issued.
 */
export function visibleInvoices({ accountId, role, userId }: Principal): Condition[] {
  const conditions: Condition[] = [{ sql: 'i.account_id = ?', params: [accountId] }];
  const issued: Condition = { sql: `i.status <> 'draft'`, params: [] };
  if (role === 'customer') conditions.push({ sql: 'i.customer_id = ?', params: [userId] }, issued);
  if (role === 'owner') conditions.push({ sql: 'i.owner_id = ?', params: [userId] }, issued);
  return conditions;
}

export function invoicesOf(caller: Principal, query: InvoicesQuery): ListSource {
  return {
    select: INVOICE_COLUMNS,
    from: INVOICE_TABLES,
    where: [
      ...visibleInvoices(caller),
      query.status ? { sql: `${SHOWN_STATUS} = ?`, params: [query.status] } : null,
      query.number ? { sql: 'i.number = upper(?)', params: [query.number] } : null,
      query.currency ? { sql: 'i.currency = upper(?)', params: [query.currency] } : null,
      query.due_after ? { sql: 'i.due_date >= ?::date', params: [query.due_after] } : null,
      query.due_before ? { sql: 'i.due_date < ?::date', params: [query.due_before] } : null,
      forBooking(query.booking),
      billedTo(query.customer),
    ],
    orderings: {
      number: `coalesce(i.number, '')`,
      due_date: `coalesce(i.due_date, 'infinity'::date)`,
      issued_at: `coalesce(i.issued_at, 'infinity'::timestamptz)`,
      total: 'i.total_minor',
      updated_at: 'i.updated_at',
      id: 'i.id',
    },
    idColumn: 'i.id',
    createdColumn: 'i.created_at',
  };
}

function forBooking(booking: string | undefined): ListFilter | null {
  const id = booking === undefined ? null : parseObjectId(booking);
  if (!id) return null;
  return 'id' in id
    ? { sql: 'i.booking_id = ?', params: [id.id] }
    : { sql: 'i.booking_id = (SELECT b.id FROM bookings b WHERE b.uuid = ?)', params: [id.uuid] };
}

function billedTo(email: string | undefined): ListFilter | null {
  if (!email) return null;
  return {
    sql: 'lower(u.email) = lower(?) OR lower(i.customer_email) = lower(?)',
    params: [email, email],
  };
}
