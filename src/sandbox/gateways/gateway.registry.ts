import type { GatewayFactory } from './gateway.types.js';
import { azamPay } from './azampay/azampay.gateway.js';
import { chapa } from './chapa/chapa.gateway.js';
import { mtnMomo } from './mtn-momo/mtn-momo.gateway.js';
import { orangeMoney } from './orange-money/orange-money.gateway.js';
import { signedWebhook } from './signed-webhook/signed-webhook.gateway.js';
import { stripe } from './stripe/stripe.gateway.js';
import { wave } from './wave/wave.gateway.js';

/** Every gateway there is a simulator of. */
export const GATEWAYS: readonly GatewayFactory[] = [
  azamPay,
  chapa,
  mtnMomo,
  orangeMoney,
  signedWebhook,
  stripe,
  wave,
];
