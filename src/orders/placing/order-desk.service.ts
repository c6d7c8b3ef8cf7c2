import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { parseObjectId, type Principal } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import type { AddressRow } from '../addresses/address.types.js';
import { Addresses } from '../addresses/addresses.service.js';
import { Carts } from '../carts/carts.service.js';
import { addressNotFound, cartEmpty } from '../order.errors.js';
import { OrderGateways } from './order-gateways.service.js';
import { OrderPlacing } from './order-placing.service.js';
import type { OrderMethod, OrderRow } from './order.types.js';

export interface WantedOrder {
  /** Id or uuid of an address of the caller's. */
  address: number | string;
  method: OrderMethod;
}

/** From a customer's cart and address to an order. */
@Injectable()
export class OrderDesk {
  constructor(
    private readonly transactions: Transactions,
    private readonly carts: Carts,
    private readonly addresses: Addresses,
    private readonly placing: OrderPlacing,
    private readonly gateways: OrderGateways,
  ) {}

  /**
   * The same claim again answers the order it made before.
   * @throws DomainError `cart_empty`, `address_not_found`, and what `OrderPlacing.place` throws.
   */
  place(caller: Principal, wanted: WantedOrder, claimId: string | null): Promise<OrderRow> {
    return this.transactions.run(async (manager) => {
      const made = await this.placing.madeByClaim(manager, claimId);
      if (made) return made;
      const order = await this.placeFromCart(manager, caller, wanted, claimId);
      if (!order) throw cartEmpty();
      return order;
    });
  }

  /** Null when the cart is empty. Two at once: the second finds it so. */
  async placeFromCart(
    manager: EntityManager,
    caller: Principal,
    wanted: WantedOrder,
    claimId: string | null,
  ): Promise<OrderRow | null> {
    const address = await this.address(manager, caller, wanted.address);
    const locked = await this.carts.lock(caller, manager);
    if (!locked) return null;
    const { cart, items } = locked;
    const order = await this.placing.place(manager, caller, {
      cart,
      items,
      address,
      method: wanted.method,
      claimId,
    });
    this.gateways.assertTakes(order);
    await this.carts.markOrdered(manager, cart, order.id);
    return order;
  }

  /** The order that the caller's last ordered cart became. */
  lastOrder(manager: EntityManager, caller: Principal): Promise<number | null> {
    return this.carts.lastOrder(caller, manager);
  }

  /** @throws DomainError `address_not_found`. */
  async address(
    manager: EntityManager,
    caller: Principal,
    value: number | string,
  ): Promise<AddressRow> {
    const id = parseObjectId(value);
    if (!id) throw addressNotFound();
    return this.addresses.read(caller, id, manager);
  }
}
