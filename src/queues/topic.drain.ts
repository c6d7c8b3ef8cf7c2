import { setTimeout as pause } from 'node:timers/promises';

export interface Taken<Row> {
  rows: Row[];
  /** As many as were asked for: there may be more. */
  full: boolean;
}

export interface DrainSource<Row> {
  /** At most `limit` rows that are due and that nobody works on. */
  take(limit: number): Promise<Taken<Row>>;
  /** Concludes one row, whatever its handler does; rejects only when that cannot be written down. */
  handle(row: Row): Promise<void>;
}

export interface DrainLimits {
  /** Rows in work at once. */
  concurrency: number;
  /**
   * Rows taken ahead of the work. 0 for leased rows, whose lease must not run while they wait: then only as
   * many are taken as can start at once.
   */
  ahead: number;
  /**
   * Milliseconds from a look that found fewer rows than it may take until the next one. 0 by default. What
   * comes meanwhile is taken together; the first row after a quiet time waits for nothing.
   */
  gatherMs?: number;
}

/**
 * Works off what is due of one topic, and stops when nothing is. A call during that only makes it look once
 * more, at once or after `gatherMs`: a slow row never keeps later ones waiting while there is room.
 */
export class TopicDrain<Row> {
  private active: Promise<void> | null = null;
  private wanted = false;
  private stopped = false;
  private fault: { error: unknown } | null = null;
  private readonly busy = new Set<Promise<void>>();
  private stir: () => void = () => undefined;
  private nextLookAt = -Infinity;
  private readonly hurry = new AbortController();

  constructor(
    private readonly source: DrainSource<Row>,
    private readonly limits: DrainLimits,
  ) {}

  /** Resolves when nothing is due, or at once when a run is under way. Rejects when the database is out of reach. */
  async drain(): Promise<void> {
    if (this.stopped) return;
    this.look();
    if (this.active) return;
    const run = this.work();
    this.active = run;
    try {
      await run;
    } finally {
      this.active = null;
    }
    // Asked for between the last look and the line above.
    if (this.wanted && !this.stopped) await this.drain();
  }

  /** Makes the run under way look once more. */
  look(): void {
    this.wanted = true;
    this.stir();
  }

  /** Takes nothing more; resolves when the rows in work are concluded. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.hurry.abort();
    this.stir();
    await this.active?.catch(() => undefined);
  }

  private async work(): Promise<void> {
    const ready: Row[] = [];
    this.fault = null;
    for (;;) {
      if (this.mayTake() && ready.length === 0) ready.push(...(await this.take()));
      if (this.limits.ahead > 0 && (this.stopped || this.fault)) ready.length = 0;
      while (ready.length > 0 && this.busy.size < this.limits.concurrency) {
        this.start(ready.shift() as Row);
      }
      if (this.busy.size > 0) {
        if (this.mayTake()) continue;
        await this.nextEvent();
      } else if (!this.mayTake()) break;
    }
    if (this.fault) throw (this.fault as { error: unknown }).error;
  }

  private mayTake(): boolean {
    return this.wanted && !this.stopped && !this.fault && this.busy.size < this.limits.concurrency;
  }

  /** `wanted` stays set as long as more may be due than was taken. */
  private async take(): Promise<Row[]> {
    await this.gather();
    if (this.stopped || this.fault) return [];
    const limit = Math.max(this.limits.ahead, this.limits.concurrency - this.busy.size);
    this.wanted = false;
    const beganAt = performance.now();
    try {
      const { rows, full } = await this.source.take(limit);
      if (full) this.wanted = true;
      else this.nextLookAt = beganAt + (this.limits.gatherMs ?? 0);
      return rows;
    } catch (error) {
      this.fault ??= { error };
      return [];
    }
  }

  private async gather(): Promise<void> {
    const leftMs = this.nextLookAt - performance.now();
    if (leftMs <= 0 || this.stopped) return;
    // Cut short by `stop`, which is not an error.
    await pause(leftMs, undefined, { signal: this.hurry.signal }).catch(() => undefined);
  }

  private start(row: Row): void {
    const work = this.source
      .handle(row)
      .catch((error: unknown) => {
        this.fault ??= { error };
      })
      .finally(() => {
        this.busy.delete(work);
        this.stir();
      });
    this.busy.add(work);
  }

  /** The end of a row's work, a further call, or the order to stop. */
  private nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.stir = resolve;
    });
  }
}
