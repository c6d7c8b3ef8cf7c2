import { Injectable } from '@nestjs/common';
import { actorOf, DomainError, type Principal } from '../../common/index.js';
import { Checkouts } from '../../payments/index.js';
import { sessionUnknown } from '../order.errors.js';
import { OrderGateways } from '../placing/order-gateways.service.js';
import { toPayable } from '../placing/order.payable.js';
import type { OrderRow } from '../placing/order.types.js';
import { PaymentsOfOrders } from '../placing/payments-of-orders.service.js';
import type { CreateStripeOrderDto, StripeOrderDto } from './stripe-order.dto.js';
import { StripeOrderChoice } from './stripe-order-choice.service.js';

/** `create-stripe-order` of document 003: an order, its payment and the Checkout session that takes the money. */
@Injectable()
export class StripeOrders {
  constructor(
    private readonly choice: StripeOrderChoice,
    private readonly gateways: OrderGateways,
    private readonly payments: PaymentsOfOrders,
    private readonly checkouts: Checkouts,
  ) {}

  /**
   * One running session per order, handed out again. When Stripe could not be asked the order stays pending
   * and is named in the answer; the same request, or one that names it, tries again.
   */
  async start(
    caller: Principal,
    wanted: CreateStripeOrderDto,
    claimId: string | null,
  ): Promise<StripeOrderDto> {
    const provider = this.gateways.stripe();
    const order = await this.choice.choose(caller, wanted, claimId);
    try {
      await this.payments.nameMethod(caller, order);
      const { payment, attempt } = await this.checkouts.start({
        actor: actorOf(caller),
        caller,
        amountMinor: null,
        provider,
        payable: toPayable(order),
        method: 'stripe',
        network: null,
        phone: null,
        payer: { name: null, email: null },
        returnUrl: null,
        // The claim is the order's; its session may be started more than once.
        claimId: null,
      });
      const { gateway_transaction_id: id, checkout_url: url } = attempt;
      if (id === null || url === null) throw sessionUnknown();
      return { id, url, order: order.id, payment: payment.id };
    } catch (error) {
      throw named(error, order);
    }
  }
}

/** Which order waits, so that the client can name it when it tries again. */
function named(error: unknown, order: OrderRow): unknown {
  if (!(error instanceof DomainError)) return error;
  const { kind, code, message, extra } = error;
  return new DomainError(kind, code, message, {
    ...extra,
    body: { ...extra.body, order: order.id },
    cause: error,
  });
}
