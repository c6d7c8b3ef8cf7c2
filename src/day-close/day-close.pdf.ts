import { createPdf, type PdfWriter } from '../documents/index.js';
import type { DayCloseDto } from './day-close.dto.js';

const AMOUNT = { width: 2, align: 'right' } as const;
const COUNT = { width: 1, align: 'right' } as const;

/** The same close gives the same document: everything in it is frozen. */
export function dayClosePdf(close: DayCloseDto): Promise<Buffer> {
  const title = `Day close ${close.number} of ${close.account.name}`;
  return createPdf({ title, createdAt: new Date(close.created_at), footer: title }, (pdf) => {
    pdf.heading(title);
    pdf.columns(
      [
        { text: `Day: ${close.date}`, bold: true },
        `From: ${close.from === null ? 'the beginning' : shown(close.from)}`,
        `Until: ${shown(close.until)}`,
      ],
      [
        `Closed: ${shown(close.closed_at)}`,
        `Closed by: ${close.closed_by?.name ?? 'the schedule'}`,
        `Journals: ${close.ledger.journals}`,
      ],
    );
    writeDrawers(pdf, close);
    writeManualPayments(pdf, close);
    writeGateways(pdf, close);
    writeLedger(pdf, close);
    writeUnallocated(pdf, close);
    writeSeals(pdf, close);
  });
}

function writeDrawers(pdf: PdfWriter, { drawers }: DayCloseDto): void {
  section(pdf, 'Cash drawers');
  if (drawers.z_reports.length === 0) pdf.text('No session was closed.', { muted: true });
  else {
    pdf.table({
      columns: [
        { title: 'Z report', width: 4 },
        { title: 'Currency', width: 1 },
        { title: 'Expected', ...AMOUNT },
        { title: 'Counted', ...AMOUNT },
        { title: 'Variance', ...AMOUNT },
      ],
      rows: drawers.z_reports.flatMap((report) =>
        report.currencies.map((cash) => [
          `${report.number} of ${report.drawer.name}, ${report.cashier}`,
          cash.currency,
          cash.expected,
          cash.counted,
          cash.variance,
        ]),
      ),
      totals: drawers.totals.flatMap(({ currency, counted, variance }) => [
        [`Counted ${currency}`, counted] as const,
        [`Variance ${currency}`, variance] as const,
      ]),
    });
    for (const { number, drawer, hash } of drawers.z_reports) {
      pdf.text(`Z ${number} of ${drawer.name}: ${hash}`, { size: 7, muted: true });
    }
  }
  for (const { number, drawer, cashier, opened_at: opened } of drawers.open_sessions) {
    pdf.text(
      `Still open: session ${number} of ${drawer.name}, ${cashier}, since ${shown(opened)}`,
      {
        bold: true,
      },
    );
  }
}

function writeManualPayments(pdf: PdfWriter, { manual_payments: manual }: DayCloseDto): void {
  if (manual.approved.length === 0) return;
  section(pdf, 'Approved manual payments');
  pdf.table({
    columns: [
      { title: 'Payment', width: 1 },
      { title: 'Invoice', width: 1 },
      { title: 'Reference', width: 3 },
      { title: 'Approved by', width: 3 },
      { title: 'Amount', ...AMOUNT },
    ],
    rows: manual.approved.map((each) => [
      String(each.payment),
      String(each.invoice),
      each.reference,
      each.approved_by,
      `${each.amount} ${each.currency}`,
    ]),
    totals: manual.totals.map(({ currency, count, amount }) => [`${count} in ${currency}`, amount]),
  });
}

function writeGateways(pdf: PdfWriter, { gateways }: DayCloseDto): void {
  if (gateways.length === 0) return;
  section(pdf, 'Gateways');
  pdf.table({
    columns: [
      { title: 'Provider', width: 3 },
      { title: 'Paid', ...AMOUNT },
      { title: 'Number', ...COUNT },
      { title: 'Refunded', ...AMOUNT },
      { title: 'Number', ...COUNT },
      { title: 'Other', ...AMOUNT },
      { title: 'Movement', ...AMOUNT },
    ],
    rows: gateways.map((each) => [
      `${each.provider} ${each.currency}`,
      each.paid,
      String(each.paid_count),
      each.refunded,
      String(each.refunded_count),
      each.other,
      each.movement,
    ]),
  });
}

function writeLedger(pdf: PdfWriter, { ledger }: DayCloseDto): void {
  if (ledger.accounts.length === 0) return;
  section(pdf, 'Ledger');
  pdf.table({
    columns: [
      { title: 'Account', width: 4 },
      { title: 'Currency', width: 1 },
      { title: 'Opening', ...AMOUNT },
      { title: 'Movement', ...AMOUNT },
      { title: 'Closing', ...AMOUNT },
    ],
    rows: ledger.accounts.map(({ code, currency, opening, movement, closing }) => [
      code,
      currency,
      opening,
      movement,
      closing,
    ]),
  });
}

function writeUnallocated(pdf: PdfWriter, { unallocated }: DayCloseDto): void {
  if (unallocated.length === 0) return;
  section(pdf, 'Unallocated money');
  pdf.table({
    columns: [
      { title: 'Currency', width: 1 },
      { title: 'Receipts', ...COUNT },
      { title: 'Open', ...AMOUNT },
      { title: 'By the ledger', ...AMOUNT },
    ],
    rows: unallocated.map(({ currency, count, open, ledger }) => [
      currency,
      String(count),
      open,
      ledger,
    ]),
  });
}

function writeSeals(pdf: PdfWriter, close: DayCloseDto): void {
  pdf.space();
  const before = close.previous_hash ?? 'none, this is the first close of the account';
  const lines = [
    `SHA-256: ${close.hash}`,
    `Close before: ${before}`,
    `Digest of the journals: ${close.ledger.digest}`,
    `Audit chain: seal ${close.audit.seq}, ${close.audit.hash}`,
  ];
  for (const line of lines) pdf.text(line, { size: 8, muted: true });
}

function section(pdf: PdfWriter, title: string): void {
  pdf.space();
  pdf.heading(title, 2);
}

/** To the second, in UTC. */
function shown(moment: string): string {
  return moment.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
