import type { Principal } from '../../common/index.js';
import type { ListSource } from '../../http/index.js';
import type { AccountMethodsQuery } from './method-requests.dto.js';
import { ACCOUNT_METHOD_COLUMNS } from './method.types.js';

export function accountMethodsOf(caller: Principal, query: AccountMethodsQuery): ListSource {
  return {
    select: ACCOUNT_METHOD_COLUMNS,
    from: 'account_payment_methods m',
    where: [
      { sql: 'm.account_id = ?', params: [caller.accountId] },
      query.method ? { sql: 'm.code = ?', params: [query.method] } : null,
      query.currency ? { sql: 'm.currency = ?', params: [query.currency] } : null,
      query.archived
        ? { sql: `m.archived_at IS ${query.archived === 'true' ? 'NOT NULL' : 'NULL'}` }
        : null,
    ],
    orderings: { name: 'm.name', currency: 'm.currency', updated_at: 'm.updated_at', id: 'm.id' },
    idColumn: 'm.id',
    createdColumn: 'm.created_at',
  };
}
