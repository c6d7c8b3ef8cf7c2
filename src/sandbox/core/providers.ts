import { SandboxError } from './sandbox.error.js';

/** The gateways a sandbox can stand in for, by the codes that the product's API uses. */
export const PROVIDERS = [
  'azampay',
  'chapa',
  'wave',
  'orange_money',
  'mtn_momo',
  'stripe',
  'signed_webhook',
] as const;
export type Provider = (typeof PROVIDERS)[number];

const ALIASES: Readonly<Record<string, Provider>> = { orange: 'orange_money', mtn: 'mtn_momo' };

/** Reads a provider code or alias in any case; null when there is none of that name. */
export function findProvider(text: string): Provider | null {
  const word = text.toLowerCase();
  return PROVIDERS.find((code) => code === word) ?? ALIASES[word] ?? null;
}

/** A `?provider=` filter; null when absent. @throws SandboxError 400 for an unknown code. */
export function readProviderFilter(text: string | null): Provider | null {
  if (text === null || text === '') return null;
  const provider = findProvider(text);
  if (provider) return provider;
  throw new SandboxError(400, `provider: "${text}" is unknown; use one of ${PROVIDERS.join(', ')}`);
}
