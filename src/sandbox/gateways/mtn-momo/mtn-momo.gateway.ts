import type { FastifyRequest } from 'fastify';
import type { GatewayFactory } from '../gateway.types.js';
import { HINTS } from './mtn-momo.numbers.js';
import { MtnPayments } from './mtn-momo.payments.js';
import { MtnRefunds } from './mtn-momo.refunds.js';
import { MtnRoutes } from './mtn-momo.routes.js';
import { MtnTokens } from './mtn-momo.tokens.js';
import { readCredentials } from './mtn-momo.types.js';
import { MtnUsers } from './mtn-momo.users.js';

/** MTN MoMo: a push to the payer's phone, told by an unsigned callback and by asking. */
export const mtnMomo: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const tokens = new MtnTokens(credentials);
  const payments = new MtnPayments(core);
  const refunds = new MtnRefunds(core, payments);
  const users = new MtnUsers(tokens);
  const routes = new MtnRoutes(core, credentials, tokens, payments, refunds);
  return {
    provider: 'mtn_momo',
    title: 'MTN MoMo',
    furtherOperations: ['auth'],
    atRoot: true,
    hints: HINTS,
    routes: (scope) => {
      routes.register(scope);
      users.register(scope);
    },
    controls: (scope) => {
      scope.post('/api/mtn_momo/revoke-tokens', async () => {
        tokens.revokeAll();
        return { revoked: true };
      });
      scope.post('/api/mtn_momo/lag', async () => {
        routes.lag();
        return { lags: true };
      });
      const name = (request: FastifyRequest): string =>
        (request.params as Readonly<Record<string, string>>)['name'] ?? '';
      scope.post('/api/mtn_momo/refunds/:name/complete', (request) => ({
        status: refunds.end(name(request), 'SUCCESSFUL').status,
      }));
      scope.post('/api/mtn_momo/refunds/:name/fail', (request) => ({
        status: refunds.end(name(request), 'FAILED').status,
      }));
    },
    promptAnswered: (prompt) => payments.notifyLater(prompt),
    notifyAgain: (prompt) => payments.notifyAgain(prompt),
    // Tokens and API users stay: they are the product's standing with the gateway, not a payment.
    reset: () => {
      payments.reset();
      refunds.reset();
      routes.reset();
    },
  };
};
