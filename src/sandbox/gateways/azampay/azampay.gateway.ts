import type { GatewayFactory } from '../gateway.types.js';
import { SigningKeys } from './azampay.keys.js';
import { FORCED_ANSWERS } from './azampay.numbers.js';
import { AzamPayPayments } from './azampay.payments.js';
import { AzamPayRoutes } from './azampay.routes.js';
import { Tokens } from './azampay.tokens.js';
import { readCredentials } from './azampay.types.js';

/** AzamPay: a push to the payer's phone, answered by a signed notification. */
export const azamPay: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const keys = await SigningKeys.create();
  const tokens = new Tokens(credentials);
  const payments = new AzamPayPayments(core, credentials, keys);
  const routes = new AzamPayRoutes(core, tokens, keys, payments);
  return {
    provider: 'azampay',
    title: 'AzamPay',
    furtherOperations: ['auth', 'key'],
    atRoot: true,
    hints: Object.entries(FORCED_ANSWERS).map(([digits, { effect }]) => ({
      value: `…${digits}`,
      effect,
    })),
    routes: (scope) => routes.register(scope),
    controls: (scope) => {
      scope.post('/api/azampay/rotate-key', async () => {
        await keys.rotate();
        return { rotated: true };
      });
      scope.post('/api/azampay/revoke-tokens', async () => {
        tokens.revokeAll();
        return { revoked: true };
      });
    },
    promptAnswered: (prompt) => payments.notifyLater(prompt),
    notifyAgain: (prompt) => payments.notifyAgain(prompt),
    // Tokens and keys stay: they are the product's standing with the gateway, not a payment.
    reset: () => payments.reset(),
  };
};
