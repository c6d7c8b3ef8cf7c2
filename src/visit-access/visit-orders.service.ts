import { Injectable } from '@nestjs/common';
import { actorOf, type Principal } from '../common/index.js';
import { Users } from '../identity/index.js';
import type { CheckoutOrder, Payable } from '../payments/index.js';
import { type MobileNetwork, type PaymentProvider, Providers } from '../providers/index.js';
import { networkMissing, networkNotServed, noGateway, phoneMissing } from './visit.errors.js';
import { VisitPayable } from './visit.payable.js';
import type { VISIT_METHODS } from './visit-requests.dto.js';

export interface WantedVisit {
  method: (typeof VISIT_METHODS)[number];
  network: MobileNetwork | null;
}

/** Decides by which gateway and on which phone a visit is paid; writes nothing and asks no gateway. */
@Injectable()
export class VisitOrders {
  constructor(
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly payable: VisitPayable,
  ) {}

  /**
   * Whoever pays for a visit pays on their own phone, staff too (document 002, "smart phone logic").
   * @throws DomainError 400 that names the field, or says where to enter a phone number.
   */
  async decide(
    caller: Principal,
    currency: string,
    { method, network }: WantedVisit,
  ): Promise<Omit<CheckoutOrder, 'payable' | 'claimId'>> {
    if (method === 'mobile_money' && network === null) throw networkMissing();
    const provider = this.promptProvider(currency, network);
    const visitor = await this.users.find(caller.userId);
    if (!visitor?.phone) throw phoneMissing();
    return {
      actor: actorOf(caller),
      caller,
      provider,
      amountMinor: null,
      method,
      network,
      phone: visitor.phone,
      payer: { name: null, email: null },
      returnUrl: null,
    };
  }

  /** @throws Error when the visit is gone. */
  async payableOf(visitId: number): Promise<Payable> {
    const payable = await this.payable.find({ id: visitId });
    if (!payable) throw new Error(`visit ${visitId} does not exist`);
    return payable;
  }

  private promptProvider(currency: string, network: MobileNetwork | null): PaymentProvider {
    const candidates = this.providers
      .enabled()
      .filter(
        ({ capabilities }) =>
          capabilities.flow === 'prompt' && capabilities.currencies.includes(currency),
      );
    if (candidates.length === 0) throw noGateway(currency);
    const networks = [...new Set(candidates.flatMap(({ capabilities }) => capabilities.networks))];
    const provider = candidates.find(
      ({ capabilities }) => network === null || capabilities.networks.includes(network),
    );
    if (!provider) throw networkNotServed(networks);
    return provider;
  }
}
