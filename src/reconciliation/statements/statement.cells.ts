import { CURRENCIES, MAX_DIGITS } from '../../common/index.js';
import type { DateFormat, StatementMapping } from './statement.mapping.js';

/** A cell that cannot be read; the message says what it must be. */
export class CellError extends Error {}

const SPACES = /[\s\u00a0\u202f']/g;

/**
 * Minor units of an amount as statements print it: with sign, parentheses or grouping. Null when empty.
 * @throws CellError for what is no amount, or has more decimals than the currency.
 */
export function readAmount(text: string, currency: string, decimal: '.' | ','): bigint | null {
  const bare = text.replaceAll(SPACES, '');
  if (bare === '' || bare === '-') return null;
  const inParentheses = /^\((.*)\)$/.exec(bare);
  const unsigned = (inParentheses?.[1] ?? bare).replace(/^[+-]/, '');
  const negative = inParentheses !== null || bare.startsWith('-');
  const plain =
    decimal === '.'
      ? unsigned.replaceAll(',', '')
      : unsigned.replaceAll('.', '').replaceAll(',', '.');
  const match = /^(\d+)(?:\.(\d+))?$/.exec(plain);
  if (!match) throw new CellError(`"${text}" is no amount`);
  const exponent = CURRENCIES.get(currency)?.exponent ?? 2;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > exponent) throw new CellError(`${currency} has ${exponent} decimals`);
  const digits = `${match[1] ?? ''}${fraction.padEnd(exponent, '0')}`.replace(/^0+/, '');
  if (digits.length > MAX_DIGITS) throw new CellError(`"${text}" has too many digits`);
  const minor = BigInt(digits || '0');
  return negative ? -minor : minor;
}

const TIME =
  /^[T ]+(?<h>\d{1,2}):(?<m>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?\s*(?<half>[AP]M)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?$/i;
const DATES: Record<DateFormat, { date: RegExp; order: [number, number, number] }> = {
  iso: { date: /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/, order: [1, 2, 3] },
  dmy: { date: /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})/, order: [3, 2, 1] },
  mdy: { date: /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})/, order: [3, 1, 2] },
};

/** A statement's date or time; ISO dates are read in any format. Null when empty. @throws CellError */
export function readTime(
  text: string,
  { dateFormat, utcOffset }: Pick<StatementMapping, 'dateFormat' | 'utcOffset'>,
): Date | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const format = /^\d{4}\D/.test(trimmed) ? DATES.iso : DATES[dateFormat];
  const date = format.date.exec(trimmed);
  const rest = date ? trimmed.slice(date[0].length) : '';
  const time = rest === '' ? null : TIME.exec(rest);
  if (!date || (rest !== '' && !time)) {
    throw new CellError(`"${text}" is no date of the expected format`);
  }
  const [year, month, day] = format.order.map((index) => (date[index] ?? '').padStart(2, '0'));
  const { m = '00', s = '00', zone } = time?.groups ?? {};
  const clock = `${hourOf(time?.groups)}:${m}:${s}`;
  const moment = new Date(`${year}-${month}-${day}T${clock}${zone ? withColon(zone) : utcOffset}`);
  const sameDay = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // JavaScript reads 31 February as 3 March.
  if (Number.isNaN(moment.getTime()) || sameDay.getUTCDate() !== Number(day)) {
    throw new CellError(`"${text}" is no date`);
  }
  return moment;
}

function hourOf(time: Record<string, string> | undefined): string {
  const hour = Number(time?.['h'] ?? 0);
  const half = time?.['half']?.toUpperCase();
  const past = half === undefined ? hour : (hour % 12) + (half === 'PM' ? 12 : 0);
  return String(past).padStart(2, '0');
}

function withColon(zone: string): string {
  return /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
