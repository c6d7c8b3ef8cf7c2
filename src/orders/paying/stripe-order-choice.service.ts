import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { parseObjectId, type Principal } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import { alreadyPaid, cartEmpty, notPayable, orderNotFound } from '../order.errors.js';
import { OrderDesk } from '../placing/order-desk.service.js';
import { OrderGateways } from '../placing/order-gateways.service.js';
import { OrderReader } from '../placing/order.reader.js';
import { OrderRerouting } from '../placing/order-rerouting.service.js';
import type { OrderRow } from '../placing/order.types.js';
import type { CreateStripeOrderDto } from './stripe-order.dto.js';

/**
 * Which order a Checkout session is for: the one named, else what is in the cart. With an empty cart it is
 * the order that the cart became last, so that a repeated request, or one after a failure, goes on where the
 * first one was.
 */
@Injectable()
export class StripeOrderChoice {
  constructor(
    private readonly transactions: Transactions,
    private readonly desk: OrderDesk,
    private readonly reader: OrderReader,
    private readonly rerouting: OrderRerouting,
    private readonly gateways: OrderGateways,
  ) {}

  /**
   * Committed before Stripe is asked: what the cart holds afterwards changes nothing in it.
   * @throws DomainError 404 for what is not the caller's, 400 `payment_already_completed`, `cart_empty`…
   */
  choose(
    caller: Principal,
    wanted: CreateStripeOrderDto,
    claimId: string | null,
  ): Promise<OrderRow> {
    const { shipping_address: address } = wanted;
    return this.transactions.run(async (manager) => {
      if (wanted.order !== undefined && wanted.order !== null) {
        const id = parseObjectId(wanted.order);
        if (!id) throw orderNotFound();
        return this.pending(
          manager,
          caller,
          await this.reader.lockOwn(caller, id, manager),
          address,
        );
      }
      const made = await this.reader.madeByClaim(manager, claimId);
      const placed =
        made ??
        (await this.desk.placeFromCart(manager, caller, { address, method: 'stripe' }, claimId));
      return placed ?? this.last(manager, caller, address);
    });
  }

  private async last(
    manager: EntityManager,
    caller: Principal,
    address: number | string,
  ): Promise<OrderRow> {
    const id = await this.desk.lastOrder(manager, caller);
    if (id === null) throw cartEmpty();
    const order = await this.reader.lockOwn(caller, { id }, manager);
    if (order.status !== 'pending' || order.method !== 'stripe') throw cartEmpty();
    return this.pending(manager, caller, order, address);
  }

  private async pending(
    manager: EntityManager,
    caller: Principal,
    order: OrderRow,
    address: number | string,
  ): Promise<OrderRow> {
    if (order.status === 'paid') throw alreadyPaid();
    if (order.status !== 'pending') throw notPayable(order.status);
    const rerouted = await this.rerouting.reroute(manager, caller, order, {
      address: await this.desk.address(manager, caller, address),
      method: 'stripe',
    });
    this.gateways.assertTakes(rerouted);
    return rerouted;
  }
}
