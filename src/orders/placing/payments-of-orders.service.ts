import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError, type Principal } from '../../common/index.js';
import { Checkouts, PaymentEndings, PaymentReader, Payments } from '../../payments/index.js';
import { toPayable } from './order.payable.js';
import type { OrderRow } from './order.types.js';

/** What somebody is about to pay for an order. */
@Injectable()
export class PaymentsOfOrders {
  constructor(
    private readonly reader: PaymentReader,
    private readonly endings: PaymentEndings,
    private readonly payments: Payments,
    private readonly checkouts: Checkouts,
  ) {}

  /** A payment that was announced another way, and not tried, follows the order's method. */
  async nameMethod(caller: Principal, order: OrderRow): Promise<void> {
    if (await this.reader.hasOpenAttempt('order', order.id)) return;
    for (const payment of await this.reader.underWay('order', order.id)) {
      if (payment.status !== 'pending' || payment.payment_method === order.method) continue;
      await this.payments.change(caller, { id: payment.id }, { method: order.method });
    }
  }

  /**
   * Closes the page that waits for the payer, and ends what was announced and not tried.
   * @throws DomainError 409 while a gateway is at work that cannot be stopped.
   */
  async withdraw(caller: Principal, order: OrderRow): Promise<void> {
    await this.checkouts.abandon(toPayable(order));
    for (const payment of await this.reader.underWay('order', order.id)) {
      await this.endings.cancel(caller, payment);
    }
  }

  /** Under the order's lock, where no other can begin. @throws DomainError 409 `attempt_in_progress`. */
  async assertNoneUnderWay(manager: EntityManager, order: OrderRow): Promise<void> {
    const payments = await this.reader.underWay('order', order.id, manager);
    if (payments.length === 0 && !(await this.reader.hasOpenAttempt('order', order.id, manager))) {
      return;
    }
    throw new DomainError(
      'conflict',
      'attempt_in_progress',
      'A payment for this order is under way: wait for its outcome',
      { retryAfterS: 5 },
    );
  }
}
