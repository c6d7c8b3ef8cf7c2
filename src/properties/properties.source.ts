import type { Principal } from '../common/index.js';
import type { ListFilter, ListSource } from '../http/index.js';
import type { PropertiesQuery } from './property-requests.dto.js';
import { PROPERTY_COLUMNS, PROPERTY_TABLES } from './property.types.js';

/** What is searched is what everybody sees: a search must not tell where a house stands. */
const SEARCHED = ['title', 'description', 'region', 'city', 'country'];

export function propertiesOf(caller: Principal, query: PropertiesQuery): ListSource {
  return {
    select: PROPERTY_COLUMNS,
    from: PROPERTY_TABLES,
    where: [
      { sql: 'p.account_id = ?', params: [caller.accountId] },
      query.kind ? { sql: 'p.kind = ?', params: [query.kind] } : null,
      inAnyCase('p.region', query.region),
      inAnyCase('p.city', query.city),
      containing(query.search),
    ],
    orderings: { title: 'p.title', id: 'p.id', updated_at: 'p.updated_at' },
    idColumn: 'p.id',
    createdColumn: 'p.created_at',
  };
}

function inAnyCase(column: string, value: string | undefined): ListFilter | null {
  return value ? { sql: `lower(${column}) = lower(?)`, params: [value] } : null;
}

function containing(words: string | undefined): ListFilter | null {
  if (!words) return null;
  const pattern = `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return {
    sql: SEARCHED.map((column) => `p.${column} ILIKE ?`).join(' OR '),
    params: SEARCHED.map(() => pattern),
  };
}
