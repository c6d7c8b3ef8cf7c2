import type { GatewayFactory } from '../gateway.types.js';
import { ChapaNotifier } from './chapa.notifier.js';
import { ChapaPayments } from './chapa.payments.js';
import { ChapaRefunds } from './chapa.refunds.js';
import { ChapaRoutes } from './chapa.routes.js';
import { readCredentials } from './chapa.types.js';

/** Chapa: a hosted page that can be tried again, and refunds that take their time. */
export const chapa: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const notifier = new ChapaNotifier(core, credentials);
  const payments = new ChapaPayments(core, notifier);
  const refunds = new ChapaRefunds(core, notifier);
  const routes = new ChapaRoutes(core, credentials, payments, refunds);
  return {
    provider: 'chapa',
    title: 'Chapa',
    furtherOperations: [],
    // Under its version its paths would stand beside another gateway's.
    atRoot: false,
    hints: [],
    routes: (scope) => routes.register(scope),
    controls: (scope) => {
      const ends = { complete: 'refunded', reverse: 'reversed' } as const;
      for (const [act, state] of Object.entries(ends)) {
        scope.post<{ Params: { name: string } }>(
          `/api/chapa/refunds/:name/${act}`,
          async ({ params }) => {
            const { refId, reference } = refunds.endNamed(params.name, state);
            return { ref_id: refId, merchant_reference: reference, status: state };
          },
        );
      }
    },
    checkoutAnswered: (checkout, answer) => payments.answered(checkout, answer),
    reset: () => {
      payments.reset();
      refunds.reset();
    },
  };
};
