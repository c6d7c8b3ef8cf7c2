import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import { Outbox, OutboxHandlers, type OutboxVerdict, Transactions } from '../../database/index.js';
import { GENESIS_HASH } from '../chain/seal.hash.js';
import { type Anchor, appendAnchor } from './anchor.file.js';

/** Outbox topic of the one row that never ends: whichever process takes it up publishes. */
export const ANCHOR = 'audit.anchor';
const KEY = 'head';
const LEASE_S = 60;

/** Publishes the head of the chain where nobody who writes to the database can take it back. */
@Injectable()
export class AnchorPublisher implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger(AnchorPublisher.name);

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'auditAnchor' | 'role'>,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly handlers: OutboxHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: ANCHOR,
      leaseS: LEASE_S,
      handle: () => this.work(),
    });
  }

  /** Once per interval, however often processes start; what was given up is taken up again. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.config.auditAnchor.everyS === 0 || this.config.role === 'api') return;
    await this.transactions.run(async (manager) => {
      await this.outbox.add(manager, { topic: ANCHOR, key: KEY, payload: {} });
      await manager.query(
        `UPDATE outbox SET done_at = NULL, parked_at = NULL, failures = 0, next_at = app_now()
         WHERE topic = $1 AND key = $2 AND (done_at IS NOT NULL OR parked_at IS NOT NULL
           OR next_at > app_now() + make_interval(secs => $3))`,
        [ANCHOR, KEY, this.config.auditAnchor.everyS],
      );
    });
  }

  /** Appends the head to the file and to the log. @throws when the file cannot be written. */
  async publish(): Promise<Anchor> {
    const anchor = await this.head();
    await appendAnchor(this.config.auditAnchor.file, anchor);
    this.logger.log(
      `audit anchor of ${anchor.database}: seal ${anchor.seq}, ${anchor.hash}, ${anchor.at}`,
    );
    return anchor;
  }

  private async work(): Promise<OutboxVerdict> {
    const { everyS } = this.config.auditAnchor;
    if (everyS === 0) return { done: true };
    try {
      await this.publish();
    } catch (error) {
      // A full disk must not end this for good: retries of failed work do end.
      const cause = error instanceof Error ? error.message : String(error);
      this.logger.error(`the audit anchor was not published: ${cause}`);
    }
    return { done: false, againInS: everyS };
  }

  private async head(): Promise<Anchor> {
    const [row]: { at: Date; database: string; seq: string | null; hash: string | null }[] =
      await this.dataSource.query(
        `SELECT clock_timestamp() AS at, current_database() AS database, s.seq, s.hash
         FROM (VALUES (1)) AS one LEFT JOIN (
           SELECT seq, encode(hash, 'hex') AS hash FROM audit_seals ORDER BY seq DESC LIMIT 1
         ) AS s ON true`,
      );
    if (!row) throw new Error('the database answered without a head');
    return {
      at: row.at.toISOString(),
      database: row.database,
      seq: Number(row.seq ?? 0),
      hash: row.hash ?? GENESIS_HASH,
    };
  }
}
