interface Step {
  name: string;
  stop: () => Promise<void>;
  /** Stopped also when the process is about to die of an unexpected error. */
  onCrash: boolean;
}

/** What was started, to be stopped in reverse order; usable while the start is still under way. */
export class Teardown {
  private readonly steps: Step[] = [];
  private ending = false;

  constructor(private readonly report: (problem: string, error: unknown) => void) {}

  /**
   * Remembers how to stop what was just started.
   * @throws when everything is being stopped already; the latecomer is stopped first.
   */
  async add(name: string, stop: () => Promise<void>, { onCrash = false } = {}): Promise<void> {
    const step = { name, stop, onCrash };
    if (this.ending) {
      await this.end(step);
      throw new Error(`interrupted while starting ${name}`);
    }
    this.steps.push(step);
  }

  /** Stops everything, latest first. A step that fails is reported, and the next one still runs. */
  async run({ crashed = false } = {}): Promise<void> {
    this.ending = true;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      if (!crashed || step.onCrash) await this.end(step);
    }
  }

  private async end({ name, stop }: Step): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.report(`could not stop ${name}`, error);
    }
  }
}
