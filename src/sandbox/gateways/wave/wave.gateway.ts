import type { Checkout, CheckoutAnswer } from '../../core/checkouts.store.js';
import type { GatewayFactory } from '../gateway.types.js';
import { WaveEvents } from './wave.events.js';
import { WaveRoutes } from './wave.routes.js';
import { WaveSessions } from './wave.sessions.js';
import { readCredentials, type Session } from './wave.types.js';

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
    hints: [
      { value: 'Fail', effect: 'a try that does not work: the page stays open' },
      { value: 'Cancel', effect: 'ends the page without a notification' },
    ],
    routes: (scope) => routes.register(scope),
    checkoutAnswered: (checkout, answer) => {
      const session = sessions.findByPage(checkout.id);
      if (!session) return;
      if (!sessions.answer(session, answer)) {
        // It expired while the payer looked at it.
        checkout.status = 'expired';
        return;
      }
      follow(checkout, session, answer);
      core.bus.publish('checkout', checkout);
      if (answer === 'paid') events.tellLater(session, 'checkout.session.completed');
      if (answer === 'failed') events.tellLater(session, 'checkout.session.payment_failed');
    },
    reset: () => sessions.reset(),
  };
};

/** Where the payer goes: back to the shop, or nowhere after a try that did not work. */
function follow(checkout: Checkout, { body }: Session, answer: CheckoutAnswer): void {
  if (answer === 'failed') {
    checkout.status = 'open';
    checkout.answered_at = null;
  } else {
    checkout.return_url = answer === 'paid' ? body.success_url : body.error_url;
  }
}
