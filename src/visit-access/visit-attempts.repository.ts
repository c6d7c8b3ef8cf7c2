import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { parseObjectId } from '../common/index.js';
import type { VisitPlace } from './visit.repository.js';

type Queries = Pick<EntityManager, 'query'>;

/** Attempts at gateways that belong to visits. */
@Injectable()
export class VisitAttempts {
  constructor(private readonly dataSource: DataSource) {}

  /** Id of the attempt that is under way for the visit, null for none. */
  async running(visitId: number, queries: Queries = this.dataSource): Promise<number | null> {
    const rows: { id: number }[] = await queries.query(
      `SELECT t.id FROM payments p JOIN payment_transactions t ON t.payment_id = p.id
       WHERE p.payable_kind = 'visit' AND p.payable_id = $1
         AND t.status IN ('initiated', 'pending', 'unknown')
       ORDER BY t.id DESC LIMIT 1`,
      [visitId],
    );
    return rows[0]?.id ?? null;
  }

  /**
   * The attempt that `name` means among those of one visitor and one house: the gateway's id of it, our
   * reference, our id or uuid. Null for anybody else's.
   */
  async named(
    { propertyId, userId }: VisitPlace,
    name: string,
  ): Promise<{ attemptId: number; visitId: number } | null> {
    const id = parseObjectId(name);
    const rows: { attempt_id: number; visit_id: number }[] = await this.dataSource.query(
      `SELECT t.id AS attempt_id, v.id AS visit_id
       FROM visits v
         JOIN payments p ON p.payable_kind = 'visit' AND p.payable_id = v.id
         JOIN payment_transactions t ON t.payment_id = p.id
       WHERE v.property_id = $1 AND v.user_id = $2
         AND (t.gateway_transaction_id = $3 OR t.reference = $3 OR t.id = $4 OR t.uuid = $5)
       ORDER BY t.id DESC LIMIT 1`,
      [
        propertyId,
        userId,
        name,
        id && 'id' in id ? id.id : null,
        id && 'uuid' in id ? id.uuid : null,
      ],
    );
    const [row] = rows;
    return row ? { attemptId: row.attempt_id, visitId: row.visit_id } : null;
  }
}
