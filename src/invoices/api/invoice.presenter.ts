import { formatMinor } from '../../common/index.js';
import { type InvoiceLine, type InvoiceRow, owedMinor } from '../invoice.types.js';
import type { InvoiceDto, InvoiceLineDto } from './invoice.dto.js';

export function presentInvoice(row: InvoiceRow): InvoiceDto {
  const shown = (minor: bigint | string): string => formatMinor(minor, row.currency);
  return {
    id: row.id,
    uuid: row.uuid,
    number: row.number,
    status: row.status,
    customer: row.customer_user_email,
    customer_name: row.customer_name,
    customer_email: row.customer_email,
    customer_phone: row.customer_phone,
    booking: row.booking_id,
    booking_reference: row.booking_reference,
    lines: row.lines.map((line) => presentLine(line, row.currency)),
    subtotal: shown(row.subtotal_minor),
    tax: shown(row.tax_minor),
    total: shown(row.total_minor),
    amount_paid: shown(row.paid_minor),
    amount_credited: shown(row.credited_minor),
    amount_due: shown(owedMinor(row)),
    currency: row.currency,
    due_date: row.due_date,
    issued_at: row.issued_at?.toISOString() ?? null,
    voided_at: row.voided_at?.toISOString() ?? null,
    void_reason: row.void_reason,
    notes: row.notes,
    credit_notes: row.credit_notes.map((note) => ({
      id: note.id,
      uuid: note.uuid,
      number: note.number,
      total: shown(note.total_minor),
      reason: note.reason,
      issued_at: new Date(note.issued_at).toISOString(),
    })),
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentLine(line: InvoiceLine, currency: string): InvoiceLineDto {
  const shown = (minor: bigint | string): string => formatMinor(minor, currency);
  return {
    description: line.description,
    quantity: line.quantity,
    unit_price: shown(line.unit_price_minor),
    tax_rate: line.tax_rate,
    net: shown(line.net_minor),
    tax: shown(line.tax_minor),
    total: shown(BigInt(line.net_minor) + BigInt(line.tax_minor)),
  };
}
