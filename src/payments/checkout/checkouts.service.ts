import { Injectable } from '@nestjs/common';
import { GatewayCall } from '../attempts/gateway-call.service.js';
import type { Payable } from '../payable.port.js';
import { PaymentReader } from '../payment-reader.service.js';
import { CheckoutOpening } from './checkout-opening.service.js';
import type { CheckoutOrder, StartedCheckout } from './checkout.types.js';
import { CashCheckouts } from '../tenders/cash-checkouts.service.js';
import { isCash } from './provider-choice.js';
import { Superseding } from './superseding.service.js';

/** One endpoint to pay: a hosted page or a prompt for all that is owed. */
@Injectable()
export class Checkouts {
  constructor(
    private readonly opening: CheckoutOpening,
    private readonly superseding: Superseding,
    private readonly gateway: GatewayCall,
    private readonly reader: PaymentReader,
    private readonly cash: CashCheckouts,
  ) {}

  /**
   * Called again for the same unpaid thing it answers the running attempt: no second page, no second
   * prompt. Another gateway's open page is superseded.
   */
  async start(order: CheckoutOrder): Promise<StartedCheckout> {
    await this.clearTheWay(order);
    if (isCash(order.provider)) {
      return this.reader.started((await this.cash.start(order)).attemptId);
    }
    const { actor, provider, network, claimId, payer, returnUrl } = order;
    const started = await this.gateway.start(
      { actor, provider, network, claimId, payer, returnUrl, phone: () => order.phone },
      (manager) => this.opening.open(manager, order),
    );
    return this.reader.started(started.attemptId);
  }

  /**
   * Closes the page on which this would be paid, for something that is not wanted any more. Money that
   * arrives all the same is unallocated.
   * @throws DomainError 409 for an open prompt, which cannot be taken back.
   */
  async abandon(payable: Payable): Promise<void> {
    const running = await this.opening.runningNow(payable);
    if (running) await this.superseding.supersede(running, 'What it was for was called off');
  }

  private async clearTheWay(order: CheckoutOrder): Promise<void> {
    const running = await this.opening.runningNow(order.payable);
    if (!running) return;
    // A page whose address was lost with the gateway's answer cannot be handed out again.
    const lost =
      (running.status === 'unknown' || running.status === 'pending') &&
      running.checkout_url === null &&
      order.provider.capabilities.flow === 'redirect';
    const sameGateway = running.provider === order.provider.code;
    if (sameGateway && (!lost || (await this.superseding.recover(running)))) return;
    await this.superseding.supersede(running);
  }
}
