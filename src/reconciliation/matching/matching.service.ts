import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { SYSTEM } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Transactions } from '../../database/index.js';
import type { RunRow } from '../reconciliation.types.js';
import { takeDesk } from '../runs/run.lock.js';
import {
  COUNT_RUNS,
  EXPLAIN_ABSENCES,
  MATCH_REFUNDS,
  matchPayments,
  MISSING_AT_THE_BANK,
  MISSING_THERE,
  REFUNDS_MISSING_THERE,
  SUGGEST,
} from './matching.sql.js';

/** Lines that one transaction compares. */
const BATCH = 4_000;

/** `busy`: another run has the desk; `more`: there are more lines. */
export type Step = 'busy' | 'more' | 'over';

/** Compares a statement's lines with what stands here: sets at a time, never line by line. */
@Injectable()
export class Matching {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'reconciliation'>,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
  ) {}

  /** One batch, or what follows the last one. Repeated after a crash it goes on where it was. */
  async step(runId: number): Promise<Step> {
    return this.transactions.run(async (manager) => {
      const [run]: [RunRow?] = await manager.query(
        'SELECT * FROM reconciliation_runs WHERE id = $1 FOR UPDATE',
        [runId],
      );
      if (run?.status !== 'matching') return 'over';
      if (!(await takeDesk(manager, run.account_id, run.provider))) return 'busy';
      const upTo = await this.nextBatch(manager, run);
      if (upTo === null) {
        await this.finish(manager, run);
        return 'over';
      }
      const batch = [run.id, run.matched_to, upTo];
      await manager.query(matchPayments(run.provider === 'manual'), batch);
      await manager.query(MATCH_REFUNDS, batch);
      await this.explain(manager, run, batch);
      await manager.query('UPDATE reconciliation_runs SET matched_to = $2 WHERE id = $1', [
        run.id,
        upTo,
      ]);
      return 'more';
    });
  }

  private async nextBatch(manager: EntityManager, run: RunRow): Promise<number | null> {
    const rows: { id: number | null }[] = await manager.query(
      `SELECT max(id) AS id FROM (SELECT id FROM reconciliation_items
         WHERE run_id = $1 AND id > $2 AND origin = 'line' ORDER BY id LIMIT $3) AS batch`,
      [run.id, run.matched_to, BATCH],
    );
    return rows[0]?.id ?? null;
  }

  private async explain(manager: EntityManager, run: RunRow, batch: unknown[]): Promise<void> {
    const explained = await change<{ id: number; run_id: number; payment_id: number | null }>(
      manager,
      EXPLAIN_ABSENCES,
      batch,
    );
    if (explained.length === 0) return;
    await manager.query(COUNT_RUNS, [[...new Set(explained.map(({ run_id }) => run_id))]]);
    await this.audits.append(
      manager,
      explained.map(({ id, payment_id }) => ({
        accountId: run.account_id,
        actor: SYSTEM,
        action: 'reconciliation.explained',
        objectType: 'reconciliation_item',
        objectId: id,
        paymentId: payment_id,
        changes: { run: run.id },
      })),
    );
  }

  private async finish(manager: EntityManager, run: RunRow): Promise<void> {
    if (run.provider === 'manual') {
      await manager.query(MISSING_AT_THE_BANK, [run.id, this.config.reconciliation.manualDays]);
    } else if (run.source === 'file') {
      await manager.query(MISSING_THERE, [run.id]);
      await manager.query(REFUNDS_MISSING_THERE, [run.id]);
    }
    await manager.query(SUGGEST, [run.id]);
    await manager.query(`UPDATE reconciliation_runs SET status = 'healing' WHERE id = $1`, [
      run.id,
    ]);
  }
}
