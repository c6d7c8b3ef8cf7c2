import { type Entry, paperAmount, type Table } from '../../documents/index.js';
import type { InvoiceLine } from '../invoice.types.js';

export function addresseeOf(to: {
  customer_name: string;
  customer_email: string | null;
  customer_phone: string | null;
}): Entry[] {
  const reach = [to.customer_email, to.customer_phone && `+${to.customer_phone}`];
  return [
    { text: 'Bill to', muted: true, size: 9 },
    { text: to.customer_name, bold: true },
    ...reach.filter((line): line is string => Boolean(line)),
  ];
}

/** The lines, then net, tax by rate, and `further` amounts of which the last stands out. */
export function linesTable(
  paper: { lines: InvoiceLine[]; subtotal_minor: string; currency: string },
  further: [label: string, minor: bigint | string][],
): Table {
  // The heads of the columns and the words beside the sums name the currency.
  const shown = (minor: bigint | string): string =>
    paperAmount(minor, paper.currency).replace(/\s.*$/, '');
  return {
    columns: [
      { title: '#', width: 0.6, align: 'right' },
      { title: 'Description', width: 4.4 },
      { title: 'Quantity', width: 1.5, align: 'right' },
      { title: 'Unit price', width: 2.6, align: 'right' },
      { title: 'Tax %', width: 1.1, align: 'right' },
      { title: `Net ${paper.currency}`, width: 2.6, align: 'right' },
    ],
    rows: paper.lines.map((line, index) => [
      String(index + 1),
      line.description,
      line.quantity,
      shown(line.unit_price_minor),
      line.tax_rate,
      shown(line.net_minor),
    ]),
    totals: [
      ['Subtotal', shown(paper.subtotal_minor)],
      ...taxesOf(paper.lines).map(([rate, minor]): [string, string] => [
        `Tax ${rate} %`,
        shown(minor),
      ]),
      ...further.map(([label, minor]): [string, string] => [label, shown(minor)]),
    ],
  };
}

/** Tax by rate, lowest first; lines without tax have none to show. */
function taxesOf(lines: InvoiceLine[]): [rate: string, minor: bigint][] {
  const taxes = new Map<string, bigint>();
  for (const { tax_rate: rate, tax_minor: tax } of lines) {
    if (rate !== '0') taxes.set(rate, (taxes.get(rate) ?? 0n) + BigInt(tax));
  }
  return [...taxes].toSorted(([one], [other]) => Number(one) - Number(other));
}
