import { invalidField } from '../../common/index.js';
import { parseMoment, type ListQuery } from './list.query.js';

/** One condition with `?` for each parameter; conditions are joined by AND. */
export interface ListFilter {
  sql: string;
  params?: readonly unknown[];
}

/** Where a list's rows come from. Everything but parameters is written by us, never by a caller. */
export interface ListSource {
  /** Columns, e.g. `p.id, p.uuid`. */
  select: string;
  /** Tables and joins, e.g. `payments p JOIN bookings b ON …`. */
  from: string;
  /** What the caller may see and what they filter by; null entries are left out. */
  where: readonly (ListFilter | null)[];
  /** Names a caller may sort by, with their expression; expressions must not be nullable. */
  orderings: Readonly<Record<string, string>>;
  /** Unique integer column that makes every order total. */
  idColumn: string;
  createdColumn: string;
}

export interface Order {
  name: string;
  expression: string;
  descending: boolean;
}

/** @throws DomainError that names what may be sorted by. */
export function readOrdering(query: ListQuery, source: ListSource): Order {
  const text = query.ordering ?? '-created_at';
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  if (name === 'created_at') return { name, expression: source.createdColumn, descending };
  if (Object.hasOwn(source.orderings, name)) {
    return { name, expression: source.orderings[name] ?? source.createdColumn, descending };
  }
  const names = new Set(['created_at', ...Object.keys(source.orderings)]);
  throw invalidField(
    'ordering',
    `must be one of ${[...names].join(', ')}, with "-" in front for descending`,
  );
}

/** The WHERE clause with numbered parameters, and a place to add further ones. */
export class Conditions {
  readonly params: unknown[] = [];
  private readonly texts: string[] = [];

  constructor(query: ListQuery, source: ListSource) {
    for (const filter of source.where) if (filter) this.add(filter.sql, filter.params);
    this.addMoment(`${source.createdColumn} >= ?::timestamptz`, query.created_after);
    this.addMoment(`${source.createdColumn} < ?::timestamptz`, query.created_before);
  }

  add(sql: string, params: readonly unknown[] = []): void {
    const marks = sql.split('?').length - 1;
    if (marks !== params.length) {
      throw new Error(`list condition "${sql}" has ${marks} marks but ${params.length} parameters`);
    }
    let next = 0;
    this.texts.push(`(${sql.replaceAll('?', () => this.param(params[next++]))})`);
  }

  /** Adds a parameter and answers its `$n`. */
  param(value: unknown): string {
    return `$${this.params.push(value)}`;
  }

  get sql(): string {
    return this.texts.length > 0 ? `WHERE ${this.texts.join(' AND ')}` : '';
  }

  private addMoment(sql: string, text: string | undefined): void {
    const moment = text === undefined ? null : parseMoment(text);
    if (moment) this.add(sql, [moment.toISOString()]);
  }
}
