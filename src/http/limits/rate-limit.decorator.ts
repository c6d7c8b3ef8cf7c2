import { SetMetadata } from '@nestjs/common';
import type { LimitName } from './limit.rules.js';

/** Metadata that the rate limit interceptor reads. */
export const RATE_LIMIT = 'malipo:rate-limit';

/**
 * Counts the route's requests against another limit than `caller`. `none`: not at all, for what must
 * always answer and costs nothing.
 */
export function RateLimit(name: LimitName | 'none'): MethodDecorator & ClassDecorator {
  return SetMetadata(RATE_LIMIT, name);
}
