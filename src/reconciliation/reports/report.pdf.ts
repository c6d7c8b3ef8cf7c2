import { createPdf, type PdfWriter } from '../../documents/index.js';
import type { ItemDto } from '../items/item.dto.js';
import type { ReportDto } from './report.dto.js';

type Side = Pick<ItemDto['record'], 'amount' | 'currency' | 'status'>;

const AMOUNT = { width: 3, align: 'right' } as const;

export function reportPdf(report: ReportDto): Promise<Buffer> {
  const { run } = report;
  const title = `Reconciliation ${run.id}: ${run.provider}`;
  const createdAt = new Date(run.completed_at ?? run.created_at);
  return createPdf({ title, createdAt, footer: title }, (pdf) => {
    pdf.heading(title);
    pdf.columns(
      [
        run.filename ?? (run.source === 'gateway' ? 'By the gateway’s API' : 'By our records'),
        `From: ${shown(run.period_from)}`,
        `To: ${shown(run.period_to)}`,
      ],
      [
        `Status: ${run.status}`,
        `Lines: ${run.lines}, known before: ${run.known_lines}`,
        `Healed: ${run.healed}, open: ${run.open_items}`,
      ],
    );
    writeTotals(pdf, report);
    writePostings(pdf, report);
    writeDifferences(pdf, report);
    if (run.sha256) {
      pdf.space();
      pdf.text(`SHA-256 of the statement: ${run.sha256}`, { size: 8, muted: true });
    }
  });
}

function writeTotals(pdf: PdfWriter, { totals }: ReportDto): void {
  pdf.space();
  pdf.heading('Totals', 2);
  pdf.table({
    columns: [
      { title: 'Kind', width: 2 },
      { title: 'Outcome', width: 3 },
      { title: 'Count', width: 1, align: 'right' },
      { title: 'There', ...AMOUNT },
      { title: 'Here', ...AMOUNT },
    ],
    rows: totals.map(({ kind, outcome, currency, count, there, here }) => [
      kind,
      spaced(outcome),
      String(count),
      `${there} ${currency}`,
      `${here} ${currency}`,
    ]),
  });
}

function writePostings(pdf: PdfWriter, { postings }: ReportDto): void {
  if (postings.length === 0) return;
  pdf.space();
  pdf.heading('Posted to the ledger', 2);
  pdf.table({
    columns: [
      { title: 'What', width: 3 },
      { title: 'Amount', ...AMOUNT },
    ],
    rows: postings.map(({ what, amount, currency }) => [what, `${amount} ${currency}`]),
  });
}

function writeDifferences(pdf: PdfWriter, report: ReportDto): void {
  const { differences, difference_count: count } = report;
  pdf.space();
  pdf.heading('Differences', 2);
  if (count === 0) {
    pdf.text('None: everything adds up.');
    return;
  }
  pdf.table({
    columns: [
      { title: 'Item', width: 1 },
      { title: 'Outcome', width: 2 },
      { title: 'Reference', width: 4 },
      { title: 'There', width: 3, align: 'right' },
      { title: 'Here', width: 3, align: 'right' },
      { title: 'Resolved', width: 3 },
    ],
    rows: differences.map((item) => [
      String(item.id),
      spaced(item.outcome ?? ''),
      item.line.reference ?? item.line.gateway_id ?? paymentOf(item),
      sideOf(item.line),
      sideOf(item.record),
      item.resolution ?? 'open',
    ]),
  });
  if (count > differences.length) {
    pdf.text(`The first ${differences.length} of ${count}; the CSV file holds all.`, {
      muted: true,
    });
  }
}

function sideOf({ amount, currency, status }: Side): string {
  return [amount && `${amount} ${currency ?? ''}`, status].filter(Boolean).join(', ') || '–';
}

function paymentOf({ record }: ItemDto): string {
  return record.payment === null ? '' : `Payment ${record.payment}`;
}

const spaced = (word: string): string => word.replaceAll('_', ' ');
const shown = (moment: string | null): string =>
  moment === null ? '–' : `${moment.slice(0, 16).replace('T', ' ')} UTC`;
