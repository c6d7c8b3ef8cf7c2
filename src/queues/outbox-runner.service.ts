import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requestContext } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { eachTogether, type OutboxHandler, Transactions } from '../database/index.js';
import { backoffS } from './backoff.js';
import { failureText } from './failure.text.js';
import { HOLD_S, holding, type Renewals } from './lease.hold.js';
import { OutboxMetrics, type RowOutcome } from './outbox.metrics.js';
import {
  type ClaimedRow,
  type Failure,
  type LeasedRow,
  OutboxRows,
} from './outbox-rows.repository.js';

type Handler<Kind extends OutboxHandler['kind']> = Extract<OutboxHandler, { kind: Kind }>;

/** Runs one row's handler and writes down how it went. Rejects only when that cannot be written down. */
@Injectable()
export class OutboxRunner {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly rows: OutboxRows,
    private readonly transactions: Transactions,
    private readonly metrics: OutboxMetrics,
    @Inject(CONFIG) private readonly config: Pick<Config, 'jobs'>,
  ) {}

  /** The effect and the end of the row are one commit; a failure leaves nothing of the effect. */
  runInTransaction(handler: Handler<'transaction'>, id: string): Promise<void> {
    return this.observed(handler.topic, id, async () => {
      const claim: { row: ClaimedRow | null } = { row: null };
      try {
        return await this.transactions.run(async (manager): Promise<RowOutcome> => {
          const [row] = await this.rows.lock(manager, [id]);
          claim.row = row ?? null;
          if (!row) return 'taken';
          await handler.handle(row, manager);
          await this.rows.finish(manager, [row]);
          return 'done';
        });
      } catch (error) {
        const { row } = claim;
        if (!row) throw error;
        return this.concludeFailure(handler, row, error, (manager, failure) =>
          this.rows.fail(manager, row, failure),
        );
      }
    });
  }

  /**
   * As `runInTransaction`, for several rows in one commit. When that fails, for whatever reason, each row is
   * run by itself: the one that is to blame fails alone.
   */
  async runTogether(handler: Handler<'transaction'>, ids: string[]): Promise<void> {
    if (ids.length > 1 && (await this.succeedTogether(handler, ids))) return;
    const left = [...ids];
    const oneByOne = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        await this.runInTransaction(handler, id);
      }
    };
    await Promise.all(Array.from({ length: this.config.jobs.concurrency }, oneByOne));
  }

  /**
   * Works outside any transaction; a row whose workers died over and over is given up instead.
   * Answers whether the row is due again at once.
   */
  async runLeased(handler: Handler<'lease'>, row: LeasedRow): Promise<boolean> {
    let dueAgain = false;
    const failLeased = (manager: EntityManager, failure: Failure): Promise<boolean> =>
      this.rows.failLeased(manager, row, failure);
    await this.observed(handler.topic, row.id, async () => {
      if (row.failures >= this.config.jobs.maxAttempts) {
        return this.concludeFailure(handler, row, endless(row.failures), failLeased);
      }
      try {
        const verdict = await holding(this.renewals(handler, row), () => handler.handle(row));
        if (verdict.done) return (await this.rows.finishLeased(row)) ? 'done' : 'taken';
        dueAgain = verdict.againInS <= 0;
        return (await this.rows.putOff(row, Math.max(verdict.againInS, 0))) ? 'again' : 'taken';
      } catch (error) {
        return this.concludeFailure(handler, row, error, failLeased);
      }
    });
    return dueAgain;
  }

  private renewals({ leaseS }: Handler<'lease'>, row: LeasedRow): Renewals {
    return {
      mostS: leaseS,
      renew: () => this.rows.renew(row, HOLD_S),
      failed: (error) =>
        this.logger.warn(
          `the lease of outbox row ${row.id} was not renewed: ${failureText(error)}`,
        ),
    };
  }

  private async succeedTogether(handler: Handler<'transaction'>, ids: string[]): Promise<boolean> {
    const startedAt = performance.now();
    try {
      const done = await this.transactions.run(async (manager) => {
        const rows = await this.rows.lock(manager, ids);
        await eachTogether(manager, rows, (row, own) =>
          requestContext.run({ requestId: `job-${row.id}` }, () => handler.handle(row, own)),
        );
        await this.rows.finish(manager, rows);
        return rows;
      });
      const seconds = (performance.now() - startedAt) / 1000;
      done.forEach(({ topic }) => this.metrics.handled(topic, 'done', seconds));
      return true;
    } catch (error) {
      this.logger.debug(`rows of ${handler.topic} are run one by one: ${failureText(error)}`);
      return false;
    }
  }

  private async observed(
    topic: string,
    id: string,
    work: () => Promise<RowOutcome>,
  ): Promise<void> {
    const startedAt = performance.now();
    const outcome = await requestContext.run({ requestId: `job-${id}` }, work);
    if (outcome !== 'taken') {
      this.metrics.handled(topic, outcome, (performance.now() - startedAt) / 1000);
    }
  }

  private async concludeFailure(
    handler: OutboxHandler,
    row: ClaimedRow,
    cause: unknown,
    write: (manager: EntityManager, failure: Failure) => Promise<boolean>,
  ): Promise<RowOutcome> {
    const failures = row.failures + 1;
    const { maxAttempts, backoffBaseS, backoffMaxS } = this.config.jobs;
    const error = failureText(cause);
    const name = `${row.topic} ${row.key} (outbox row ${row.id})`;
    if (failures < maxAttempts) {
      const againInS = backoffS(failures, { baseS: backoffBaseS, maxS: backoffMaxS });
      const ours = await this.noted(
        (manager) => write(manager, { error, againInS }),
        handler.onFailed && ((manager) => handler.onFailed?.(row, manager, error)),
      );
      this.logger.warn(`${name} failed ${failures}×, again in ${againInS.toFixed(1)} s: ${error}`);
      return ours ? 'failed' : 'taken';
    }
    const ours = await this.noted(
      (manager) => write(manager, { error, againInS: null }),
      handler.onParked && ((manager) => handler.onParked?.(row, manager, error)),
    );
    if (!ours) return 'taken';
    this.logger.error(`${name} is parked after ${failures} failures: ${error}`);
    return 'parked';
  }

  /** The failure is noted even when what the handler adds to that fails. */
  private async noted(
    write: (manager: EntityManager) => Promise<boolean>,
    add: ((manager: EntityManager) => Promise<void> | undefined) | undefined,
  ): Promise<boolean> {
    if (!add) return this.transactions.run(write);
    try {
      return await this.transactions.run(async (manager) => {
        const ours = await write(manager);
        if (ours) await add(manager);
        return ours;
      });
    } catch (error) {
      this.logger.error(`what a handler adds to a failure fails itself: ${failureText(error)}`);
      return this.transactions.run(write);
    }
  }
}

function endless(times: number): Error {
  return new Error(
    `taken up ${times} times without an end: workers died or ran out of their lease`,
  );
}
