import type { PaymentProvider } from '../../providers/index.js';
import type { AccountMethodRow, MethodConfigRow } from './method.types.js';

/** Country codes; none at all where own and deployment's limits leave nothing. */
type Places = readonly string[] | 'everywhere';

/** A method in one currency, as it may be offered. Amounts in minor units. */
export interface Offer {
  code: string;
  name: string;
  type: string;
  currency: string;
  countries: Places;
  minMinor: bigint | null;
  maxMinor: bigint | null;
  /** Minor units that an amount must be a multiple of. */
  stepMinor: bigint;
  isDefault: boolean;
  position: number;
  /** Null for a gateway. */
  method: AccountMethodRow | null;
}

export interface Wanted {
  country: string | null;
  currency: string | null;
  amountMinor: bigint | null;
}

/** What a gateway takes: one offer in each of its currencies. */
export function gatewayOffers(
  provider: Pick<PaymentProvider, 'code' | 'name' | 'capabilities'>,
  config: MethodConfigRow | undefined,
  exponentOf: (currency: string) => number,
): Offer[] {
  const { currencies, countries, methods, limits } = provider.capabilities;
  return currencies
    .filter((currency) => allows(config?.currencies ?? [], currency))
    .map((currency) => {
      const exponent = exponentOf(currency);
      return {
        code: provider.code,
        name: config?.name ?? provider.name,
        type: methods[0] ?? 'online',
        currency,
        countries: narrowed(countries, config?.countries ?? []),
        minMinor: toMinor(limits.min, exponent),
        maxMinor: toMinor(limits.max, exponent),
        stepMinor: limits.wholeOnly ? 10n ** BigInt(exponent) : 1n,
        isDefault: false,
        position: config?.position ?? Number.MAX_SAFE_INTEGER,
        method: null,
      };
    });
}

/** Where an account takes transfers, as far as the deployment allows it; nothing when it does not. */
export function transferOffers(
  row: AccountMethodRow,
  config: MethodConfigRow | undefined,
): Offer[] {
  if (!config?.enabled || !allows(config.currencies, row.currency)) return [];
  const countries = narrowed(row.country ? [row.country] : [], config.countries);
  return [
    {
      code: row.code,
      name: row.name,
      type: row.code,
      currency: row.currency,
      countries,
      minMinor: row.min_minor === null ? null : BigInt(row.min_minor),
      maxMinor: row.max_minor === null ? null : BigInt(row.max_minor),
      stepMinor: 1n,
      isDefault: row.is_default,
      position: config.position,
      method: row,
    },
  ];
}

export function takes(offer: Offer, wanted: Wanted): boolean {
  if (wanted.currency !== null && offer.currency !== wanted.currency) return false;
  if (!isOffered(offer.countries, wanted.country)) return false;
  return wanted.amountMinor === null || inRange(offer, wanted.amountMinor);
}

export function inRange(offer: Offer, amountMinor: bigint): boolean {
  if (offer.minMinor !== null && amountMinor < offer.minMinor) return false;
  if (offer.maxMinor !== null && amountMinor > offer.maxMinor) return false;
  return amountMinor % offer.stepMinor === 0n;
}

/** The account's own default comes first, then what the deployment puts first. */
export function chooseDefault(offers: readonly Offer[]): Offer | null {
  return offers.find((offer) => offer.isDefault) ?? offers[0] ?? null;
}

/** An empty list allows everything. */
function allows(list: readonly string[], value: string): boolean {
  return list.length === 0 || list.includes(value);
}

function isOffered(places: Places, country: string | null): boolean {
  if (places === 'everywhere') return true;
  return country === null ? places.length > 0 : places.includes(country);
}

/** What both lists allow; an empty one sets no limit. */
function narrowed(own: readonly string[], limit: readonly string[]): Places {
  if (own.length === 0) return limit.length === 0 ? 'everywhere' : limit;
  return own.filter((country) => allows(limit, country));
}

/** Limits are declared in major units; one that rounds to nothing is none. */
function toMinor(limit: number, exponent: number): bigint | null {
  if (!Number.isFinite(limit)) return null;
  const minor = BigInt(limit.toFixed(exponent).replace('.', ''));
  return minor > 0n ? minor : null;
}
