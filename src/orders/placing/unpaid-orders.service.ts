import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import { Outbox } from '../../database/index.js';
import type { OrderRow } from './order.types.js';

/** Outbox topic of the look at an order that may have been left unpaid; payload `{ orderId }`. */
export const ORDER_UNPAID = 'order.unpaid';

/** Goods are not held for ever: each order that somebody must pay for first is looked at when its time is over. */
@Injectable()
export class UnpaidOrders {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'orders'>,
    private readonly outbox: Outbox,
  ) {}

  /** Each time stock was held. Cash on delivery is paid when the goods arrive, so they stay held. */
  async watch(
    manager: EntityManager,
    order: Pick<OrderRow, 'id' | 'version' | 'method'>,
  ): Promise<void> {
    if (order.method === 'COD') return;
    await this.outbox.add(manager, {
      topic: ORDER_UNPAID,
      key: `${order.id}-${order.version}`,
      payload: { orderId: order.id },
      delayS: this.config.orders.unpaidLifetimeS,
    });
  }
}
