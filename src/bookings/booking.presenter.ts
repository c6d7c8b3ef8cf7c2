import { formatMinor } from '../common/index.js';
import type { BookingDto } from './booking.dto.js';
import { type BookingRow, owedMinor } from './booking.types.js';

export function presentBooking(row: BookingRow): BookingDto {
  return {
    id: row.id,
    uuid: row.uuid,
    reference: row.reference,
    status: row.status,
    property: row.property_id,
    property_title: row.property_title,
    customer: row.customer_user_email,
    customer_name: row.customer_name,
    customer_email: row.customer_email,
    customer_phone: row.customer_phone,
    check_in: row.check_in,
    check_out: row.check_out,
    guests: row.guests,
    total_price: formatMinor(row.total_minor, row.currency),
    amount_paid: formatMinor(row.paid_minor, row.currency),
    amount_due: formatMinor(owedMinor(row), row.currency),
    currency: row.currency,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
