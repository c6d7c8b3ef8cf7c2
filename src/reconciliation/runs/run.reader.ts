import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ObjectId, Principal } from '../../common/index.js';
import { type ListEnvelope, type ListRequest, Lists } from '../../http/index.js';
import { runNotFound } from '../reconciliation.errors.js';
import type { RunRow } from '../reconciliation.types.js';
import { presentRun, type RunDto, type RunsQuery } from './run.dto.js';

/** Runs as far as the caller's account has them. */
@Injectable()
export class RunReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lists: Lists,
  ) {}

  list(request: ListRequest, caller: Principal, query: RunsQuery): Promise<ListEnvelope<RunDto>> {
    const { provider, source, status } = query;
    return this.lists.list<RunRow, RunDto>(
      request,
      query,
      {
        select: 'r.*',
        from: 'reconciliation_runs r',
        where: [
          { sql: 'r.account_id = ?', params: [caller.accountId] },
          provider ? { sql: 'r.provider = ?', params: [provider] } : null,
          source ? { sql: 'r.source = ?', params: [source] } : null,
          status ? { sql: `(r.status = 'completed') = ?`, params: [status === 'completed'] } : null,
        ],
        orderings: { id: 'r.id', open_items: 'r.open_items' },
        idColumn: 'r.id',
        createdColumn: 'r.created_at',
      },
      presentRun,
    );
  }

  /** @throws DomainError 404, also for another account's. */
  async read(caller: Principal, id: ObjectId): Promise<RunRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: RunRow[] = await this.dataSource.query(
      `SELECT * FROM reconciliation_runs WHERE ${column} = $1 AND account_id = $2`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw runNotFound();
    return rows[0];
  }
}
