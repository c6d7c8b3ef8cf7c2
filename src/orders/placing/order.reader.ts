import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { orderNotFound } from '../order.errors.js';
import { ORDER_COLUMNS, ORDER_TABLES, type OrderRow } from './order.types.js';
import { type Condition, visibleOrders } from './orders.source.js';

type Queries = Pick<EntityManager, 'query'>;
type Lock = '' | 'FOR UPDATE OF o';

/** Single orders with their lines; one query each. */
@Injectable()
export class OrderReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * As far as the caller may see it. Inside a transaction pass its manager on.
   * @throws DomainError `order_not_found`, also for what exists and is not the caller's to see.
   */
  async read(
    caller: Principal,
    id: ObjectId,
    manager: Queries = this.dataSource,
    lock: Lock = '',
  ): Promise<OrderRow> {
    const row = await this.select(manager, [named(id), ...visibleOrders(caller)], lock);
    if (!row) throw orderNotFound();
    return row;
  }

  /**
   * Under its lock, and the caller's own: nobody pays for another one here.
   * @throws DomainError `order_not_found`.
   */
  async lockOwn(caller: Principal, id: ObjectId, manager: EntityManager): Promise<OrderRow> {
    const own = { sql: 'o.user_id = ?', params: [caller.userId] };
    const row = await this.select(manager, [named(id), own], 'FOR UPDATE OF o');
    if (!row) throw orderNotFound();
    return row;
  }

  /** Whoever asks: for jobs and for the payments module, which decide themselves. */
  find(
    id: ObjectId,
    manager: Queries = this.dataSource,
    lock: Lock = '',
  ): Promise<OrderRow | null> {
    return this.select(manager, [named(id)], lock);
  }

  findAll(ids: number[]): Promise<OrderRow[]> {
    return this.dataSource.query(
      `SELECT ${ORDER_COLUMNS} FROM ${ORDER_TABLES} WHERE o.id = ANY ($1)`,
      [ids],
    );
  }

  /** The order that this claim made before. */
  async madeByClaim(manager: EntityManager, claimId: string | null): Promise<OrderRow | null> {
    if (!claimId) return null;
    return this.select(manager, [{ sql: 'o.idempotency_claim_id = ?', params: [claimId] }], '');
  }

  private async select(
    manager: Queries,
    conditions: Condition[],
    lock: Lock,
  ): Promise<OrderRow | null> {
    let place = 0;
    const where = conditions.map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`));
    const rows: OrderRow[] = await manager.query(
      `SELECT ${ORDER_COLUMNS} FROM ${ORDER_TABLES} WHERE ${where.join(' AND ')} ${lock}`,
      conditions.flatMap(({ params }) => [...params]),
    );
    return rows[0] ?? null;
  }
}

function named(id: ObjectId): Condition {
  return 'id' in id
    ? { sql: 'o.id = ?', params: [id.id] }
    : { sql: 'o.uuid = ?', params: [id.uuid] };
}
