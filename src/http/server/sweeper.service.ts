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
    const cleared = await change(
      this.dataSource,
      `DELETE FROM idempotency_claims WHERE id IN (
         SELECT id FROM idempotency_claims WHERE expires_at < app_now()
         LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id`,
      [BATCH],
    );
    if (this.config.redisUrl === null) {
      await this.dataSource.query(
        `DELETE FROM rate_limits WHERE key IN (
           SELECT key FROM rate_limits WHERE expire < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [Date.now() - COUNTER_GRACE_MS, BATCH],
      );
    }
    return cleared.length;
  }
}
