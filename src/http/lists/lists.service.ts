import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, invalidField } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { decodePlace, encodePlace, type Place } from './list.cursor.js';
import { edge, keysetQuery, type Keyed } from './list.keyset.js';
import { pageLink, type ListRequest } from './list.links.js';
import { DEFAULT_PAGE_SIZE, type ListQuery } from './list.query.js';
import { Conditions, readOrdering, type ListSource } from './list.source.js';

/** A page as it is answered; `count` is absent from keyset pages. */
export interface ListEnvelope<T> {
  count?: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** Every list of the API: numbered pages with a count, or keyset pages by `?cursor=`. */
@Injectable()
export class Lists {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  /**
   * One page of `source`, its rows turned into what is answered by `present`, called as `map` calls.
   * @throws DomainError for an unknown ordering, a page beyond the end, or a made-up cursor.
   */
  async list<Row extends object, Dto>(
    request: ListRequest,
    query: ListQuery,
    source: ListSource,
    present: (row: Row, index: number, page: Row[]) => Dto,
  ): Promise<ListEnvelope<Dto>> {
    return query.cursor === undefined
      ? this.numbered(request, query, source, present)
      : this.keyset(request, query, query.cursor, source, present);
  }

  private async numbered<Row extends object, Dto>(
    request: ListRequest,
    query: ListQuery,
    source: ListSource,
    present: (row: Row, index: number, page: Row[]) => Dto,
  ): Promise<ListEnvelope<Dto>> {
    const page = query.page ?? 1;
    const size = query.page_size ?? DEFAULT_PAGE_SIZE;
    const { expression, descending } = readOrdering(query, source);
    const way = descending ? 'DESC' : 'ASC';
    const conditions = new Conditions(query, source);
    const filterCount = conditions.params.length;
    const rows: Row[] = await this.dataSource.query(
      `SELECT ${source.select} FROM ${source.from} ${conditions.sql}
       ORDER BY ${expression} ${way}, ${source.idColumn} ${way}
       LIMIT ${conditions.param(size)} OFFSET ${conditions.param((page - 1) * size)}`,
      conditions.params,
    );
    const count = await this.count(source, conditions, filterCount, { page, size }, rows.length);
    if (page > 1 && (page - 1) * size >= count) {
      throw new DomainError('not_found', 'invalid_page', `Invalid page: there is no page ${page}`);
    }
    const link = (to: number) => pageLink(this.config.publicUrl, request, { page: String(to) });
    return {
      count,
      next: page * size < count ? link(page + 1) : null,
      previous: page > 1 ? link(page - 1) : null,
      results: rows.map(present),
    };
  }

  /** A page that is neither full nor beyond the end is the last one: it tells the count by itself. */
  private async count(
    source: ListSource,
    conditions: Conditions,
    filterCount: number,
    { page, size }: { page: number; size: number },
    found: number,
  ): Promise<number> {
    if (found < size && (found > 0 || page === 1)) return (page - 1) * size + found;
    const [row]: [{ count: string }] = await this.dataSource.query(
      `SELECT count(*) AS count FROM ${source.from} ${conditions.sql}`,
      conditions.params.slice(0, filterCount),
    );
    return Number(row.count);
  }

  private async keyset<Row extends object, Dto>(
    request: ListRequest,
    query: ListQuery,
    cursor: string,
    source: ListSource,
    present: (row: Row, index: number, page: Row[]) => Dto,
  ): Promise<ListEnvelope<Dto>> {
    const order = readOrdering(query, source);
    if (order.name !== 'created_at') {
      throw invalidField('ordering', 'must be created_at or -created_at together with a cursor');
    }
    if (query.page !== undefined) throw invalidField('page', 'leave it out together with a cursor');
    const size = query.page_size ?? DEFAULT_PAGE_SIZE;
    const place = decodePlace(cursor);
    const { sql, params, backwards } = keysetQuery(query, source, order.descending, place, size);
    const found: (Row & Keyed)[] = await this.dataSource.query(sql, params);
    const more = found.length > size;
    const rows = found.slice(0, size);
    if (backwards) rows.reverse();
    const link = (to: Place | 'first' | null) => {
      if (!to) return null;
      const text = to === 'first' ? '' : encodePlace(to);
      return pageLink(this.config.publicUrl, request, { cursor: text });
    };
    return {
      // Behind a page from behind lies where the reader came from, even when it is empty by now.
      next: link(backwards || more ? (edge(rows.at(-1), 'after') ?? 'first') : null),
      previous: link(placeBefore(rows[0], place, backwards, more)),
      results: rows.map(present),
    };
  }
}

function placeBefore(
  first: Keyed | undefined,
  place: Place | null,
  backwards: boolean,
  more: boolean,
): Place | null {
  if (!place || (backwards && !more)) return null;
  return first ? edge(first, 'before') : { ...place, direction: 'upto' };
}
