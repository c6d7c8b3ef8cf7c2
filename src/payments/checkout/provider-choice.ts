import { DomainError } from '../../common/index.js';
import type { PaymentProvider } from '../../providers/index.js';

/** Other words for providers that clients use. */
const ALIASES: Readonly<Record<string, string>> = { orange: 'orange_money', mtn: 'mtn_momo' };

/** Which gateway takes a currency when nobody names one. */
const DEFAULTS: Readonly<Record<string, string>> = { ETB: 'chapa', TZS: 'azampay', XOF: 'wave' };

/**
 * The gateway for a payment: the named one, else the currency's default, else the first that takes it.
 * @throws DomainError 400 naming `provider` when there is none.
 */
export function chooseProvider(
  enabled: readonly PaymentProvider[],
  currency: string,
  named: string | null,
): PaymentProvider {
  const takes = (provider: PaymentProvider): boolean =>
    (provider.capabilities.flow !== 'none' || isCash(provider)) &&
    provider.capabilities.currencies.includes(currency);
  const candidates = enabled.filter(takes);
  const code = named?.trim().toLowerCase();
  const wanted = code ? (ALIASES[code] ?? code) : DEFAULTS[currency];
  const chosen =
    candidates.find((provider) => provider.code === wanted) ??
    (code ? undefined : candidates.find((provider) => !isCash(provider)));
  if (chosen) return chosen;
  const words = candidates.map((provider) => provider.code).join(', ');
  const message = words
    ? `must be one of ${words} for ${currency}`
    : `no gateway here takes ${currency}`;
  throw new DomainError('refused', 'no_gateway', `provider: ${message}`, {
    errors: { provider: [message] },
  });
}

/** Taken by a person, complete at once. */
export function isCash(provider: PaymentProvider): boolean {
  return provider.code === 'cash';
}
