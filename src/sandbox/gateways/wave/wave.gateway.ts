import type { GatewayFactory } from '../gateway.types.js';
import { WaveEvents } from './wave.events.js';
import { WaveRoutes } from './wave.routes.js';
import { WaveSessions } from './wave.sessions.js';
import { readCredentials } from './wave.types.js';

/** Wave: a hosted page that stays open until it is paid, cancelled or expired. */
export const wave: GatewayFactory = async (core) => {
  const credentials = readCredentials(core.settings.credentials);
  const sessions = new WaveSessions(core, credentials);
  const events = new WaveEvents(core, credentials);
  const routes = new WaveRoutes(core, credentials, sessions, events);
  return {
    provider: 'wave',
    title: 'Wave',
    furtherOperations: [],
    // Its paths are another gateway's too.
    atRoot: false,
    // Wave publishes no test values: the page's buttons decide.
    hints: [],
    routes: (scope) => routes.register(scope),
    checkoutAnswered: (checkout, answer) => {
      const session = sessions.findByPage(checkout.id);
      if (!session) return;
      if (!sessions.answer(session, answer)) {
        // It expired while the payer looked at it.
        checkout.status = 'expired';
        return;
      }
      // A try that did not work leads nowhere: the payer stays on the page.
      if (answer !== 'failed') {
        checkout.return_url = answer === 'paid' ? session.body.success_url : session.body.error_url;
      }
      if (answer === 'paid') events.tellLater(session, 'checkout.session.completed');
      if (answer === 'failed') events.tellLater(session, 'checkout.session.payment_failed');
    },
    reset: () => sessions.reset(),
  };
};
