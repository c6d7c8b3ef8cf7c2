import {
  createPdf,
  type Entry,
  letterheadOf,
  paperDay,
  type PaperIssuer,
  type PdfWriter,
} from '../../documents/index.js';
import { type InvoiceRow, type InvoiceStatus, owedMinor } from '../invoice.types.js';
import { addresseeOf, linesTable } from './paper.parts.js';

const STATUS_WORDS: Record<InvoiceStatus, string> = {
  draft: 'Draft, not issued',
  issued: 'To be paid',
  partially_paid: 'Paid in part',
  paid: 'Paid',
  overdue: 'Overdue',
  void: 'Void: nothing is owed',
};

/** An invoice as a PDF document. The same invoice in the same state gives the same document. */
export function writeInvoice(
  row: InvoiceRow,
  issuer: PaperIssuer,
  logo: Buffer | null,
): Promise<Buffer> {
  const title = row.number === null ? 'Draft invoice' : `Invoice ${row.number}`;
  const name = issuer.legal_name || issuer.name;
  return createPdf({ title, createdAt: row.updated_at, footer: `${name} · ${title}` }, (pdf) => {
    pdf.letterhead(letterheadOf(issuer, logo));
    pdf.heading(title);
    pdf.columns(addresseeOf(row), datesOf(row));
    pdf.space(16);
    pdf.table(linesTable(row, sumsOf(row)));
    writeEnd(pdf, row, issuer);
  });
}

function datesOf(row: InvoiceRow): Entry[] {
  const lines: [string, string | null][] = [
    ['Date of issue', row.issued_at && paperDay(row.issued_at)],
    ['Due date', row.due_date && paperDay(new Date(`${row.due_date}T00:00:00Z`))],
    ['Booking', row.booking_reference],
    ['Status', STATUS_WORDS[row.status]],
    ['Reason', row.void_reason],
  ];
  return lines.flatMap(([label, value]): Entry[] =>
    value ? [{ text: `${label}: ${value}`, align: 'right' }] : [],
  );
}

function sumsOf(row: InvoiceRow): [string, bigint | string][] {
  const isPaid = BigInt(row.paid_minor) > 0n;
  const isCredited = BigInt(row.credited_minor) > 0n;
  return [
    [`Total ${row.currency}`, row.total_minor],
    ...(isPaid ? [['Paid', row.paid_minor] as [string, string]] : []),
    ...(isCredited ? [['Credited', row.credited_minor] as [string, string]] : []),
    ...(isPaid || isCredited || row.status === 'void'
      ? [[`Amount due ${row.currency}`, owedMinor(row)] as [string, bigint]]
      : []),
  ];
}

function writeEnd(pdf: PdfWriter, row: InvoiceRow, issuer: PaperIssuer): void {
  pdf.space(16);
  for (const note of row.credit_notes) pdf.text(`Credit note ${note.number}: ${note.reason}`);
  if (row.notes) pdf.text(row.notes);
  if (!issuer.footer) return;
  pdf.space(12);
  pdf.text(issuer.footer, { muted: true, size: 9 });
}
