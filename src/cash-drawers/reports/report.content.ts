import { formatMinor } from '../../common/index.js';
import { EVENT_TYPES, type EventType, type SessionRow } from '../cash.types.js';
import type { OtherTender, ReportLine } from './report.lines.js';

/** Amounts are decimal strings in their currency. */
export interface ReportCurrency {
  currency: string;
  declared_opening: string;
  expected_opening: string | null;
  totals: ReportTotal[];
  cash_in: string;
  cash_out: string;
  /** Cash in less cash out. */
  expected: string;
  counted: string | null;
  /** Notes and coins as they were counted, where somebody said. */
  denominations: { value: string; count: number }[] | null;
  variance: string | null;
}

export interface ReportTotal {
  type: EventType;
  direction: 'in' | 'out' | 'none';
  count: number;
  amount: string;
}

export interface ReportTender {
  tender: string;
  currency: string;
  /** False: it went past the drawer, to a gateway or a bank. */
  in_drawer: boolean;
  sales_count: number;
  sales: string;
  refunds_count: number;
  refunds: string;
  net: string;
}

export interface ReportCashier {
  id: number;
  name: string;
  currency: string;
  sales_count: number;
  sales: string;
  refunds_count: number;
  refunds: string;
  other_in: string;
  other_out: string;
}

export interface ReportContent {
  currencies: ReportCurrency[];
  tenders: ReportTender[];
  cashiers: ReportCashier[];
  event_count: number;
  last_event_id: number | null;
}

/** The sums that X and Z reports show, of the same lines by the same rules. */
export function contentOf(
  session: Pick<SessionRow, 'currencies'>,
  lines: readonly ReportLine[],
  others: readonly OtherTender[],
): ReportContent {
  const last = lines.reduce((most, line) => Math.max(most, Number(line.last_event_id)), 0);
  return {
    currencies: session.currencies.map((each) =>
      currencyOf(
        each,
        lines.filter(({ currency }) => currency === each.currency),
      ),
    ),
    tenders: [...tendersOf(lines), ...others.map(otherTender)],
    cashiers: cashiersOf(lines),
    event_count: lines.reduce((sum, { count }) => sum + count, 0),
    last_event_id: last === 0 ? null : last,
  };
}

type Amounts = SessionRow['currencies'][number];

function currencyOf(amounts: Amounts, lines: readonly ReportLine[]): ReportCurrency {
  const { currency, counted_minor: counted } = amounts;
  const into = sum(lines, ({ direction }) => direction === 1);
  const out = sum(lines, ({ direction }) => direction === -1);
  const show = (minor: bigint): string => formatMinor(minor, currency);
  return {
    currency,
    declared_opening: show(BigInt(amounts.declared_opening_minor)),
    expected_opening:
      amounts.expected_opening_minor === null ? null : show(BigInt(amounts.expected_opening_minor)),
    totals: groups(inOrder(lines), ({ type, direction }) => `${type} ${direction}`).map(
      (group) => ({
        type: group[0].type,
        direction: WORDS[group[0].direction],
        count: counts(group),
        amount: show(sum(group)),
      }),
    ),
    cash_in: show(into),
    cash_out: show(out),
    expected: show(into - out),
    counted: counted === null ? null : show(BigInt(counted)),
    denominations:
      amounts.denominations?.map(({ value_minor: value, count }) => ({
        value: show(BigInt(value)),
        count,
      })) ?? null,
    variance: counted === null ? null : show(BigInt(counted) - (into - out)),
  };
}

/** As a day goes: the float first. */
function inOrder(lines: readonly ReportLine[]): ReportLine[] {
  return lines.toSorted((a, b) => EVENT_TYPES.indexOf(a.type) - EVENT_TYPES.indexOf(b.type));
}

function tendersOf(lines: readonly ReportLine[]): ReportTender[] {
  const paid = lines.filter(({ tender }) => tender !== null);
  return groups(paid, ({ tender, currency }) => `${currency} ${tender}`).map((group) => {
    const { currency, tender } = group[0];
    const sales = group.filter(({ type }) => type === 'sale');
    const refunds = group.filter(({ type }) => type === 'refund');
    return {
      tender: tender ?? '',
      currency,
      in_drawer: true,
      sales_count: counts(sales),
      sales: formatMinor(sum(sales), currency),
      refunds_count: counts(refunds),
      refunds: formatMinor(sum(refunds), currency),
      net: formatMinor(sum(sales) - sum(refunds), currency),
    };
  });
}

function otherTender({ tender, currency, count, amount_minor: minor }: OtherTender): ReportTender {
  const amount = formatMinor(minor, currency);
  return {
    tender,
    currency,
    in_drawer: false,
    sales_count: count,
    sales: amount,
    refunds_count: 0,
    refunds: formatMinor(0, currency),
    net: amount,
  };
}

function cashiersOf(lines: readonly ReportLine[]): ReportCashier[] {
  return groups(lines, ({ actor_id: id, currency }) => `${id} ${currency}`).map((group) => {
    const { actor_id: id, actor_name: name, currency } = group[0];
    const of = (type: EventType): ReportLine[] => group.filter((line) => line.type === type);
    const rest = group.filter(({ type }) => type !== 'sale' && type !== 'refund');
    const show = (minor: bigint): string => formatMinor(minor, currency);
    return {
      id,
      name,
      currency,
      sales_count: counts(of('sale')),
      sales: show(sum(of('sale'))),
      refunds_count: counts(of('refund')),
      refunds: show(sum(of('refund'))),
      other_in: show(sum(rest, ({ direction }) => direction === 1)),
      other_out: show(sum(rest, ({ direction }) => direction === -1)),
    };
  });
}

const WORDS = { '1': 'in', '-1': 'out', '0': 'none' } as const;

type Group = [ReportLine, ...ReportLine[]];

/** In the order in which each first appears. */
function groups(lines: readonly ReportLine[], keyOf: (line: ReportLine) => string): Group[] {
  const found = new Map<string, Group>();
  for (const line of lines) {
    const group = found.get(keyOf(line));
    if (group) group.push(line);
    else found.set(keyOf(line), [line]);
  }
  return [...found.values()];
}

function counts(lines: readonly ReportLine[]): number {
  return lines.reduce((total, { count }) => total + count, 0);
}

function sum(
  lines: readonly ReportLine[],
  belongs: (line: ReportLine) => boolean = () => true,
): bigint {
  return lines
    .filter(belongs)
    .reduce((total, { amount_minor: amount }) => total + BigInt(amount), 0n);
}
