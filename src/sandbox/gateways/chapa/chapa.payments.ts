import { randomBytes } from 'node:crypto';
import type { Checkout, CheckoutAnswer } from '../../core/checkouts.store.js';
import { RecentMap } from '../../core/recent.map.js';
import type { Core } from '../../sandbox.core.js';
import type { ChapaNotifier } from './chapa.notifier.js';
import { decimal, type Order, type Payment, type PaymentStatus } from './chapa.types.js';

const PROVIDER = 'chapa';
/** The business behind the key, as AzamPay's stand-in calls it too. */
const MERCHANT = 'malipo-sandbox';
/** How long a page can be paid, and how often a payer may try. */
const LIFETIME_MS = 3_600_000;
const MAX_TRIES = 10;

/** Orders, their pages, and what becomes of them. */
export class ChapaPayments {
  readonly #byTxRef = new RecentMap<Payment>();
  readonly #byCheckout = new RecentMap<Payment>();
  readonly #byReference = new RecentMap<Payment>();

  constructor(
    private readonly core: Core,
    private readonly notifier: ChapaNotifier,
  ) {}

  find(txRef: string): Payment | null {
    const payment = this.#byTxRef.get(txRef) ?? null;
    if (payment) this.#expire(payment);
    return payment;
  }

  /** By Chapa's reference or the merchant's: sources disagree on which a refund takes. */
  findForRefund(name: string): Payment | null {
    return this.#byReference.get(name) ?? this.find(name);
  }

  /** Opens a page under `origin`. The caller has made sure that the reference is new. */
  open(
    order: Order,
    origin: string,
    odd: { noMoney: boolean; wrongAmount: boolean },
  ): { payment: Payment; url: string } {
    const { checkouts, clock } = this.core;
    const checkout = checkouts.open({
      provider: PROVIDER,
      merchant: MERCHANT,
      description: order.description ?? order.title ?? '',
      amount: decimal(order.amountMinor),
      currency: order.currency,
      reference: order.txRef,
      gateway_reference: '',
      may_retry: true,
      url: (id) => `${origin}/checkout/${id}`,
    });
    const payment: Payment = {
      order,
      checkoutId: checkout.id,
      createdAt: clock.now(),
      reference: null,
      status: 'unpaid',
      tries: 0,
      updatedAt: clock.now(),
      looks: 0,
      ...odd,
    };
    this.#byTxRef.set(order.txRef, payment);
    this.#byCheckout.set(checkout.id, payment);
    return { payment, url: checkout.url };
  }

  /** The payer did something on the page. */
  answered(checkout: Checkout, answer: CheckoutAnswer): void {
    const payment = this.#byCheckout.get(checkout.id);
    if (!payment) return;
    if (this.#isOver(payment)) {
      Object.assign(checkout, { status: 'expired', may_retry: false });
      return;
    }
    const status = this.#outcome(payment, answer);
    if (status === 'failed') checkout.status = 'failed';
    checkout.may_retry = payment.tries < MAX_TRIES;
    checkout.return_url = payment.order.returnUrl;
    this.core.bus.publish('checkout', checkout);
    const event = status === 'success' ? 'charge.success' : 'charge.failed/cancelled';
    this.notifier.tellLater(payment, event);
  }

  /** Pays by itself and lets the product know before the order is answered. */
  async payBeforeReply(payment: Payment): Promise<void> {
    const checkout = this.core.checkouts.close(payment.checkoutId, 'paid');
    checkout.return_url = payment.order.returnUrl;
    const status = this.#outcome(payment, 'paid');
    const event = status === 'success' ? 'charge.success' : 'charge.failed/cancelled';
    await this.notifier.tellBeforeReply(payment, event);
  }

  /** Only what can still be paid: the page dies at once. False when it is too late. */
  cancel(payment: Payment): boolean {
    this.#expire(payment);
    const checkout = this.core.checkouts.get(payment.checkoutId);
    if (checkout.status !== 'open' && !(checkout.status === 'failed' && checkout.may_retry)) {
      return false;
    }
    this.core.checkouts.close(checkout.id, 'cancelled');
    checkout.may_retry = false;
    payment.status = 'failed/cancelled';
    payment.updatedAt = this.core.clock.now();
    return true;
  }

  reset(): void {
    for (const map of [this.#byTxRef, this.#byCheckout, this.#byReference]) map.clear();
  }

  #outcome(payment: Payment, answer: CheckoutAnswer): PaymentStatus {
    const outcomes = { paid: 'success', failed: 'failed', cancelled: 'failed/cancelled' } as const;
    payment.status = answer === 'paid' && payment.noMoney ? 'failed' : outcomes[answer];
    payment.tries += 1;
    payment.updatedAt = this.core.clock.now();
    payment.reference ??= newReference('AP');
    this.#byReference.set(payment.reference, payment);
    return payment.status;
  }

  #expire(payment: Payment): void {
    if (!this.#isOver(payment)) return;
    const [checkout] = this.core.checkouts.list(({ id }) => id === payment.checkoutId);
    if (checkout?.status === 'open') this.core.checkouts.close(checkout.id, 'expired');
    if (checkout) checkout.may_retry = false;
  }

  #isOver({ createdAt, status }: Payment): boolean {
    const open = status !== 'success' && status !== 'refunded';
    return open && this.core.clock.now() >= createdAt + LIFETIME_MS;
  }
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Such as `APezQ1KKswbb`. */
export function newReference(prefix: string): string {
  return prefix + [...randomBytes(10)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
