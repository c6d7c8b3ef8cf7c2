import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import { change } from '../../database/index.js';

const EVERY_MS = 60_000;
const BATCH = 1000;
const MAX_BATCHES = 100;
/** Counters stay a while after they ran out, because the limiter's clock is the process's own. */
const COUNTER_GRACE_MS = 3_600_000;

/** Clears expired idempotency claims and rate limit counters, a bounded batch at a time. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Pick<Config, 'role' | 'redisUrl'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.role === 'worker') return;
    this.timer = setInterval(() => {
      this.sweeping = this.sweep().catch((error: unknown) => {
        this.logger.warn({ msg: 'expired idempotency claims could not be cleared', err: error });
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.sweeping;
  }

  /** Answers how many claims were cleared. Rows that somebody works on are left for the next time. */
  async sweep(): Promise<number> {
    if (this.config.redisUrl === null) {
      await this.clear('rate_limits', 'key', 'expire < $1', [Date.now() - COUNTER_GRACE_MS]);
    }
    return this.clear('idempotency_claims', 'id', 'expires_at < app_now()', []);
  }

  /** Short statements one after the other, so that nobody waits for a long one. */
  private async clear(table: string, key: string, expired: string, params: unknown[]) {
    let total = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const rows = await change(
        this.dataSource,
        `DELETE FROM ${table} WHERE ${key} IN (
           SELECT ${key} FROM ${table} WHERE ${expired} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING ${key}`,
        params,
      );
      total += rows.length;
      if (rows.length < BATCH) break;
    }
    return total;
  }
}
