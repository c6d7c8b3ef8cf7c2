/** ISO 4217 currencies Malipo knows: decimals, and the country whose phone numbers its payers use. */
export interface Currency {
  readonly code: string;
  /** Number of decimals (ISO 4217 exponent). */
  readonly exponent: 0 | 2 | 3;
  /** ISO 3166 country whose national phone format is assumed; null where many countries share it. */
  readonly country: string | null;
}

const TABLE: readonly Currency[] = [
  { code: 'TZS', exponent: 2, country: 'TZ' },
  { code: 'KES', exponent: 2, country: 'KE' },
  { code: 'UGX', exponent: 0, country: 'UG' },
  { code: 'RWF', exponent: 0, country: 'RW' },
  { code: 'BIF', exponent: 0, country: 'BI' },
  { code: 'ETB', exponent: 2, country: 'ET' },
  { code: 'XOF', exponent: 0, country: 'CI' },
  { code: 'XAF', exponent: 0, country: 'CM' },
  { code: 'GNF', exponent: 0, country: 'GN' },
  { code: 'GMD', exponent: 2, country: 'GM' },
  { code: 'GHS', exponent: 2, country: 'GH' },
  { code: 'NGN', exponent: 2, country: 'NG' },
  { code: 'ZMW', exponent: 2, country: 'ZM' },
  { code: 'ZAR', exponent: 2, country: 'ZA' },
  { code: 'MWK', exponent: 2, country: 'MW' },
  { code: 'MZN', exponent: 2, country: 'MZ' },
  { code: 'CDF', exponent: 2, country: 'CD' },
  { code: 'SLE', exponent: 2, country: 'SL' },
  { code: 'LRD', exponent: 2, country: 'LR' },
  { code: 'MGA', exponent: 2, country: 'MG' },
  { code: 'BWP', exponent: 2, country: 'BW' },
  { code: 'NAD', exponent: 2, country: 'NA' },
  { code: 'MAD', exponent: 2, country: 'MA' },
  { code: 'EGP', exponent: 2, country: 'EG' },
  { code: 'TND', exponent: 3, country: 'TN' },
  { code: 'USD', exponent: 2, country: null },
  { code: 'EUR', exponent: 2, country: null },
  { code: 'GBP', exponent: 2, country: 'GB' },
];

export const CURRENCIES: ReadonlyMap<string, Currency> = new Map(TABLE.map((c) => [c.code, c]));
