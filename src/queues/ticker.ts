import { setInterval } from 'node:timers/promises';

/**
 * Does `work` every `everyMs`, one after the other: a slow one delays the next instead of overlapping it.
 * `work` must not reject.
 */
export class Ticker {
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;

  constructor(everyMs: number, work: () => Promise<void>) {
    this.ended = this.tick(everyMs, work);
  }

  /** No further run; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async tick(everyMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    try {
      for await (const _ of setInterval(everyMs, undefined, { signal, ref: false })) {
        await work();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
