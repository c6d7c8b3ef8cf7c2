import type { LimitRule } from './limit.rules.js';

/** A hundredth of the limit: what one process may have let through beyond what the shared counter knows. */
const SHARE = 100;
/** About 2 MB at most. */
const MAX_KEYS = 10_000;

interface Window {
  /** Points of all processes, as far as the shared counter has told us, and what we report right now. */
  counted: number;
  /** Points let through here that the shared counter does not know yet. */
  unreported: number;
  /** Unix milliseconds at which the shared counter starts anew. */
  endsAtMs: number;
}

/** What the shared counter answers. */
export interface Counted {
  consumedPoints: number;
  msBeforeNext: number;
}

/**
 * Spares the shared counter of a large limit most requests: points are added up here and reported in
 * portions of a hundredth of the limit. One process alone keeps to the limit exactly; each further one may
 * let through less than one such portion too much per window. Limits below 200 points have a portion of
 * one, so every request is reported. Near the limit every request is reported too.
 */
export class LocalTally {
  private readonly portion: number;
  private readonly windows = new Map<string, Window>();

  constructor(private readonly rule: Pick<LimitRule, 'points'>) {
    this.portion = Math.floor(rule.points / SHARE);
  }

  /** Answers how many points are to be consumed at the shared counter before this request may pass; 0: none. */
  spend(key: string, points: number): number {
    const window = this.portion > 1 ? this.windows.get(key) : undefined;
    if (!window || window.endsAtMs <= Date.now()) {
      this.windows.delete(key);
      return points;
    }
    const due = window.unreported + points;
    if (due < this.portion && window.counted + due <= this.rule.points) {
      window.unreported = due;
      return 0;
    }
    window.counted += due;
    window.unreported = 0;
    return due;
  }

  /** Takes over what the shared counter answered, also when it refused. */
  learn(key: string, { consumedPoints, msBeforeNext }: Counted): void {
    if (this.portion <= 1 || consumedPoints === 0) return;
    const endsAtMs = Date.now() + msBeforeNext;
    const window = this.windows.get(key);
    if (window) {
      window.counted = Math.max(window.counted, consumedPoints);
      window.endsAtMs = endsAtMs;
      return;
    }
    this.windows.set(key, { counted: consumedPoints, unreported: 0, endsAtMs });
    if (this.windows.size <= MAX_KEYS) return;
    for (const oldest of this.windows.keys()) {
      this.windows.delete(oldest);
      return;
    }
  }
}
