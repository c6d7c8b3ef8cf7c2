import { Money, randomToken } from '../../../common/index.js';
import { type CheckoutAnswer, isPayable } from '../../core/checkouts.store.js';
import { RecentMap } from '../../core/recent.map.js';
import { tellRefund } from '../../core/refund.notes.js';
import type { Core } from '../../sandbox.core.js';
import type {
  Credentials,
  PaymentError,
  Session,
  SessionBody,
  SessionObject,
} from './wave.types.js';

const ERRORS = {
  'insufficient-funds': "The customer's account balance is insufficient",
  'payment-failure': 'The payment failed',
} as const satisfies Record<PaymentError['code'], string>;

/** Every session, and what payer and merchant may do with one. */
export class WaveSessions {
  readonly #byId = new RecentMap<Session>();
  readonly #byPage = new RecentMap<Session>();
  readonly #byTransaction = new RecentMap<Session>();
  readonly #byReference = new RecentMap<Session[]>();

  constructor(
    private readonly core: Core,
    private readonly credentials: Credentials,
  ) {
    core.bus.subscribe(({ topic }) => {
      if (topic === 'clock') this.#expireDue();
    });
  }

  /** Opens a page. A repeated client_reference opens another: nothing says that Wave refuses it. */
  open(body: SessionBody, origin: string, wrongAmount: boolean): Session {
    const id = `cos-${randomToken(8)}`;
    const { businessName, lifetimeMs } = this.credentials;
    const query = `a=${body.amount}&c=${body.currency}&m=${encodeURIComponent(businessName)}`;
    const page = this.core.checkouts.open({
      provider: 'wave',
      merchant: businessName,
      description: 'Payment with Wave',
      amount: Money.parse(body.amount, body.currency).toString(),
      currency: body.currency,
      reference: body.client_reference ?? '',
      gateway_reference: id,
      may_retry: true,
      url: (pageId) => `${origin}/checkout/${pageId}?${query}`,
    });
    const now = this.core.clock.now();
    const session: Session = {
      id,
      body,
      pageId: page.id,
      launchUrl: page.url,
      whenCreated: now,
      whenExpires: now + lifetimeMs,
      wrongAmount,
      checkoutStatus: 'open',
      paymentStatus: 'processing',
      lastPaymentError: null,
      transactionId: null,
      whenCompleted: null,
      refunded: false,
    };
    this.#byId.set(id, session);
    this.#byPage.set(page.id, session);
    const alike = this.#byReference.get(body.client_reference ?? '') ?? [];
    this.#byReference.set(body.client_reference ?? '', [...alike, session]);
    return session;
  }

  find(id: string): Session | null {
    return this.#current(this.#byId.get(id));
  }

  findByTransaction(transactionId: string): Session | null {
    return this.#current(this.#byTransaction.get(transactionId));
  }

  findByPage(pageId: string): Session | null {
    return this.#current(this.#byPage.get(pageId));
  }

  search(reference: string): Session[] {
    const alike = reference === '' ? [] : (this.#byReference.get(reference) ?? []);
    return alike.map((session) => this.#current(session) ?? session);
  }

  /** The payer did something; the session follows. False where it was over already. */
  answer(session: Session, answer: CheckoutAnswer): boolean {
    if (session.checkoutStatus !== 'open') return false;
    if (answer === 'paid') this.complete(session);
    if (answer === 'failed') this.failTry(session, 'payment-failure');
    if (answer === 'cancelled') session.paymentStatus = 'cancelled';
    return true;
  }

  complete(session: Session): void {
    session.checkoutStatus = 'complete';
    session.paymentStatus = 'succeeded';
    session.lastPaymentError = null;
    session.whenCompleted = this.core.clock.now();
    session.transactionId = `T_${randomToken(7).toUpperCase()}`;
    this.#byTransaction.set(session.transactionId, session);
  }

  /** A try that did not work leaves the session open and payable. */
  failTry(session: Session, code: PaymentError['code']): void {
    session.lastPaymentError = { code, message: ERRORS[code] };
  }

  /** False for one that is complete or expired. */
  expire(session: Session): boolean {
    if (session.checkoutStatus !== 'open') return false;
    session.checkoutStatus = 'expired';
    const { checkouts } = this.core;
    const [page] = checkouts.list(({ id }) => id === session.pageId);
    if (page && isPayable(page)) checkouts.close(page.id, 'expired');
    return true;
  }

  /** False where there is no money to give back. A repeat changes nothing and is fine. */
  refund(session: Session): boolean {
    if (session.paymentStatus !== 'succeeded') return false;
    session.refunded = true;
    const { amount, currency, client_reference } = session.body;
    tellRefund(this.core.bus, {
      id: session.id,
      provider: 'wave',
      reference: null,
      payment_reference: client_reference,
      amount: Money.parse(amount, currency).toString(),
      currency,
      status: 'completed',
    });
    return true;
  }

  reset(): void {
    for (const map of [this.#byId, this.#byPage, this.#byTransaction]) map.clear();
    this.#byReference.clear();
  }

  #current(session: Session | undefined): Session | null {
    if (!session) return null;
    if (session.whenExpires <= this.core.clock.now()) this.expire(session);
    return session;
  }

  #expireDue(): void {
    const pages = this.core.checkouts.list((page) => page.provider === 'wave' && isPayable(page));
    for (const { id } of pages) this.findByPage(id);
  }
}

/** As Wave writes it: UTC, whole seconds. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function toObject(session: Session, { businessName }: Credentials): SessionObject {
  const { body } = session;
  return {
    id: session.id,
    amount: body.amount,
    checkout_status: session.checkoutStatus,
    client_reference: body.client_reference,
    currency: body.currency,
    error_url: body.error_url,
    last_payment_error: session.lastPaymentError,
    business_name: businessName,
    payment_status: session.paymentStatus,
    success_url: body.success_url,
    wave_launch_url: session.launchUrl,
    when_completed: session.whenCompleted === null ? null : timeOf(session.whenCompleted),
    when_created: timeOf(session.whenCreated),
    when_expires: timeOf(session.whenExpires),
    transaction_id: session.transactionId,
    aggregated_merchant_id: body.aggregated_merchant_id,
    restrict_payer_mobile: body.restrict_payer_mobile,
  };
}

/** Another amount than was asked for: half of it. */
export function withWrongAmount(object: SessionObject): SessionObject {
  const amount = BigInt(object.amount);
  return { ...object, amount: String(amount > 1n ? amount / 2n : amount + 1n) };
}
