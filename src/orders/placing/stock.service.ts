import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { change } from '../../database/index.js';
import type { OrderRow, StockState } from './order.types.js';

interface Line {
  product_id: number;
  name: string;
  quantity: number;
  available: number;
}

/**
 * The one way goods move between shelf, orders and customers. Called under the order's lock; products are
 * locked in the order of their ids, so that orders of the same goods wait for each other instead of
 * deadlocking. Whoever comes second for the last piece finds it gone.
 */
@Injectable()
export class Stock {
  /**
   * Moves all lines of an order, or nothing. What was released must be there again.
   * @returns the names of what there is not enough of; empty when everything moved.
   */
  async move(
    manager: EntityManager,
    order: Pick<OrderRow, 'id' | 'stock_state'>,
    to: StockState,
  ): Promise<string[]> {
    const from = order.stock_state;
    if (from === to) return [];
    const lines: Line[] = await manager.query(
      `SELECT i.product_id, i.name, i.quantity, p.stock - p.reserved AS available
       FROM order_items i JOIN products p ON p.id = i.product_id
       WHERE i.order_id = $1 ORDER BY p.id FOR NO KEY UPDATE OF p`,
      [order.id],
    );
    if (from === 'released') {
      const short = lines.filter(({ quantity, available }) => available < quantity);
      if (short.length > 0) return short.map(({ name }) => name);
    }
    await change(
      manager,
      `UPDATE products p SET stock = p.stock + $2 * i.quantity,
         reserved = p.reserved + $3 * i.quantity, updated_at = now()
       FROM order_items i WHERE i.order_id = $1 AND i.product_id = p.id`,
      [
        order.id,
        Number(from === 'sold') - Number(to === 'sold'),
        Number(to === 'held') - Number(from === 'held'),
      ],
    );
    return [];
  }
}
