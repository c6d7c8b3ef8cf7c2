import { Injectable } from '@nestjs/common';
import { Money } from '../../common/index.js';
import { type PaymentProvider, Providers } from '../../providers/index.js';
import { currencyNotTaken, gatewayNotConfigured } from '../order.errors.js';
import { toPayable } from './order.payable.js';
import type { OrderRow } from './order.types.js';

/** Whether an order can be paid the way its method says; asked before anything is written for good. */
@Injectable()
export class OrderGateways {
  constructor(private readonly providers: Providers) {}

  /** @throws DomainError `gateway_not_configured`. */
  stripe(): PaymentProvider {
    const provider = this.providers.get('stripe');
    if (!provider.enabled) throw gatewayNotConfigured(provider.name);
    return provider;
  }

  /**
   * Cash on delivery needs no gateway; an online order any that takes its currency.
   * @throws DomainError `gateway_not_configured`, `unsupported_currency`, or the gateway's own rule.
   */
  assertTakes(order: OrderRow): void {
    if (order.method === 'stripe') this.assertStripeTakes(order);
    if (order.method === 'ONLINE') this.assertOnlineTakes(order);
  }

  private assertStripeTakes(order: OrderRow): void {
    const provider = this.stripe();
    if (!provider.capabilities.currencies.includes(order.currency)) {
      throw currencyNotTaken(provider.name, order.currency);
    }
    const payable = toPayable(order);
    provider.check({
      amount: Money.ofMinor(order.total_minor, order.currency),
      phone: null,
      network: null,
      description: payable.title,
      customer: { name: payable.customerName, email: payable.customerEmail },
      returnUrl: null,
    });
  }

  private assertOnlineTakes({ currency }: OrderRow): void {
    const online = this.providers
      .enabled()
      .filter(({ capabilities }) =>
        capabilities.methods.some((one) => one.toLowerCase() === 'online'),
      );
    if (online.length === 0) throw gatewayNotConfigured('Online payment');
    if (!online.some(({ capabilities }) => capabilities.currencies.includes(currency))) {
      throw currencyNotTaken('Online payment', currency);
    }
  }
}
