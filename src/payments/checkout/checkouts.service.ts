import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { GatewayCall } from '../attempts/gateway-call.service.js';
import { PaymentReader } from '../payment-reader.service.js';
import { CheckoutOpening } from './checkout-opening.service.js';
import type { CheckoutOrder, StartedCheckout } from './checkout.types.js';
import { Superseding } from './superseding.service.js';

/** Failures of a gateway at the start, which document 004 answers as 400 with the gateway's words. */
const AT_THE_GATEWAY = new Set(['gateway_declined', 'gateway_rejected', 'gateway_misconfigured']);

/** One endpoint to pay: a hosted page or a prompt for all that is owed. */
@Injectable()
export class Checkouts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly opening: CheckoutOpening,
    private readonly superseding: Superseding,
    private readonly gateway: GatewayCall,
    private readonly reader: PaymentReader,
  ) {}

  /**
   * Called again for the same unpaid thing it answers the running attempt: no second page, no second
   * prompt. Another gateway's open page is superseded.
   */
  async start(order: CheckoutOrder): Promise<StartedCheckout> {
    await this.clearTheWay(order);
    try {
      const { actor, provider, network, claimId, payer, returnUrl } = order;
      const started = await this.gateway.start(
        { actor, provider, network, claimId, payer, returnUrl, phone: () => order.phone },
        (manager) => this.opening.open(manager, order),
      );
      return await this.reader.started(started.attemptId);
    } catch (error) {
      throw inWordsOf004(error, order.provider.name);
    }
  }

  private async clearTheWay(order: CheckoutOrder): Promise<void> {
    const running = await this.opening.running(this.dataSource, order.payable);
    if (!running) return;
    // A page whose address was lost with the gateway's answer cannot be handed out again.
    const lost =
      running.status === 'unknown' &&
      running.checkout_url === null &&
      order.provider.capabilities.flow === 'redirect';
    if (running.provider !== order.provider.code || lost) await this.superseding.supersede(running);
  }
}

function inWordsOf004(error: unknown, gateway: string): unknown {
  if (!(error instanceof DomainError) || !AT_THE_GATEWAY.has(error.code)) return error;
  return new DomainError('refused', error.code, `Failed to initiate payment with ${gateway}`, {
    ...error.extra,
    cause: error,
  });
}
