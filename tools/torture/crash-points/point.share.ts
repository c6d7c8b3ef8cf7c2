import { createHash } from 'node:crypto';
import { pointKey, type PointCount } from './point.plan.js';

/** One of so many points, by seed: other seeds try others. Nothing of the share may stay untried. */
export function aShare(points: readonly PointCount[], oneOf: number, seed: number): PointCount[] {
  const ranked = points
    .map((count) => ({ count, rank: rankOf(pointKey(count.point), seed) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, Math.ceil(points.length / oneOf)).map(({ count }) => count);
}

function rankOf(key: string, seed: number): string {
  return createHash('sha256').update(`${seed} ${key}`).digest('hex');
}
