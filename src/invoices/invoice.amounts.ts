import { formatMinor, invalidField, MAX_DIGITS, Money } from '../common/index.js';
import type { InvoiceLine } from './invoice.types.js';

/** Decimals of a quantity and of a tax rate. */
export const LINE_DECIMALS = 3;
const SCALE = 10n ** BigInt(LINE_DECIMALS);
const HUNDRED_PER_CENT = 100n * SCALE;
const DECIMAL = /^(\d{1,9})(?:\.(\d{1,3}))?$/;

/** A line as a person sends it: decimals as text or JSON numbers. */
export interface WantedLine {
  description: string;
  quantity: string | number;
  unit_price: string | number;
  /** Per cent; none by default. */
  tax_rate?: string | number | null | undefined;
}

/** Lines with their amounts, and what they add up to, in minor units. */
export interface PricedLines {
  lines: InvoiceLine[];
  subtotalMinor: bigint;
  taxMinor: bigint;
  totalMinor: bigint;
}

/** Thousandths of a plain decimal with at most three decimals, null when it is none. */
export function readThousandths(value: unknown): bigint | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const [, whole, fraction = ''] = DECIMAL.exec(String(value).trim()) ?? [];
  return whole === undefined ? null : BigInt(whole + fraction.padEnd(LINE_DECIMALS, '0'));
}

/**
 * The one rule by which invoices and credit notes are rounded. Of each line the net amount (quantity ×
 * unit price) is rounded half up to the currency's smallest unit, then its tax (rate × that net amount)
 * likewise. Totals are sums of rounded lines, so what is printed adds up.
 * @throws DomainError that names the field at fault, e.g. `lines.0.quantity`.
 */
export function priceLines(wanted: readonly WantedLine[], currency: string): PricedLines {
  const lines = wanted.map((line, index) => priceLine(line, currency, `lines.${index}`));
  const sum = (amounts: string[]): bigint => amounts.reduce((all, one) => all + BigInt(one), 0n);
  const subtotalMinor = sum(lines.map((line) => line.net_minor));
  const taxMinor = sum(lines.map((line) => line.tax_minor));
  const totalMinor = subtotalMinor + taxMinor;
  if (totalMinor.toString().length > MAX_DIGITS) {
    throw invalidField('lines', `add up to more than ${MAX_DIGITS} digits`);
  }
  return { lines, subtotalMinor, taxMinor, totalMinor };
}

function priceLine(line: WantedLine, currency: string, field: string): InvoiceLine {
  const quantity = readThousandths(line.quantity);
  if (!quantity) {
    throw invalidField(`${field}.quantity`, 'must be positive, with at most 3 decimals');
  }
  const rate = readThousandths(line.tax_rate ?? 0);
  if (rate === null || rate > HUNDRED_PER_CENT) {
    throw invalidField(`${field}.tax_rate`, 'must be from 0 to 100, with at most 3 decimals');
  }
  const unitPrice = Money.parse(line.unit_price, currency, `${field}.unit_price`).minor;
  const net = divideHalfUp(quantity * unitPrice, SCALE);
  if (net === 0n) {
    throw invalidField(
      `${field}.quantity`,
      `comes to less than ${formatMinor(1, currency)} ${currency}, the smallest amount there is`,
    );
  }
  const tax = divideHalfUp(net * rate, HUNDRED_PER_CENT);
  return {
    description: line.description.trim(),
    quantity: showThousandths(quantity),
    unit_price_minor: unitPrice.toString(),
    tax_rate: showThousandths(rate),
    net_minor: net.toString(),
    tax_minor: tax.toString(),
  };
}

/** Of amounts that are not negative. */
function divideHalfUp(amount: bigint, by: bigint): bigint {
  return (2n * amount + by) / (2n * by);
}

function showThousandths(value: bigint): string {
  const fraction = (value % SCALE).toString().padStart(LINE_DECIMALS, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / SCALE}` : `${value / SCALE}.${fraction}`;
}
