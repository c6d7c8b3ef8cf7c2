/**
 * Settings of gateways whose adapters are not part of this release. A deployment may carry them already,
 * so they are no mistake; a live-looking one still makes the deployment production.
 * The pattern is how the gateway's own documentation marks live values.
 */
export const RESERVED: ReadonlyMap<string, RegExp | null> = new Map<string, RegExp | null>([
  ['CHAPA_SECRET_KEY', /^CHASECK-/],
  ['CHAPA_WEBHOOK_SECRET', null],
  ['CHAPA_BASE_URL', null],
  ['STRIPE_SECRET_KEY', /^[sr]k_live_/],
  ['STRIPE_WEBHOOK_SECRET', null],
  ['STRIPE_BASE_URL', null],
]);
