import type { EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../common/index.js';
import type { ListSource } from '../http/index.js';
import { closeNotFound } from './close.errors.js';
import { CLOSE_COLUMNS, type CloseRow } from './close.types.js';
import type { DayClosesQuery } from './day-close.dto.js';

/** @throws DomainError `day_close_not_found`. */
export async function readClose(
  manager: Pick<EntityManager, 'query'>,
  { accountId }: Principal,
  id: ObjectId,
): Promise<CloseRow> {
  const rows: CloseRow[] = await manager.query(
    `SELECT ${CLOSE_COLUMNS} FROM day_closes d
     WHERE d.account_id = $1 AND ${'id' in id ? 'd.id = $2' : 'd.uuid = $2'}`,
    [accountId, 'id' in id ? id.id : id.uuid],
  );
  if (!rows[0]) throw closeNotFound();
  return rows[0];
}

export function closesOf({ accountId }: Principal, query: DayClosesQuery): ListSource {
  return {
    select: CLOSE_COLUMNS,
    from: 'day_closes d',
    where: [
      { sql: 'd.account_id = ?', params: [accountId] },
      query.date_from ? { sql: 'd.date >= ?', params: [query.date_from] } : null,
      query.date_to ? { sql: 'd.date <= ?', params: [query.date_to] } : null,
    ],
    orderings: { date: 'd.date', number: 'd.number' },
    idColumn: 'd.id',
    createdColumn: 'd.created_at',
  };
}
