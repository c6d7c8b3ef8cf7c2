import type { Principal } from '../../common/index.js';
import type { ListFilter, ListSource } from '../../http/index.js';
import type { ProductsQuery } from './product-requests.dto.js';
import { PRODUCT_COLUMNS } from './product.types.js';

/** Those who keep the shop see what is not sold, too. */
export function seesInactive({ role }: Principal): boolean {
  return role === 'cashier' || role === 'staff' || role === 'admin';
}

export function productsOf(caller: Principal, query: ProductsQuery): ListSource {
  return {
    select: PRODUCT_COLUMNS,
    from: 'products p',
    where: [
      { sql: 'p.account_id = ?', params: [caller.accountId] },
      seesInactive(caller) ? null : { sql: 'p.active' },
      query.currency ? { sql: 'p.currency = upper(?)', params: [query.currency] } : null,
      orderable(query.available),
      matching(query.search),
    ],
    orderings: {
      name: 'p.name',
      price: 'p.price_minor',
      stock: 'p.stock',
      updated_at: 'p.updated_at',
      id: 'p.id',
    },
    idColumn: 'p.id',
    createdColumn: 'p.created_at',
  };
}

function orderable(wanted: 'true' | 'false' | undefined): ListFilter | null {
  if (!wanted) return null;
  const sql = 'p.active AND p.stock > p.reserved';
  return { sql: wanted === 'true' ? sql : `NOT (${sql})` };
}

function matching(search: string | undefined): ListFilter | null {
  if (!search) return null;
  const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return { sql: 'p.name ILIKE ? OR p.description ILIKE ?', params: [pattern, pattern] };
}
