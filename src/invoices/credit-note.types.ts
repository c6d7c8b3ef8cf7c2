import type { ObjectId } from '../common/index.js';
import type { PaperIssuer } from '../documents/index.js';
import type { Queries } from './invoice.query.js';
import { type InvoiceLine, linesOf } from './invoice.types.js';

/** A row of `credit_notes` with its lines and what its invoice says now. Bigints are text. */
export interface CreditNoteRow {
  id: number;
  uuid: string;
  account_id: number;
  invoice_id: number;
  invoice_number: string;
  customer_name: string;
  customer_email: string | null;
  customer_phone: string | null;
  number: string;
  currency: string;
  subtotal_minor: string;
  tax_minor: string;
  total_minor: string;
  reason: string;
  issuer: PaperIssuer;
  issued_at: Date;
  created_at: Date;
  lines: InvoiceLine[];
}

export const CREDIT_NOTE_TABLES = 'credit_notes n JOIN invoices i ON i.id = n.invoice_id';
export const CREDIT_NOTE_COLUMNS = `n.id, n.uuid, n.account_id, n.invoice_id,
  i.number AS invoice_number, i.customer_name, i.customer_email, i.customer_phone, n.number,
  n.currency, n.subtotal_minor, n.tax_minor, n.total_minor, n.reason, n.issuer, n.issued_at,
  n.created_at, ${linesOf('credit_note_lines', 'l.credit_note_id = n.id')} AS lines`;

/** Null when the invoice has no such note. */
export async function selectCreditNote(
  manager: Queries,
  invoiceId: number,
  id: ObjectId,
): Promise<CreditNoteRow | null> {
  const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
  const rows: CreditNoteRow[] = await manager.query(
    `SELECT ${CREDIT_NOTE_COLUMNS} FROM ${CREDIT_NOTE_TABLES}
     WHERE n.invoice_id = $1 AND n.${column} = $2`,
    [invoiceId, value],
  );
  return rows[0] ?? null;
}
