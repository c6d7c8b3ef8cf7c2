import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  change,
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
} from '../../database/index.js';
import { GatewayTalks } from '../matching/gateway-talks.service.js';
import { Matching } from '../matching/matching.service.js';
import { Postings } from '../matching/postings.service.js';
import { RECONCILIATION_RUN, type RunRow } from '../reconciliation.types.js';

const LEASE_S = 180;
/** After this long a worker gives way, and the run goes on where it was. */
const SHIFT_MS = 60_000;
const BUSY_S = 1;
const OTHERS_ASK_S = 2;
const GATEWAY_AWAY_S = 20;

/**
 * Works a run off: compare, heal, post. Each step commits by itself and finds out by itself what is left,
 * so that a second worker, or one after a crash, does nothing twice.
 */
@Injectable()
export class RunProcessor implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handlers: OutboxHandlers,
    private readonly matching: Matching,
    private readonly talks: GatewayTalks,
    private readonly postings: Postings,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: RECONCILIATION_RUN,
      leaseS: LEASE_S,
      handle: (row) => this.work(row),
      onParked: (row, manager, error) => this.stop(row, manager, error),
    });
  }

  private async work(row: OutboxRow): Promise<OutboxVerdict> {
    const until = Date.now() + SHIFT_MS;
    while (Date.now() < until) {
      const run = await this.read(Number(row.payload['runId']));
      if (!run || run.status === 'completed' || run.status === 'stopped') return { done: true };
      const waitS = await this.step(run);
      if (waitS > 0) return { done: false, againInS: waitS };
    }
    return { done: false, againInS: 0 };
  }

  /** Given up, for people to see; a gateway can be asked by another run then. */
  private async stop(row: OutboxRow, manager: EntityManager, error: string): Promise<void> {
    const [run] = await change<RunRow>(
      manager,
      `UPDATE reconciliation_runs SET status = 'stopped'
       WHERE id = $1 AND status <> 'completed' RETURNING *`,
      [Number(row.payload['runId'])],
    );
    if (run) await this.postings.noteStopped(manager, run, error);
  }

  /** Seconds to wait before the next step; 0 when it can follow at once. */
  private async step(run: RunRow): Promise<number> {
    if (run.status === 'matching') {
      const asked = run.source === 'gateway' ? await this.talks.ask(run) : 'over';
      if (asked !== 'over') return asked === 'waiting' ? GATEWAY_AWAY_S : 0;
      return (await this.matching.step(run.id)) === 'busy' ? BUSY_S : 0;
    }
    if (run.status === 'healing') {
      const healed = await this.talks.heal(run);
      if (healed === 'over') await this.advance(run.id);
      return healed === 'waiting' ? OTHERS_ASK_S : 0;
    }
    return (await this.postings.finish(run.id)) ? 0 : BUSY_S;
  }

  private async advance(runId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE reconciliation_runs SET status = 'posting' WHERE id = $1 AND status = 'healing'`,
      [runId],
    );
  }

  private async read(id: number): Promise<RunRow | null> {
    const rows: RunRow[] = await this.dataSource.query(
      'SELECT * FROM reconciliation_runs WHERE id = $1',
      [id],
    );
    return rows[0] ?? null;
  }
}
