import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readForm, readParam, readQuery } from '../../api/request.reader.js';
import { isPayable } from '../../core/checkouts.store.js';
import type { Core } from '../../sandbox.core.js';
import { fateOf, TEST_CARDS, UNAUTHENTICATED } from './stripe.cards.js';
import {
  authenticationPage,
  checkoutPage,
  PAGE_PATH,
  sendPage,
  STYLE_PATH,
} from './stripe.page.js';
import type { StripeSessions } from './stripe.sessions.js';
import { STRIPE_STYLE } from './stripe.style.js';
import type { Session } from './stripe.types.js';

/** The hosted page of a session, its card form, and the step of a card that wants 3D Secure. */
export class StripePages {
  constructor(
    private readonly core: Core,
    private readonly sessions: StripeSessions,
  ) {}

  register(app: FastifyInstance): void {
    app.get(STYLE_PATH, async (_request, reply) =>
      reply
        .headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
        .type('text/css; charset=utf-8')
        .send(STRIPE_STYLE),
    );
    const page = `${PAGE_PATH}/:id`;
    app.get(page, (request, reply) => this.#show(request, reply));
    app.post(page, (request, reply) => this.#submit(request, reply));
    app.get(`${page}/authenticate`, (request, reply) => this.#showStep(request, reply));
    app.post(`${page}/authenticate`, (request, reply) => this.#authenticate(request, reply));
  }

  #show(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#named(request);
    if (!session) return notFound(reply);
    const checkout = this.core.checkouts.get(session.pageId);
    const refusal = REFUSALS.get(readQuery(request, 'refused') ?? '') ?? null;
    const email = session.order.customerEmail;
    return sendPage(reply, checkoutPage({ checkout, sessionId: session.id, email, refusal }));
  }

  #submit(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#named(request);
    if (!session) return notFound(reply);
    const fate = fateOf(readForm(request).get('number') ?? '');
    if (!this.#isOpen(session)) return this.#back(session, reply);
    if (fate.answer === 'authenticate') {
      return reply.redirect(`${PAGE_PATH}/${session.id}/authenticate`, 303);
    }
    session.refunds = fate.refund;
    return fate.answer === 'failed'
      ? this.#refuse(session, reply, fate.refusal ?? '')
      : this.#pay(session, reply);
  }

  #showStep(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#named(request);
    if (!session) return notFound(reply);
    if (!this.#isOpen(session)) return this.#back(session, reply);
    const checkout = this.core.checkouts.get(session.pageId);
    return sendPage(reply, authenticationPage(checkout, session.id));
  }

  #authenticate(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#named(request);
    if (!session) return notFound(reply);
    if (!this.#isOpen(session)) return this.#back(session, reply);
    return readForm(request).get('answer') === 'complete'
      ? this.#pay(session, reply)
      : this.#refuse(session, reply, UNAUTHENTICATED);
  }

  #pay(session: Session, reply: FastifyReply): FastifyReply {
    const checkout = this.core.checkouts.close(session.pageId, 'paid');
    this.sessions.answered(checkout, 'paid');
    return reply.redirect(checkout.return_url ?? `${PAGE_PATH}/${session.id}`, 303);
  }

  /** The page stays open: the payer takes another card. */
  #refuse(session: Session, reply: FastifyReply, refusal: string): FastifyReply {
    const checkout = this.core.checkouts.close(session.pageId, 'failed');
    this.sessions.answered(checkout, 'failed');
    const word = [...REFUSALS].find(([, text]) => text === refusal)?.[0] ?? '';
    return reply.redirect(`${PAGE_PATH}/${session.id}?refused=${word}`, 303);
  }

  #back(session: Session, reply: FastifyReply): FastifyReply {
    return reply.redirect(`${PAGE_PATH}/${session.id}`, 303);
  }

  #isOpen(session: Session): boolean {
    return session.status === 'open' && isPayable(this.core.checkouts.get(session.pageId));
  }

  #named(request: FastifyRequest): Session | null {
    return this.sessions.find(readParam(request, 'id'));
  }
}

/** What a page may be told after a form was posted: a word in the address, never its text. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ...Object.values(TEST_CARDS).flatMap(({ effect, refusal }) =>
    refusal === undefined ? [] : [[effect.replaceAll(' ', '-'), refusal] as const],
  ),
  ['invalid', fateOf('').refusal ?? ''],
  ['no-test-card', fateOf('4111111111111111').refusal ?? ''],
  ['unauthenticated', UNAUTHENTICATED],
]);

function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
