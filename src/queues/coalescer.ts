/**
 * Runs `work` per key, never twice at once: requests that arrive meanwhile are answered together by one
 * more run. So a burst of a thousand requests costs two runs, and none goes unanswered.
 */
export class Coalescer {
  private readonly underWay = new Map<string, { again: boolean; ended: Promise<void> }>();

  /** `work` must not reject: it knows best what its failures mean. */
  constructor(private readonly work: (key: string) => Promise<void>) {}

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

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) {
      await Promise.all([...this.underWay.values()].map(({ ended }) => ended));
    }
  }

  private async runUntilAnswered(key: string, run: { again: boolean }): Promise<void> {
    try {
      do {
        run.again = false;
        await this.work(key);
      } while (run.again);
    } finally {
      this.underWay.delete(key);
    }
  }
}
