import { ValidateBy } from 'class-validator';
import { MAX_DIGITS, Money } from '../common/index.js';

const PLAIN_DECIMAL = /^\d+(\.\d+)?$/;
const ZERO = /^0+(?:\.(0+))?$/;

function isCashAmount(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value).trim();
  return PLAIN_DECIMAL.test(text) && text.replace('.', '').replace(/^0+/, '').length <= MAX_DIGITS;
}

/** As `IsAmount`, and zero besides: a drawer may be empty. */
export function IsCashAmount(): PropertyDecorator {
  return ValidateBy({
    name: 'isCashAmount',
    validator: {
      validate: isCashAmount,
      defaultMessage: () =>
        `must be zero or a positive decimal such as "50000.00", without sign or exponent, of at most ${MAX_DIGITS} digits`,
    },
  });
}

/** Reads an amount that may be zero. @throws DomainError `invalid_amount` that names `field`. */
export function readCash(value: string | number, currency: string, field: string): Money {
  const zero = ZERO.exec(String(value).trim());
  const decimals = zero?.[1]?.length ?? 0;
  return zero && decimals <= Money.currency(currency).exponent
    ? Money.ofMinor(0n, currency)
    : Money.parse(value, currency, field);
}
