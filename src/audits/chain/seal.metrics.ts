import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../../http/index.js';

/** What an operator watches: entries wait for seconds while a sealer runs. */
@Injectable()
export class SealMetrics {
  constructor(dataSource: DataSource, metrics: Metrics) {
    const oldest = metrics.gauge(
      'audit_oldest_unsealed_seconds',
      'Age of the audit entry that waits the longest for its seal',
      [],
      async () => {
        const [row]: { age_s: number }[] = await dataSource.query(
          `SELECT coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0)::float8 AS age_s
           FROM (SELECT entry_id FROM audit_unsealed ORDER BY entry_id LIMIT 100) u
           JOIN audit_entries e ON e.id = u.entry_id`,
        );
        oldest.set(row?.age_s ?? 0);
      },
    );
  }
}
