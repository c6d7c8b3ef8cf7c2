import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ObjectId } from '../common/index.js';
import { change } from '../database/index.js';
import { VISIT_COLUMNS, VISIT_TABLES, type VisitRow } from './visit.types.js';

type Queries = Pick<EntityManager, 'query'>;

/** Whose visit to which house. */
export interface VisitPlace {
  propertyId: number;
  userId: number;
}

/** Reads visits by the clock of due times; locks take the visit's row alone. */
@Injectable()
export class VisitRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Inside a transaction pass its manager on. */
  async find(
    id: ObjectId,
    queries: Queries = this.dataSource,
    lock: '' | 'FOR UPDATE OF v' = '',
  ): Promise<VisitRow | null> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: VisitRow[] = await queries.query(
      `SELECT ${VISIT_COLUMNS} FROM ${VISIT_TABLES} WHERE v.${column} = $1 ${lock}`,
      [value],
    );
    return rows[0] ?? null;
  }

  async findAll(ids: number[]): Promise<VisitRow[]> {
    return this.dataSource.query(
      `SELECT ${VISIT_COLUMNS} FROM ${VISIT_TABLES} WHERE v.id = ANY ($1)`,
      [ids],
    );
  }

  /** The visit that is open or paid; reads `expired` when its time is over. Null for none. */
  async current(
    { propertyId, userId }: VisitPlace,
    queries: Queries = this.dataSource,
    lock: '' | 'FOR UPDATE OF v' = '',
  ): Promise<VisitRow | null> {
    const rows: VisitRow[] = await queries.query(
      `SELECT ${VISIT_COLUMNS} FROM ${VISIT_TABLES}
       WHERE v.property_id = $1 AND v.user_id = $2 AND v.status IN ('pending', 'active') ${lock}`,
      [propertyId, userId],
    );
    return rows[0] ?? null;
  }

  /** Marks the visit whose time is over, so that another can begin; answers its id and payment. */
  async expire(
    manager: EntityManager,
    { propertyId, userId }: VisitPlace,
  ): Promise<{ id: number; account_id: number; payment_id: number }[]> {
    return change(
      manager,
      `UPDATE visits SET status = 'expired', version = version + 1, updated_at = now()
       WHERE property_id = $1 AND user_id = $2 AND status = 'active' AND expires_at <= app_now()
       RETURNING id, account_id, payment_id`,
      [propertyId, userId],
    );
  }

  /** Notes that the visitor has verified the payment; true the first time. */
  async markVerified(id: number): Promise<boolean> {
    const rows = await change<{ id: number }>(
      this.dataSource,
      `UPDATE visits SET verified_at = app_now(), updated_at = now()
       WHERE id = $1 AND verified_at IS NULL AND payment_id IS NOT NULL RETURNING id`,
      [id],
    );
    return rows.length > 0;
  }
}
