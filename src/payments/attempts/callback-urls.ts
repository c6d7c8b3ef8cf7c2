import type { ProviderCode } from '../../providers/index.js';

/** Where gateways that are told with each order shall notify us; Chapa calls verify, as its redirect does. */
const PATHS: Partial<Record<ProviderCode, string>> = {
  chapa: '/api/payments/verify/',
  wave: '/api/payments/webhooks/wave/',
  orange_money: '/api/payments/webhooks/orange/',
  mtn_momo: '/api/payments/webhooks/mtn/',
};

export function callbackUrl(publicUrl: string, provider: ProviderCode): string | null {
  const path = PATHS[provider];
  return path === undefined ? null : `${publicUrl}${path}`;
}
