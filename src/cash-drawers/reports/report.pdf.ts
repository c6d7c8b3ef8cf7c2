import { createPdf, type PdfWriter } from '../../documents/index.js';
import type { XReportDto, ZReportDto } from './report.dto.js';

type Sums = Pick<XReportDto, 'currencies' | 'tenders' | 'cashiers'>;

const AMOUNT = { width: 2, align: 'right' } as const;

export function xReportPdf(report: XReportDto): Promise<Buffer> {
  const title = `X report, session ${report.session_number} of ${report.drawer.name}`;
  return createPdf({ title, createdAt: new Date(report.as_of), footer: title }, (pdf) => {
    pdf.heading(title);
    pdf.columns(
      [report.drawer.location || report.drawer.name, `Cashier: ${report.cashier.name}`],
      [`Opened: ${shown(report.opened_at)}`, `As of: ${shown(report.as_of)}`],
    );
    pdf.space();
    pdf.text('For information: the session goes on until it is closed.', { muted: true });
    if (report.concealed) pdf.text('Blind count: sums are shown after the close.');
    writeSums(pdf, report);
  });
}

/** The same report gives the same document: everything in it is frozen. */
export function zReportPdf(report: ZReportDto): Promise<Buffer> {
  const title = `Z report ${report.number} of ${report.drawer.name}`;
  return createPdf({ title, createdAt: new Date(report.created_at), footer: title }, (pdf) => {
    pdf.heading(title);
    pdf.columns(
      [
        report.drawer.location || report.drawer.name,
        `Cashier: ${report.cashier.name}`,
        `Closed by: ${report.closed_by.name}`,
      ],
      [
        `Opened: ${shown(report.session.opened_at)}`,
        `Closed: ${shown(report.session.closed_at)}`,
        `Events: ${report.event_count}`,
      ],
    );
    writeSums(pdf, report);
    pdf.space();
    if (report.review_required) {
      pdf.text('The variance is above the limit: a second person must review this session.', {
        bold: true,
      });
    }
    for (const note of [report.notes.opening, report.notes.closing]) if (note) pdf.text(note);
    pdf.space();
    pdf.text(`SHA-256: ${report.hash}`, { size: 8, muted: true });
    const before = report.previous_hash ?? 'none, this is the first report of the drawer';
    pdf.text(`Report before: ${before}`, { size: 8, muted: true });
  });
}

function writeSums(pdf: PdfWriter, { currencies, tenders, cashiers }: Sums): void {
  for (const each of currencies.filter(isUsed)) {
    pdf.space();
    pdf.heading(each.currency, 2);
    const totals: [string, string | null][] = [
      ['Expected at opening', each.expected_opening],
      ['Found at opening', each.declared_opening],
      ['Cash in', each.cash_in],
      ['Cash out', each.cash_out],
      ['Expected', each.expected],
      ['Counted', each.counted],
      ['Variance', each.variance],
    ];
    pdf.table({
      columns: [
        { title: 'Event', width: 4 },
        { title: 'Direction', width: 1 },
        { title: 'Count', width: 1, align: 'right' },
        { title: 'Amount', ...AMOUNT },
      ],
      rows: each.totals.map(({ type, direction, count, amount }) => [
        type.replaceAll('_', ' '),
        direction,
        String(count),
        amount,
      ]),
      totals: totals.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
    });
    if (each.denominations) {
      const pieces = each.denominations.map(({ value, count }) => `${count} × ${value}`);
      pdf.text(`Counted: ${pieces.join(', ')}`, { size: 9, muted: true });
    }
  }
  writeTenders(pdf, tenders);
  writeCashiers(pdf, cashiers);
}

/** A currency that the drawer takes and nothing happened to is not worth a table. */
function isUsed({ totals, expected_opening: left, counted }: Sums['currencies'][number]): boolean {
  return totals.length > 0 || [left, counted].some((amount) => /[1-9]/.test(amount ?? ''));
}

function writeTenders(pdf: PdfWriter, tenders: Sums['tenders']): void {
  if (tenders.length === 0) return;
  pdf.space();
  pdf.heading('By tender', 2);
  pdf.table({
    columns: [
      { title: 'Tender', width: 3 },
      { title: 'In drawer', width: 1 },
      { title: 'Sales', ...AMOUNT },
      { title: 'Refunds', ...AMOUNT },
      { title: 'Net', ...AMOUNT },
    ],
    rows: tenders.map((each) => [
      `${each.tender} ${each.currency}`,
      each.in_drawer ? 'yes' : 'no',
      `${each.sales} (${each.sales_count})`,
      `${each.refunds} (${each.refunds_count})`,
      each.net,
    ]),
  });
}

function writeCashiers(pdf: PdfWriter, cashiers: Sums['cashiers']): void {
  if (cashiers.length === 0) return;
  pdf.space();
  pdf.heading('By cashier', 2);
  pdf.table({
    columns: [
      { title: 'Cashier', width: 3 },
      { title: 'Currency', width: 1 },
      { title: 'Sales', ...AMOUNT },
      { title: 'Refunds', ...AMOUNT },
      { title: 'Other in', ...AMOUNT },
      { title: 'Other out', ...AMOUNT },
    ],
    rows: cashiers.map((each) => [
      each.name,
      each.currency,
      `${each.sales} (${each.sales_count})`,
      `${each.refunds} (${each.refunds_count})`,
      each.other_in,
      each.other_out,
    ]),
  });
}

/** To the second, in UTC. */
function shown(moment: string): string {
  return moment.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
