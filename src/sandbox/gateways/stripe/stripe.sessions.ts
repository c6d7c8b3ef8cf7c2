import { Money, randomToken } from '../../../common/index.js';
import { type Checkout, type CheckoutAnswer, isPayable } from '../../core/checkouts.store.js';
import { RecentMap } from '../../core/recent.map.js';
import type { Core } from '../../sandbox.core.js';
import type { StripeEvents } from './stripe.events.js';
import { sessionObject } from './stripe.objects.js';
import { PAGE_PATH } from './stripe.page.js';
import { decimalsOf } from './stripe.reader.js';
import type { Credentials, Session, SessionOrder } from './stripe.types.js';

const LIFETIME_MS = 86_400_000;

/** Every session, and what payer and merchant may do with one. */
export class StripeSessions {
  readonly #byId = new RecentMap<Session>();
  readonly #byPage = new RecentMap<Session>();
  readonly #byIntent = new RecentMap<Session>();

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
    private readonly events: StripeEvents,
  ) {
    core.bus.subscribe(({ topic }) => {
      if (topic === 'clock') this.#expireDue();
    });
  }

  open(order: SessionOrder, origin: string, wrongAmount: boolean): Session {
    const id = `cs_${this.credentials.live ? 'live' : 'test'}_${randomToken(20)}`;
    const page = this.core.checkouts.open({
      provider: 'stripe',
      merchant: 'Malipo Sandbox',
      description: order.product,
      amount: majorOf(order),
      currency: order.currency.toUpperCase(),
      reference: order.clientReference ?? '',
      gateway_reference: id,
      may_retry: true,
      // Stripe's addresses are worthless without what stands behind their #.
      url: () => `${origin}${PAGE_PATH}/${id}#fid${randomToken(12)}`,
    });
    const now = this.core.clock.now();
    const session: Session = {
      id,
      order,
      pageId: page.id,
      url: page.url,
      created: now,
      expiresAt: now + LIFETIME_MS,
      wrongAmount,
      status: 'open',
      paid: false,
      refunds: 'succeeds',
      intent: null,
    };
    this.#byId.set(id, session);
    this.#byPage.set(page.id, session);
    return session;
  }

  find(id: string): Session | null {
    return this.#current(this.#byId.get(id));
  }

  findByIntent(id: string): Session | null {
    return this.#byIntent.get(id) ?? null;
  }

  /** The payer did something on the page. */
  answered(checkout: Checkout, answer: CheckoutAnswer): void {
    const session = this.#current(this.#byPage.get(checkout.id));
    if (!session) return;
    if (session.status !== 'open') {
      // It expired while the payer looked at it.
      checkout.status = 'expired';
      return;
    }
    if (answer === 'cancelled') {
      // The payer is led away, and may come back: the page can be paid still.
      checkout.status = 'open';
      checkout.return_url = session.order.cancelUrl;
    }
    // A declined card leads nowhere: the payer stays on the page.
    if (answer !== 'paid') return;
    this.#pay(session, checkout);
    this.#tellPaid(session);
  }

  async payBeforeReply(session: Session): Promise<void> {
    this.#pay(session, this.core.checkouts.close(session.pageId, 'paid'));
    const object = sessionObject(session, this.credentials);
    await this.events.tellBeforeReply({ type: 'checkout.session.completed', object });
  }

  /** False for one that is complete or expired. */
  expire(session: Session): boolean {
    if (session.status !== 'open') return false;
    session.status = 'expired';
    const { checkouts } = this.core;
    const [page] = checkouts.list(({ id }) => id === session.pageId);
    if (page && isPayable(page)) checkouts.close(page.id, 'expired');
    const object = sessionObject(session, this.credentials);
    this.events.tellLater({ type: 'checkout.session.expired', object }, this.events.nextFault());
    return true;
  }

  reset(): void {
    for (const map of [this.#byId, this.#byPage, this.#byIntent]) map.clear();
  }

  #pay(session: Session, checkout: Checkout): void {
    session.status = 'complete';
    session.paid = true;
    session.intent = { id: `pi_${randomToken(12)}`, charge: `ch_${randomToken(12)}` };
    this.#byIntent.set(session.intent.id, session);
    checkout.return_url = session.order.successUrl.replace('{CHECKOUT_SESSION_ID}', session.id);
  }

  /** Out of order: the money of a slow method is told before the order of it. */
  #tellPaid(session: Session): void {
    const fault = this.events.nextFault();
    const object = sessionObject(session, this.credentials);
    const completed = { type: 'checkout.session.completed', object };
    if (fault !== 'out_of_order') return this.events.tellLater(completed, fault);
    const unpaid = { ...object, payment_status: 'unpaid' };
    this.events.tellLater({ type: 'checkout.session.async_payment_succeeded', object }, 'normal', {
      ...completed,
      object: unpaid,
    });
  }

  #current(session: Session | undefined): Session | null {
    if (!session) return null;
    if (session.expiresAt <= this.core.clock.now()) this.expire(session);
    return session;
  }

  #expireDue(): void {
    const pages = this.core.checkouts.list((page) => page.provider === 'stripe' && isPayable(page));
    for (const { id } of pages) this.#current(this.#byPage.get(id));
  }
}

/** For people: the currency's own decimals, which differ from the wire's for some. */
export function majorOf({ amount, currency }: Pick<SessionOrder, 'amount' | 'currency'>): string {
  const decimals = decimalsOf(currency);
  const digits = amount.toString().padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const { exponent } = Money.currency(currency);
  const fraction = digits.slice(cut).slice(0, exponent);
  return fraction === '' ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${fraction}`;
}
