import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type Principal } from '../../common/index.js';
import { change } from '../../database/index.js';
import { type AddressRow, postalOf } from '../addresses/address.types.js';
import { OrderReader } from './order.reader.js';
import type { OrderMethod, OrderRow } from './order.types.js';
import { UnpaidOrders } from './unpaid-orders.service.js';

/** A placed order that is to be paid another way, or sent to another address. */
@Injectable()
export class OrderRerouting {
  constructor(
    private readonly reader: OrderReader,
    private readonly unpaid: UnpaidOrders,
    private readonly audits: Audits,
  ) {}

  /** Under the order's lock, while it is pending. */
  async reroute(
    manager: EntityManager,
    caller: Principal,
    order: OrderRow,
    { address, method }: { address: AddressRow; method: OrderMethod },
  ): Promise<OrderRow> {
    if (order.address_id === address.id && order.method === method) return order;
    await change(
      manager,
      `UPDATE orders SET method = $2, address_id = $3, ship_to = $4, version = version + 1,
         updated_at = now() WHERE id = $1`,
      [order.id, method, address.id, JSON.stringify(postalOf(address))],
    );
    await this.audits.append(manager, [
      {
        accountId: order.account_id,
        actor: actorOf(caller),
        action: 'order.rerouted',
        objectType: 'order',
        objectId: order.id,
        changes: {
          reference: order.reference,
          ...(order.method === method ? {} : { method: [order.method, method] }),
          ...(order.address_id === address.id
            ? {}
            : { shipping_address: [order.address_id, address.id] }),
        },
      },
    ]);
    const rerouted = await this.reader.read(caller, { id: order.id }, manager);
    // What waited for cash on delivery is held only for so long now.
    if (order.method !== method && order.stock_state === 'held') {
      await this.unpaid.watch(manager, rerouted);
    }
    return rerouted;
  }
}
