import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A question that nobody answers within this time has been lost with its process. */
const LOST_S = 90;
/** An answer this fresh is as good as a new one. */
const FRESH_S = 60;

/**
 * Who asks a gateway about an attempt. `ours`: ask, and say when it is answered; `answered`: somebody has
 * just asked; `waiting`: somebody is asking now.
 */
export type Claim = 'ours' | 'answered' | 'waiting';

/** Keeps runs from asking about the same attempt at once, across processes. */
@Injectable()
export class Asks {
  constructor(private readonly dataSource: DataSource) {}

  async claim(transactionId: number, runId: number): Promise<Claim> {
    const taken: unknown[] = await this.dataSource.query(
      `INSERT INTO reconciliation_asks AS ask (transaction_id, run_id) VALUES ($1, $2)
       ON CONFLICT (transaction_id) DO UPDATE SET run_id = $2, asked_at = now(), answered_at = NULL
         WHERE ask.answered_at < now() - make_interval(secs => ${FRESH_S})
           OR (ask.answered_at IS NULL AND ask.asked_at < now() - make_interval(secs => ${LOST_S}))
       RETURNING transaction_id`,
      [transactionId, runId],
    );
    if (taken.length > 0) return 'ours';
    const rows: { answered: boolean }[] = await this.dataSource.query(
      `SELECT answered_at IS NOT NULL AS answered FROM reconciliation_asks WHERE transaction_id = $1`,
      [transactionId],
    );
    return rows[0]?.answered ? 'answered' : 'waiting';
  }

  async answered(transactionId: number): Promise<void> {
    await this.dataSource.query(
      'UPDATE reconciliation_asks SET answered_at = now() WHERE transaction_id = $1',
      [transactionId],
    );
  }

  /** The gateway could not be asked: the next one may try at once. */
  async giveBack(transactionId: number): Promise<void> {
    await this.dataSource.query('DELETE FROM reconciliation_asks WHERE transaction_id = $1', [
      transactionId,
    ]);
  }
}
