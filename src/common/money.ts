import { CURRENCIES, type Currency } from './currencies.js';
import { DomainError } from './domain.error.js';

/** At most this many digits in all, so that every amount fits a bigint column with room for sums. */
export const MAX_DIGITS = 15;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** An exact amount: integer minor units and a currency. Never a float. */
export class Money {
  private constructor(
    readonly minor: bigint,
    readonly currency: Currency,
  ) {}

  /** Reads a currency code in any case. @throws DomainError `unknown_currency`. */
  static currency(code: string): Currency {
    const currency = CURRENCIES.get(code.toUpperCase());
    if (!currency) {
      throw new DomainError('invalid', 'unknown_currency', `Currency ${code} is not supported`, {
        errors: { currency: [`${code} is not a supported ISO 4217 code`] },
      });
    }
    return currency;
  }

  static ofMinor(minor: bigint | string | number, code: string): Money {
    return new Money(BigInt(minor), Money.currency(code));
  }

  /**
   * Reads an amount a person or an app sent: a decimal string, or a JSON number.
   * Refused: a sign, an exponent, zero, more decimals than the currency has, more than 15 digits.
   * @throws DomainError `invalid_amount` that names `field` and the fix.
   */
  static parse(value: string | number, code: string, field = 'amount'): Money {
    const currency = Money.currency(code);
    const refuse = (why: string): never => {
      throw new DomainError('invalid', 'invalid_amount', `${field}: ${why}`, {
        errors: { [field]: [why] },
      });
    };
    const text = typeof value === 'number' ? String(value) : value.trim();
    const match = DECIMAL.exec(text);
    if (!match) return refuse('must be a plain positive decimal such as "50000.00"');
    const whole = match[1] ?? '';
    const fraction = match[2] ?? '';
    if (fraction.length > currency.exponent) {
      return refuse(`${currency.code} has ${currency.exponent} decimals, got ${fraction.length}`);
    }
    const digits = whole.replace(/^0+/, '') + fraction.padEnd(currency.exponent, '0');
    if (digits.length > MAX_DIGITS) return refuse(`must have at most ${MAX_DIGITS} digits`);
    const minor = BigInt(digits || '0');
    if (minor === 0n) return refuse('must be greater than zero');
    return new Money(minor, currency);
  }

  /** Decimal string with the currency's own number of decimals: "50000.00", "1500". */
  toString(): string {
    const { exponent } = this.currency;
    const sign = this.minor < 0n ? '-' : '';
    const digits = (this.minor < 0n ? -this.minor : this.minor).toString();
    if (exponent === 0) return sign + digits;
    const padded = digits.padStart(exponent + 1, '0');
    return `${sign}${padded.slice(0, -exponent)}.${padded.slice(-exponent)}`;
  }

  /** JSON number, for the few places whose document prints one. Exact up to 15 digits. */
  toNumber(): number {
    return Number(this.toString());
  }

  get isWhole(): boolean {
    return this.minor % 10n ** BigInt(this.currency.exponent) === 0n;
  }

  /** Major units of an amount without a fraction. @throws DomainError `amount_not_whole`. */
  toWholeMajor(): number {
    if (!this.isWhole) {
      throw new DomainError(
        'invalid',
        'amount_not_whole',
        `${this.toString()} is not a whole amount`,
      );
    }
    return Number(this.minor / 10n ** BigInt(this.currency.exponent));
  }

  equals(other: Money): boolean {
    return this.minor === other.minor && this.currency.code === other.currency.code;
  }
}

/** The way every answer shows an amount kept in minor units. */
export function formatMinor(minor: bigint | string | number, currency: string): string {
  return Money.ofMinor(minor, currency).toString();
}
