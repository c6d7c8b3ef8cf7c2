import { readJson } from '../../api/request.reader.js';
import { SandboxError } from '../../core/sandbox.error.js';
import type { GatewayFactory } from '../gateway.types.js';
import { OrangeNotifier } from './orange-money.notifier.js';
import { pageRoutes } from './orange-money.page.js';
import { OrangePayments } from './orange-money.payments.js';
import { OrangeRoutes } from './orange-money.routes.js';
import { Tokens } from './orange-money.tokens.js';
import { type Behaviour, readCredentials, USUAL } from './orange-money.types.js';

/** Orange Money WebPay: a hosted page, an unsigned notification, and a query that needs three values. */
export const orangeMoney: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const tokens = new Tokens(credentials);
  const payments = new OrangePayments(core, new OrangeNotifier(core));
  const routes = new OrangeRoutes(core, credentials, tokens, payments);
  return {
    provider: 'orange_money',
    title: 'Orange Money',
    furtherOperations: ['auth'],
    atRoot: true,
    hints: [
      { value: 'Cancel', effect: 'leads back; Orange goes on waiting' },
      { value: 'after 10 minutes', effect: 'whoever confirms then finds the order expired' },
    ],
    routes: (scope) => routes.register(scope),
    controls: (scope) => {
      pageRoutes(scope, core, payments);
      scope.post('/api/orange_money/revoke-tokens', async () => {
        tokens.revokeAll();
        return { revoked: true };
      });
      scope.get('/api/orange_money/behaviour', () => payments.behaviour);
      scope.put('/api/orange_money/behaviour', (request) => {
        payments.behaviour = readBehaviour(readJson(request));
        return payments.behaviour;
      });
    },
    checkoutAnswered: (checkout, answer) => payments.answered(checkout, answer),
    // Tokens stay: they are the product's standing with the gateway, not a payment.
    reset: () => payments.reset(),
  };
};

/** Replaces all of it; what is omitted becomes usual again. @throws SandboxError 400. */
function readBehaviour(fields: Readonly<Record<string, unknown>>): Behaviour {
  const stray = Object.keys(fields).find((name) => !Object.hasOwn(USUAL, name));
  if (stray !== undefined) {
    const known = Object.keys(USUAL).join(', ');
    throw new SandboxError(400, `${stray}: unknown field; use ${known}`);
  }
  const { expires_in: life = USUAL.expires_in } = fields;
  if ((typeof life !== 'string' && typeof life !== 'number') || !/^[1-9]\d{0,8}$/.test(`${life}`)) {
    throw new SandboxError(400, 'expires_in: must be whole seconds, as a number or a string');
  }
  const flag = (name: 'expires_by_itself' | 'slow'): boolean => {
    const value = fields[name] ?? USUAL[name];
    if (typeof value === 'boolean') return value;
    throw new SandboxError(400, `${name}: must be true or false`);
  };
  return { expires_in: life, expires_by_itself: flag('expires_by_itself'), slow: flag('slow') };
}
