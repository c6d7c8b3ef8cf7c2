import { DomainError, Money } from '../../common/index.js';

/**
 * Decimals of a currency on Stripe's wire where they differ from ISO 4217, or where ISO has none.
 * Source: docs.stripe.com/currencies.
 */
const ZERO_DECIMAL: ReadonlySet<string> = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);
/** Without decimals in reality, sent with two that must be 00. */
const PADDED: ReadonlySet<string> = new Set(['ISK', 'UGX']);
/** Three decimals, of which the last must be 0. */
const THREE_DECIMAL: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Stripe's pages contradict each other about UGX: two decimals in one place, none in another. */
export type UgxDecimals = 0 | 2;

/** Number of decimals in Stripe's minor units of this currency. */
export function wireExponent(code: string, ugxDecimals: UgxDecimals): 0 | 2 | 3 {
  if (code === 'UGX') return ugxDecimals;
  if (PADDED.has(code)) return 2;
  if (ZERO_DECIMAL.has(code)) return 0;
  return THREE_DECIMAL.has(code) ? 3 : 2;
}

/**
 * Stripe's minor units, exactly.
 * @throws DomainError `invalid_amount` for what the wire cannot express; nothing is rounded.
 */
export function toWireAmount({ minor, currency }: Money, ugxDecimals: UgxDecimals): bigint {
  const scale = wireExponent(currency.code, ugxDecimals) - currency.exponent;
  const factor = 10n ** BigInt(Math.abs(scale));
  if (scale < 0 && minor % factor !== 0n) {
    throw refusal(`Stripe takes ${currency.code} without decimals`);
  }
  const wire = scale < 0 ? minor / factor : minor * factor;
  if (THREE_DECIMAL.has(currency.code) && wire % 10n !== 0n) {
    throw refusal(`Stripe takes ${currency.code} with a last decimal of 0 only`);
  }
  return wire;
}

/** An amount as an answer states it; null for what is none, or cannot be said in our units. */
export function readWireAmount(
  amount: unknown,
  currency: unknown,
  ugxDecimals: UgxDecimals,
): Money | null {
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 0) return null;
  if (typeof currency !== 'string' || !/^[a-zA-Z]{3}$/.test(currency)) return null;
  try {
    const { code, exponent } = Money.currency(currency);
    const scale = exponent - wireExponent(code, ugxDecimals);
    const factor = 10n ** BigInt(Math.abs(scale));
    const wire = BigInt(amount);
    if (scale < 0 && wire % factor !== 0n) return null;
    return Money.ofMinor(scale < 0 ? wire / factor : wire * factor, code);
  } catch {
    return null; // a currency that we do not know
  }
}

function refusal(why: string): DomainError {
  return new DomainError('invalid', 'invalid_amount', `amount: ${why}`, {
    errors: { amount: [why] },
  });
}
