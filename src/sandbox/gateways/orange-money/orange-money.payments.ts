import { randomBytes, randomInt } from 'node:crypto';
import { CURRENCIES, Money } from '../../../common/index.js';
import { type Checkout, type CheckoutAnswer, isPayable } from '../../core/checkouts.store.js';
import { wait } from '../../core/background.js';
import { RecentMap } from '../../core/recent.map.js';
import type { Core } from '../../sandbox.core.js';
import type { OrangeNotifier } from './orange-money.notifier.js';
import {
  type Behaviour,
  type OrderBody,
  type Payment,
  type PaymentStatus,
  USUAL,
  VALIDITY_MS,
} from './orange-money.types.js';

export const PAGE_PATH = '/orange-money/payment/pay_token';
export const MERCHANT = 'Malipo Sandbox';

/** Every order, and what a payer may do with one. */
export class OrangePayments {
  readonly #byToken = new RecentMap<Payment>();
  readonly #byOrder = new RecentMap<Payment>();
  readonly #byPage = new RecentMap<Payment>();
  behaviour: Behaviour = { ...USUAL };

  constructor(
    private readonly core: Core,
    private readonly notifier: OrangeNotifier,
  ) {}

  /** Order ids are used up for ever. */
  hasOrder(orderId: string): boolean {
    return this.#byOrder.get(orderId) !== undefined;
  }

  open(order: OrderBody, origin: string, wrongAmount: boolean): Payment {
    const payToken = randomBytes(32).toString('hex');
    const merchant = order.reference ?? MERCHANT;
    const page = this.core.checkouts.open({
      provider: 'orange_money',
      merchant,
      description: 'Orange Money Web Payment',
      amount: decimal(order),
      currency: order.currency,
      reference: order.order_id,
      gateway_reference: payToken,
      url: () => `${origin}${PAGE_PATH}/${payToken}`,
    });
    const payment: Payment = {
      order,
      payToken,
      notifToken: randomBytes(16).toString('hex'),
      pageId: page.id,
      paymentUrl: page.url,
      createdAt: this.core.clock.now(),
      amount: wrongAmount ? order.amount + 1 : order.amount,
      status: 'INITIATED',
      txnid: null,
    };
    this.#byToken.set(payToken, payment);
    this.#byOrder.set(order.order_id, payment);
    this.#byPage.set(page.id, payment);
    return payment;
  }

  find(payToken: string): Payment | null {
    return this.#byToken.get(payToken) ?? null;
  }

  /** As a query tells it. */
  statusOf(payment: Payment): PaymentStatus {
    const { expires_by_itself: expires, slow } = this.behaviour;
    if (expires && payment.status === 'INITIATED' && this.#isOver(payment)) {
      payment.status = 'EXPIRED';
      const { checkouts } = this.core;
      if (isPayable(checkouts.get(payment.pageId))) checkouts.close(payment.pageId, 'expired');
    }
    return slow && payment.status === 'SUCCESS' ? 'PENDING' : payment.status;
  }

  /** The payer left the page in this way. */
  answered(checkout: Checkout, answer: CheckoutAnswer): void {
    const payment = this.#byPage.get(checkout.id);
    if (!payment) return;
    const { return_url: back, cancel_url: cancelled } = payment.order;
    checkout.return_url = answer === 'cancelled' ? cancelled : back;
    // Who turns back has not confirmed: Orange goes on waiting.
    if (answer === 'cancelled') return;
    if (this.#isOver(payment)) {
      payment.status = 'EXPIRED';
      checkout.status = 'expired';
      return;
    }
    this.#settle(payment, answer === 'paid' ? 'SUCCESS' : 'FAILED');
  }

  /** The payer confirms before the order is even answered. */
  async payBeforeReply(payment: Payment): Promise<void> {
    const page = this.core.checkouts.close(payment.pageId, 'paid');
    page.return_url = payment.order.return_url;
    succeed(payment);
    await this.notifier.tellBeforeReply(payment);
  }

  /** The payer confirms after a while, without the money. */
  failByItself(payment: Payment): void {
    const { background, settings, checkouts } = this.core;
    background.run(async (signal) => {
      await wait(settings.timings.autoAnswerDelayMs, signal);
      if (payment.status !== 'INITIATED' || !isPayable(checkouts.get(payment.pageId))) return;
      checkouts.close(payment.pageId, 'failed').return_url = payment.order.return_url;
      this.#settle(payment, 'FAILED');
    });
  }

  reset(): void {
    for (const map of [this.#byToken, this.#byOrder, this.#byPage]) map.clear();
    this.behaviour = { ...USUAL };
  }

  #settle(payment: Payment, outcome: 'SUCCESS' | 'FAILED'): void {
    if (outcome === 'SUCCESS') succeed(payment);
    else payment.status = 'FAILED';
    this.notifier.tellLater(payment, outcome);
  }

  #isOver({ createdAt }: Payment): boolean {
    return this.core.clock.now() > createdAt + VALIDITY_MS;
  }
}

function succeed(payment: Payment): void {
  payment.status = 'SUCCESS';
  payment.txnid = newTransactionId();
}

/** Like `MP150709.1341.A00073`: day, time and a number. */
function newTransactionId(): string {
  const [day = '', time = ''] = new Date().toISOString().split('T');
  const number = String(randomInt(100_000)).padStart(5, '0');
  return `MP${day.slice(2).replaceAll('-', '')}.${time.slice(0, 5).replace(':', '')}.A${number}`;
}

/** With the currency's decimals; OUV has none. */
function decimal({ amount, currency }: OrderBody): string {
  return CURRENCIES.has(currency) ? Money.parse(amount, currency).toString() : String(amount);
}
