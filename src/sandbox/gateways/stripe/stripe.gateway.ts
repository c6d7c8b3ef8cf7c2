import type { GatewayFactory } from '../gateway.types.js';
import { StripeEvents } from './stripe.events.js';
import { StripeKeys } from './stripe.keys.js';
import { TEST_CARDS } from './stripe.cards.js';
import { StripePages } from './stripe.pages.js';
import { StripeRefunds } from './stripe.refunds.js';
import { StripeRoutes } from './stripe.routes.js';
import { StripeSessions } from './stripe.sessions.js';
import { readCredentials } from './stripe.types.js';

/** Stripe Checkout: a hosted page that stays open until it is paid or expired. */
export const stripe: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const events = new StripeEvents(core, credentials);
  const sessions = new StripeSessions(core, credentials, events);
  const refunds = new StripeRefunds(core, credentials, sessions, events);
  const pages = new StripePages(core, sessions);
  const keys = new StripeKeys();
  const routes = new StripeRoutes(core, credentials, sessions, refunds, keys);
  return {
    provider: 'stripe',
    title: 'Stripe Checkout',
    furtherOperations: [],
    // Its paths are another gateway's too.
    atRoot: false,
    hints: [
      { value: 'Fail', effect: 'a declined card: the page stays open, nobody is told' },
      { value: 'Cancel', effect: 'leads the payer back; the page can be paid still' },
      ...Object.entries(TEST_CARDS).map(([value, { effect }]) => ({ value, effect })),
    ],
    routes: (scope) => routes.register(scope),
    controls: (scope) => {
      pages.register(scope);
      scope.post<{ Params: { id: string } }>('/api/stripe/refunds/:id/fail', async ({ params }) => {
        const { id, status } = refunds.fail(params.id);
        return { id, status };
      });
      scope.post<{ Params: { id: string } }>(
        '/api/stripe/refunds/:id/succeed',
        async ({ params }) => {
          const { id, status } = refunds.succeed(params.id);
          return { id, status };
        },
      );
    },
    checkoutAnswered: (checkout, answer) => sessions.answered(checkout, answer),
    reset: () => {
      sessions.reset();
      refunds.reset();
      keys.reset();
    },
  };
};
