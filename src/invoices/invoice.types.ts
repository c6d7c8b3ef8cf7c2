import type { PaperIssuer } from '../documents/index.js';

/** `overdue` is never stored: it is what an invoice with something owed becomes after its due date. */
export const INVOICE_STATUSES = [
  'draft',
  'issued',
  'partially_paid',
  'paid',
  'overdue',
  'void',
] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** A line as it is kept. Bigints and numerics are text. */
export interface InvoiceLine {
  description: string;
  /** At most three decimals, trailing zeros cut. */
  quantity: string;
  unit_price_minor: string;
  /** Per cent. */
  tax_rate: string;
  net_minor: string;
  tax_minor: string;
}

export interface CreditNoteSummary {
  id: number;
  uuid: string;
  number: string;
  total_minor: string;
  reason: string;
  /** ISO 8601. */
  issued_at: string;
}

/** A row of `invoices` with its lines. Bigints are text, days `yyyy-mm-dd`. */
export interface InvoiceRow {
  id: number;
  uuid: string;
  account_id: number;
  customer_id: number | null;
  customer_name: string;
  customer_email: string | null;
  /** Digits with country code. */
  customer_phone: string | null;
  /** E-mail of the user `customer_id`. */
  customer_user_email: string | null;
  booking_id: number | null;
  booking_reference: string | null;
  /** Owner of the booking's property when the invoice was written. */
  owner_id: number | null;
  currency: string;
  subtotal_minor: string;
  tax_minor: string;
  total_minor: string;
  /** Completed payments net of refunds. */
  paid_minor: string;
  /** Sum of its credit notes. */
  credited_minor: string;
  /** As shown: by the clock too. */
  status: InvoiceStatus;
  due_date: string | null;
  notes: string;
  /** Null while it is a draft. */
  number: string | null;
  issuer: PaperIssuer | null;
  issued_at: Date | null;
  voided_at: Date | null;
  void_reason: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  lines: InvoiceLine[];
  credit_notes: CreditNoteSummary[];
}

/** Days are those of UTC. */
export const TODAY = `(app_now() AT TIME ZONE 'UTC')::date`;

/** Of `invoices i`: the status by money and clock. */
export const SHOWN_STATUS = `CASE WHEN i.status IN ('issued', 'partially_paid')
  AND i.due_date < ${TODAY} THEN 'overdue' ELSE i.status END`;

/** The lines of a table of lines (alias `l`) as a JSON array of `InvoiceLine`s. */
export function linesOf(table: string, condition: string): string {
  return `(SELECT coalesce(json_agg(json_build_object('description', l.description,
      'quantity', trim_scale(l.quantity)::text, 'unit_price_minor', l.unit_price_minor::text,
      'tax_rate', trim_scale(l.tax_rate)::text, 'net_minor', l.net_minor::text,
      'tax_minor', l.tax_minor::text) ORDER BY l.position), '[]')
    FROM ${table} l WHERE ${condition})`;
}

/** Tables of every query for `InvoiceRow`s. */
export const INVOICE_TABLES = 'invoices i LEFT JOIN users u ON u.id = i.customer_id';
export const INVOICE_COLUMNS = `i.id, i.uuid, i.account_id, i.customer_id, i.customer_name,
  i.customer_email, i.customer_phone, u.email AS customer_user_email, i.booking_id,
  i.booking_reference, i.owner_id, i.currency, i.subtotal_minor, i.tax_minor, i.total_minor,
  i.paid_minor, i.credited_minor, ${SHOWN_STATUS} AS status, i.due_date, i.notes, i.number, i.issuer,
  i.issued_at, i.voided_at, i.void_reason, i.version, i.created_at, i.updated_at,
  ${linesOf('invoice_lines', 'l.invoice_id = i.id')} AS lines,
  (SELECT coalesce(json_agg(json_build_object('id', n.id, 'uuid', n.uuid, 'number', n.number,
      'total_minor', n.total_minor::text, 'reason', n.reason, 'issued_at', n.issued_at)
      ORDER BY n.id), '[]')
    FROM credit_notes n WHERE n.invoice_id = i.id) AS credit_notes`;

type Amounts = Pick<InvoiceRow, 'status' | 'total_minor' | 'paid_minor' | 'credited_minor'>;

/** What is still to be paid, in minor units; nothing before it is issued and once it is void. */
export function owedMinor(row: Amounts): bigint {
  return row.status === 'draft' || row.status === 'void' ? 0n : openMinor(row);
}

/** What neither payments nor credit notes have covered. */
export function openMinor(row: Omit<Amounts, 'status'>): bigint {
  return BigInt(row.total_minor) - BigInt(row.paid_minor) - BigInt(row.credited_minor);
}
