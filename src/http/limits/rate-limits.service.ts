import { createHash } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterRes, type RateLimiterStoreAbstract } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { CONFIG, type Config, redisPrefix } from '../../config/index.js';
import { limitRules, type LimitName, type LimitRule } from './limit.rules.js';
import { createLimiter } from './limiter.factory.js';
import { LocalTally } from './local.tally.js';

const LOG_EVERY_MS = 10_000;

/** One limit: the counter that all processes share, and what this one has not told it yet. */
interface Limiter {
  shared: RateLimiterStoreAbstract;
  tally: LocalTally;
}

/** Limits shared by all processes, counted in PostgreSQL or, where it is set, in Redis. */
@Injectable()
export class RateLimits implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RateLimits.name);
  private readonly redis: Redis | null;
  private readonly redisPrefix: string;
  private readonly rules: Record<LimitName, LimitRule>;
  private readonly limiters = new Map<LimitName, Limiter>();
  private loggedAt = 0;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) config: Pick<Config, 'limits' | 'redisUrl' | 'database'>,
  ) {
    this.rules = limitRules(config.limits);
    this.redis = config.redisUrl === null ? null : connect(config.redisUrl);
    this.redisPrefix = this.redis ? prefixOf(config) : '';
    this.redis?.on('error', (error: Error) => this.reportDown(error));
  }

  /** The first requests are counted too; a Redis that is down is tried again in the background. */
  async onModuleInit(): Promise<void> {
    await this.redis?.connect().catch((error: unknown) => this.reportDown(error));
  }

  /**
   * Uses up `points` of the limit `name` for `key`, in one round trip at most: see `LocalTally`.
   * @throws DomainError `rate_limited` (429, with the seconds to wait); `limits_unavailable` (503) when
   * the counters are out of reach and the limit guards against guessing.
   */
  async consume(name: LimitName, key: string, points = 1): Promise<void> {
    const { shared, tally } = this.limiter(name);
    const due = tally.spend(key, points);
    if (due === 0) return;
    try {
      tally.learn(key, await shared.consume(hashed(key), due));
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        tally.learn(key, error);
        throw tooMany(error.msBeforeNext);
      }
      this.reportDown(error);
      if (this.rules[name].whenDown === 'refuse') throw unavailable();
    }
  }

  /** Refuses like `consume` when nothing is left, but uses nothing up. */
  async check(name: LimitName, key: string): Promise<void> {
    const used = await this.attempt(name, () => this.limiter(name).shared.get(hashed(key)));
    if (used && used.consumedPoints >= this.rules[name].points) throw tooMany(used.msBeforeNext);
  }

  /** Uses up points without refusing: for what turned out bad, such as a wrong password. */
  async penalty(name: LimitName, key: string, points = 1): Promise<void> {
    await this.attempt(name, () => this.limiter(name).shared.penalty(hashed(key), points));
  }

  /** Gives points back: for what turned out good. */
  async reward(name: LimitName, key: string, points = 1): Promise<void> {
    await this.attempt(name, () => this.limiter(name).shared.reward(hashed(key), points));
  }

  /** Forgets everything counted for `key`. */
  async reset(name: LimitName, key: string): Promise<void> {
    await this.attempt(name, () => this.limiter(name).shared.delete(hashed(key)));
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private limiter(name: LimitName): Limiter {
    let limiter = this.limiters.get(name);
    if (!limiter) {
      const store = {
        dataSource: this.dataSource,
        redis: this.redis,
        redisPrefix: this.redisPrefix,
      };
      const rule = this.rules[name];
      limiter = { shared: createLimiter(name, rule, store), tally: new LocalTally(rule) };
      this.limiters.set(name, limiter);
    }
    return limiter;
  }

  private async attempt<T>(name: LimitName, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.reportDown(error);
      if (this.rules[name].whenDown === 'refuse') throw unavailable();
      return null;
    }
  }

  /** Once in a while: every request of an outage would say the same. */
  private reportDown(error: unknown): void {
    if (Date.now() - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = Date.now();
    this.logger.error({ msg: 'rate limit counters are out of reach', err: error });
  }
}

function prefixOf({ database: { url } }: Pick<Config, 'database'>): string {
  if (!url) throw new Error('config.database.url is unset: boot fills it in before modules load');
  return redisPrefix(url);
}

function connect(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 3000,
    commandTimeout: 1000,
    disconnectTimeout: 100,
  });
}

/** Keys may be user names or phone numbers, which the counters need not know. */
function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function tooMany(waitMs: number): DomainError {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000));
  return new DomainError('too_many', 'rate_limited', `Too many requests; wait ${retryAfterS} s`, {
    retryAfterS,
  });
}

function unavailable(): DomainError {
  return new DomainError(
    'unavailable',
    'limits_unavailable',
    'This cannot be checked right now; try again in a moment',
    { retryAfterS: 5 },
  );
}
