import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, invalidField, type Principal } from '../../common/index.js';
import { change, Outbox, Transactions } from '../../database/index.js';
import type { ProviderCode } from '../../providers/index.js';
import { RECONCILIATION_RUN, type RunRow } from '../reconciliation.types.js';
import { laidOver, Mappings } from '../statements/mappings.service.js';
import type { StatementMapping } from '../statements/statement.mapping.js';
import { readStatement } from '../statements/statement.parser.js';
import { LineWriter, type Written } from './line.writer.js';
import { waitForDesk } from './run.lock.js';

export interface Statement {
  provider: ProviderCode;
  filename: string;
  bytes: Buffer;
  /** What it covers; else from its first line to its last. */
  period: { from: Date; to: Date } | null;
  /** Instead of the account's own, field by field. */
  mapping: Partial<StatementMapping>;
}

/** Takes statement files in. What they mean is worked out by a job. */
@Injectable()
export class Imports {
  constructor(
    private readonly transactions: Transactions,
    private readonly mappings: Mappings,
    private readonly writer: LineWriter,
    private readonly audits: Audits,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Whole or not at all. The same file again answers the run that it made the first time.
   * @throws DomainError 400 that names what cannot be read, 409 while another one is being read.
   */
  async take(caller: Principal, statement: Statement): Promise<{ run: RunRow; known: boolean }> {
    const { provider, bytes } = statement;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const own = await this.mappings.of(caller.accountId, provider);
    const mapping = laidOver(own, statement.mapping);
    return this.transactions.run(async (manager) => {
      await waitForDesk(manager, caller.accountId, provider);
      const known: RunRow[] = await manager.query(
        `SELECT * FROM reconciliation_runs
         WHERE account_id = $1 AND provider = $2 AND file_sha256 = $3`,
        [caller.accountId, provider, sha256],
      );
      if (known[0]) return { run: await this.takeUp(manager, known[0]), known: true };
      const run = await this.open(manager, caller, statement, { sha256, mapping });
      const written = await this.writer.write(manager, run, readStatement(bytes, mapping));
      if (written.lines === 0) throw invalidField('file', 'has no line with an amount');
      return { run: await this.close(manager, caller, run, { statement, written }), known: false };
    });
  }

  /** A run that had stopped starts again at its beginning, which skips what is done. */
  private async takeUp(manager: EntityManager, run: RunRow): Promise<RunRow> {
    if (run.status !== 'stopped') return run;
    const [restarted] = await change<RunRow>(
      manager,
      `UPDATE reconciliation_runs SET status = 'matching' WHERE id = $1 RETURNING *`,
      [run.id],
    );
    await this.outbox.hasten(manager, RECONCILIATION_RUN, String(run.id));
    return restarted ?? run;
  }

  private async open(
    manager: EntityManager,
    caller: Principal,
    statement: Statement,
    { sha256, mapping }: { sha256: string; mapping: StatementMapping },
  ): Promise<RunRow> {
    const rows: RunRow[] = await manager.query(
      `INSERT INTO reconciliation_runs (account_id, provider, source, filename, file_sha256, mapping,
         created_by, matched_to)
       VALUES ($1, $2, 'file', $3, $4, $5, $6,
         -- Its own items come after all that there are.
         (SELECT coalesce(max(id), 0) FROM reconciliation_items)) RETURNING *`,
      [
        caller.accountId,
        statement.provider,
        statement.filename,
        sha256,
        JSON.stringify(mapping),
        caller.userId,
      ],
    );
    if (!rows[0]) throw new Error('the run was not inserted');
    return rows[0];
  }

  private async close(
    manager: EntityManager,
    caller: Principal,
    { id }: RunRow,
    { statement, written }: { statement: Statement; written: Written },
  ): Promise<RunRow> {
    const [run] = await change<RunRow>(
      manager,
      `UPDATE reconciliation_runs SET lines = $2, known_lines = $3, skipped_lines = $4,
         period_from = $5, period_to = $6 WHERE id = $1 RETURNING *`,
      [
        id,
        written.lines,
        written.known,
        written.skipped,
        statement.period?.from ?? written.from,
        statement.period?.to ?? written.to,
      ],
    );
    if (!run) throw new Error(`run ${id} does not exist`);
    await this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action: 'reconciliation.imported',
        objectType: 'reconciliation_run',
        objectId: id,
        changes: {
          provider: statement.provider,
          sha256: run.file_sha256,
          lines: written.lines,
          known_lines: written.known,
        },
      },
    ]);
    await this.outbox.add(manager, {
      topic: RECONCILIATION_RUN,
      key: String(id),
      payload: { runId: id },
    });
    return run;
  }
}
