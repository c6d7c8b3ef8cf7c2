import type { Place } from './list.cursor.js';
import type { ListQuery } from './list.query.js';
import { Conditions, type ListSource } from './list.source.js';

/** What `keysetQuery` adds to each row: where it stands. */
export interface Keyed {
  _created_at: string;
  _id: string;
}

export function edge(row: Keyed | undefined, direction: Place['direction']): Place | null {
  return row ? { direction, createdAt: row._created_at, id: row._id } : null;
}

/** Asks for one row more than the page holds, which tells whether another page follows. */
export function keysetQuery(
  query: ListQuery,
  source: ListSource,
  descending: boolean,
  place: Place | null,
  size: number,
): { sql: string; params: unknown[]; backwards: boolean } {
  const { createdColumn: created, idColumn: id } = source;
  const conditions = new Conditions(query, source);
  const backwards = place !== null && place.direction !== 'after';
  const falling = descending !== backwards;
  if (place) {
    const operator = `${falling ? '<' : '>'}${place.direction === 'upto' ? '=' : ''}`;
    conditions.add(`(${created}, ${id}) ${operator} (?::timestamptz, ?::bigint)`, [
      place.createdAt,
      place.id,
    ]);
  }
  const way = falling ? 'DESC' : 'ASC';
  const sql = `SELECT ${source.select}, ${id}::text AS _id,
         to_char(${created} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS _created_at
       FROM ${source.from} ${conditions.sql}
       ORDER BY ${created} ${way}, ${id} ${way}
       LIMIT ${conditions.param(size + 1)}`;
  return { sql, params: conditions.params, backwards };
}
