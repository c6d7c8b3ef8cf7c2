import type { Redis } from 'ioredis';
import {
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { LimitName, LimitRule } from './limit.rules.js';

/** Made by the migration, so that the application's role need not create it. */
const TABLE = 'rate_limits';

/**
 * One counter store per limit. A caller over the limit is remembered in memory until their time is up
 * and costs no further round trip; not so for logins, whose counter a success takes back.
 */
export function createLimiter(
  name: LimitName,
  rule: LimitRule,
  store: { dataSource: DataSource; redis: Redis | null; redisPrefix: string },
): RateLimiterStoreAbstract {
  const options = {
    keyPrefix: name,
    points: rule.points,
    duration: rule.durationS,
    inMemoryBlockOnConsumed: rule.whenDown === 'allow' ? rule.points + 1 : 0,
  };
  if (store.redis) {
    return new RateLimiterRedis({
      ...options,
      keyPrefix: `${store.redisPrefix}:limit:${name}`,
      storeClient: store.redis,
      rejectIfRedisNotReady: true,
    });
  }
  return new RateLimiterPostgres({
    ...options,
    storeClient: store.dataSource,
    storeType: 'typeorm',
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: false,
  });
}
