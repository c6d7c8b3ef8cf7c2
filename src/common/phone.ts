import type * as PhoneNumbers from 'libphonenumber-js/max';
import { CURRENCIES } from './currencies.js';
import { DomainError } from './domain.error.js';
import { onDemand } from './on-demand.js';

/** The copy that class-validator loads, so that its numbering plans are in memory once. */
const phoneNumbers = onDemand((require) => require('libphonenumber-js/max') as typeof PhoneNumbers);

/** Mobile wallets such as AzamPesa number themselves outside the public plan (e.g. 1710446004). */
const WALLET = /^1[67]\d{8}$/;

/**
 * Digits with country code (`255653294241`) from any usual form.
 * National numbers are read in the country of `currency`; without one they need the country code.
 * @throws DomainError `invalid_phone_number` that names `field`.
 */
export function normalisePhone(input: string, currency: string | null, field = 'phone'): string {
  const country = currency ? CURRENCIES.get(currency)?.country : null;
  const compact = input.replaceAll(/[\s().-]/g, '').replace(/^00(?=[1-9])/, '+');
  if (country === 'TZ' && WALLET.test(compact)) return compact;
  const candidates = [compact, ...(/^[1-9]\d{9,14}$/.test(compact) ? [`+${compact}`] : [])];
  for (const text of candidates.toReversed()) {
    const parsed = phoneNumbers().parsePhoneNumberFromString(
      text,
      (country ?? undefined) as PhoneNumbers.CountryCode | undefined,
    );
    if (parsed?.isPossible() && (parsed.isValid() || text === compact)) {
      return parsed.number.slice(1);
    }
  }
  throw new DomainError('invalid', 'invalid_phone_number', `${field}: not a phone number`, {
    errors: { [field]: ['must be a phone number such as 255653294241 or +255 653 294 241'] },
  });
}

/** A number for logs and audits: country code and last two digits, the rest hidden. */
export function maskPhone(phone: string): string {
  return phone.length <= 5
    ? '***'
    : `${phone.slice(0, 3)}${'*'.repeat(phone.length - 5)}${phone.slice(-2)}`;
}
