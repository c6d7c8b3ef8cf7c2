import { Injectable } from '@nestjs/common';
import { actorOf, DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { Users } from '../../identity/index.js';
import { type MobileNetwork, type PaymentProvider, Providers } from '../../providers/index.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { PaymentReader } from '../payment-reader.service.js';
import { isPaid } from '../payment.state.js';
import { alreadyCompleted } from '../payment.errors.js';
import { AttemptOpening, type AttemptOrder } from './attempt-opening.service.js';
import { GatewayCall } from './gateway-call.service.js';
import { payerPhone } from './payer-phone.js';

/** Methods that a phone prompt can serve. */
const PROMPT_METHODS = new Set(['mobile_money', 'online']);

export interface InitiatedPrompt {
  payment: PaymentRow;
  attempt: AttemptRow;
  acknowledged: boolean;
}

/** `initiate-gateway` of document 002: a prompt on the payer's phone. */
@Injectable()
export class InitiateGateway {
  constructor(
    private readonly reader: PaymentReader,
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly opening: AttemptOpening,
    private readonly gateway: GatewayCall,
  ) {}

  async initiate(
    caller: Principal,
    id: ObjectId,
    network: MobileNetwork | null,
    claimId: string | null,
  ): Promise<InitiatedPrompt> {
    const payment = await this.reader.payment(caller, id);
    if (isPaid(payment.status)) throw alreadyCompleted();
    if (!PROMPT_METHODS.has(payment.payment_method)) {
      throw new DomainError(
        'refused',
        'method_without_prompt',
        `A ${payment.payment_method} payment is not paid by phone prompt: set payment_method to mobile_money`,
      );
    }
    const chosen = network ?? payment.mobile_money_provider;
    const profile =
      caller.role === 'customer' ? ((await this.users.find(caller.userId))?.phone ?? null) : null;
    const order: AttemptOrder = {
      actor: actorOf(caller),
      claimId,
      provider: this.promptProvider(payment.currency, chosen),
      network: chosen,
      phone: (payable) => payerPhone(caller.role, profile, payable.customerPhone),
    };
    const started = await this.gateway.start(order, (manager) =>
      this.opening.open(manager, payment, order),
    );
    return {
      payment: await this.reader.payment(caller, { id: payment.id }),
      attempt: await this.reader.attempt(caller, { id: started.attemptId }),
      acknowledged: started.acknowledged,
    };
  }

  private promptProvider(currency: string, network: MobileNetwork | null): PaymentProvider {
    const candidates = this.providers
      .enabled()
      .filter(
        ({ capabilities }) =>
          capabilities.flow === 'prompt' && capabilities.currencies.includes(currency),
      );
    const provider =
      candidates.find(({ capabilities }) => network && capabilities.networks.includes(network)) ??
      candidates[0];
    if (!provider) {
      throw new DomainError(
        'refused',
        'no_gateway_for_currency',
        `No gateway that prompts phones takes ${currency} here`,
      );
    }
    return provider;
  }
}
