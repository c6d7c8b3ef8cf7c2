import type { Principal } from '../../common/index.js';
import type { ListFilter, ListSource } from '../../http/index.js';
import type { OrdersQuery } from './order-requests.dto.js';
import { ORDER_COLUMNS, ORDER_TABLES } from './order.types.js';

/** A condition with `?` for each parameter. */
export type Condition = Required<ListFilter>;

/** Orders (`o`) that the caller may see: never one of another account. */
export function visibleOrders({ accountId, role, userId }: Principal): Condition[] {
  const conditions: Condition[] = [{ sql: 'o.account_id = ?', params: [accountId] }];
  if (role === 'customer' || role === 'owner') {
    conditions.push({ sql: 'o.user_id = ?', params: [userId] });
  }
  return conditions;
}

export function ordersOf(caller: Principal, query: OrdersQuery): ListSource {
  return {
    select: ORDER_COLUMNS,
    from: ORDER_TABLES,
    where: [
      ...visibleOrders(caller),
      query.status ? { sql: 'o.status = ?', params: [query.status] } : null,
      query.method ? { sql: 'o.method = ?', params: [query.method] } : null,
      query.reference ? { sql: 'o.reference = upper(?)', params: [query.reference] } : null,
    ],
    orderings: {
      total: 'o.total_minor',
      reference: 'o.reference',
      updated_at: 'o.updated_at',
      id: 'o.id',
    },
    idColumn: 'o.id',
    createdColumn: 'o.created_at',
  };
}
