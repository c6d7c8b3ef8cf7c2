import { formatMinor, invalidField, Money } from '../../common/index.js';
import { readCash } from '../cash.amounts.js';
import type { Denomination, SessionCurrency } from '../cash.types.js';
import type { CountedAmount, DenominationInput } from './session-requests.dto.js';

export interface Count {
  currency: string;
  countedMinor: bigint;
  denominations: Denomination[] | null;
}

/**
 * What people counted, checked against the session's currencies and itself.
 * @throws DomainError that names the entry at fault.
 */
export function readCounts(
  counted: readonly CountedAmount[],
  currencies: readonly SessionCurrency[],
): Count[] {
  const known = currencies.map(({ currency }) => currency);
  const seen = new Set<string>();
  return counted.map((entry, index) => {
    const field = `counted.${index}`;
    const { code } = Money.currency(entry.currency);
    if (!known.includes(code)) {
      throw invalidField(`${field}.currency`, `must be one of this session: ${known.join(', ')}`);
    }
    if (seen.has(code)) throw invalidField(`${field}.currency`, `${code} is named twice`);
    seen.add(code);
    return readCount(entry, code, field);
  });
}

function readCount(entry: CountedAmount, currency: string, field: string): Count {
  const amount = entry.amount ?? null;
  const stated = amount === null ? null : readCash(amount, currency, `${field}.amount`).minor;
  if (!entry.denominations) {
    if (stated === null) throw invalidField(`${field}.amount`, 'is required, or denominations');
    return { currency, countedMinor: stated, denominations: null };
  }
  const denominations = entry.denominations.map((input, at) =>
    readDenomination(input, currency, `${field}.denominations.${at}`),
  );
  const countedMinor = denominations.reduce(
    (sum, { value_minor: value, count }) => sum + BigInt(value) * BigInt(count),
    0n,
  );
  if (stated !== null && stated !== countedMinor) {
    const sum = formatMinor(countedMinor, currency);
    throw invalidField(`${field}.amount`, `must equal its denominations, which make ${sum}`);
  }
  return { currency, countedMinor, denominations };
}

function readDenomination(
  { value, count }: DenominationInput,
  currency: string,
  field: string,
): Denomination {
  return { value_minor: Money.parse(value, currency, `${field}.value`).minor.toString(), count };
}
