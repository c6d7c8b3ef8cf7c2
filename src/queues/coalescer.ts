import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs `work` per key, never twice at once: requests that arrive meanwhile are answered together by one
 * more run. So a burst of a thousand requests costs two runs, and none goes unanswered. The first run comes
 * at once, further ones at least `pauseMs` after the one before.
 */
export class Coalescer {
  private readonly underWay = new Map<string, { again: boolean; ended: Promise<void> }>();

  private readonly hurry = new AbortController();

  /** `work` must not reject: it knows best what its failures mean. */
  constructor(
    private readonly work: (key: string) => Promise<void>,
    private readonly pauseMs = 0,
  ) {}

  request(key: string): void {
    const current = this.underWay.get(key);
    if (current) {
      current.again = true;
      return;
    }
    const run = { again: false, ended: Promise.resolve() };
    this.underWay.set(key, run);
    run.ended = this.runUntilAnswered(key, run);
  }

  /** Resolves when nothing is under way. No run waits for another any more. */
  async settled(): Promise<void> {
    this.hurry.abort();
    while (this.underWay.size > 0) {
      await Promise.all([...this.underWay.values()].map(({ ended }) => ended));
    }
  }

  private async runUntilAnswered(key: string, run: { again: boolean }): Promise<void> {
    try {
      do {
        run.again = false;
        await this.work(key);
        await this.rest();
      } while (run.again);
    } finally {
      this.underWay.delete(key);
    }
  }

  private async rest(): Promise<void> {
    const { signal } = this.hurry;
    if (this.pauseMs === 0 || signal.aborted) return;
    // Cut short by `settled`, which is not an error.
    await pause(this.pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
