import type { EntityManager } from 'typeorm';
import type { ObjectId } from '../common/index.js';
import { INVOICE_COLUMNS, INVOICE_TABLES, type InvoiceRow } from './invoice.types.js';
import type { Condition } from './invoices.source.js';

export type Queries = Pick<EntityManager, 'query'>;

/** The invoice `id` if it meets the conditions too. `FOR UPDATE OF i` locks its row alone. */
export async function selectInvoice(
  manager: Queries,
  id: ObjectId,
  conditions: Condition[] = [],
  lock: '' | 'FOR UPDATE OF i' = '',
): Promise<InvoiceRow | null> {
  const all = [named(id), ...conditions];
  let place = 0;
  const where = all.map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`));
  const rows: InvoiceRow[] = await manager.query(
    `SELECT ${INVOICE_COLUMNS} FROM ${INVOICE_TABLES} WHERE ${where.join(' AND ')} ${lock}`,
    all.flatMap(({ params }) => [...params]),
  );
  return rows[0] ?? null;
}

function named(id: ObjectId): Condition {
  return 'id' in id
    ? { sql: 'i.id = ?', params: [id.id] }
    : { sql: 'i.uuid = ?', params: [id.uuid] };
}
