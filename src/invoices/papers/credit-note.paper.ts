import { createPdf, letterheadOf, paperDay } from '../../documents/index.js';
import type { CreditNoteRow } from '../credit-note.types.js';
import { addresseeOf, linesTable } from './paper.parts.js';

/** A credit note as a PDF document. */
export function writeCreditNote(row: CreditNoteRow, logo: Buffer | null): Promise<Buffer> {
  const title = `Credit note ${row.number}`;
  const { issuer } = row;
  const name = issuer.legal_name || issuer.name;
  return createPdf({ title, createdAt: row.issued_at, footer: `${name} · ${title}` }, (pdf) => {
    pdf.letterhead(letterheadOf(issuer, logo));
    pdf.heading(title);
    pdf.columns(addresseeOf(row), [
      { text: `Date of issue: ${paperDay(row.issued_at)}`, align: 'right' },
      { text: `For invoice: ${row.invoice_number}`, align: 'right' },
    ]);
    pdf.space(16);
    pdf.table(linesTable(row, [[`Credited ${row.currency}`, row.total_minor]]));
    pdf.space(16);
    pdf.text(row.reason);
    if (!issuer.footer) return;
    pdf.space(12);
    pdf.text(issuer.footer, { muted: true, size: 9 });
  });
}
