import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import type { ListSource } from '../../http/index.js';
import { drawerNotFound } from '../cash.errors.js';
import type { DrawerRow } from '../cash.types.js';
import type { DrawersQuery } from './drawer-requests.dto.js';

const COLUMNS = `d.id, d.uuid, d.account_id, d.name, d.location, d.blind, d.archived_at, d.version,
  d.created_at, d.updated_at,
  (SELECT s.id FROM cash_sessions s
   WHERE s.drawer_id = d.id AND s.status IN ('open', 'counting')) AS session_id,
  (SELECT coalesce(json_agg(json_build_object('currency', c.currency,
     'float_target_minor', c.float_target_minor::text,
     'holding_limit_minor', c.holding_limit_minor::text,
     'variance_limit_minor', c.variance_limit_minor::text) ORDER BY c.currency), '[]')
   FROM cash_drawer_currencies c WHERE c.drawer_id = d.id) AS currencies`;

/** Drawers of the caller's account. */
@Injectable()
export class DrawerReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError `cash_drawer_not_found`. */
  async read(
    caller: Pick<Principal, 'accountId'>,
    id: ObjectId,
    manager: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<DrawerRow> {
    const rows: DrawerRow[] = await manager.query(
      `SELECT ${COLUMNS} FROM cash_drawers d
       WHERE d.account_id = $1 AND ${'id' in id ? 'd.id = $2' : 'd.uuid = $2'}`,
      [caller.accountId, 'id' in id ? id.id : id.uuid],
    );
    if (!rows[0]) throw drawerNotFound();
    return rows[0];
  }

  /**
   * As `read`, under the row's lock: the first lock of whatever opens a session or changes the drawer.
   * It lets events pass, which only refer to the drawer.
   */
  async lock(
    caller: Pick<Principal, 'accountId'>,
    id: ObjectId,
    manager: EntityManager,
  ): Promise<DrawerRow> {
    await manager.query(
      `SELECT 1 FROM cash_drawers d
       WHERE d.account_id = $1 AND ${'id' in id ? 'd.id = $2' : 'd.uuid = $2'} FOR NO KEY UPDATE`,
      [caller.accountId, 'id' in id ? id.id : id.uuid],
    );
    return this.read(caller, id, manager);
  }
}

export function drawersOf(caller: Principal, query: DrawersQuery): ListSource {
  const { archived = 'false', currency } = query;
  return {
    select: COLUMNS,
    from: 'cash_drawers d',
    where: [
      { sql: 'd.account_id = ?', params: [caller.accountId] },
      archived === 'all' ? null : { sql: `(d.archived_at IS NOT NULL) = ${archived}` },
      currency === undefined
        ? null
        : {
            sql: `EXISTS (SELECT 1 FROM cash_drawer_currencies c
              WHERE c.drawer_id = d.id AND c.currency = upper(?))`,
            params: [currency],
          },
    ],
    orderings: { name: 'd.name', updated_at: 'd.updated_at', id: 'd.id' },
    idColumn: 'd.id',
    createdColumn: 'd.created_at',
  };
}
