import type { CrashDesk } from './crash.desk.js';
import type { Site } from './point.plan.js';
import type { Scenario, Scene } from './scenarios/index.js';

/** One payment's way through a scenario, with an act before which it waits for the others. */
export class Lane {
  private readonly scene: Scene;
  private failure: string | null = null;
  /** ms since 1970; null: not yet at its end. */
  endedAt: number | null = null;

  constructor(
    private readonly scenario: Scenario,
    readonly number: number,
    desk: CrashDesk,
    readonly site: Site | null = null,
  ) {
    this.scene = scenario.begin(desk, number);
  }

  /** Null when it ended as it should. */
  get problem(): string | null {
    return this.failure;
  }

  async prepare(): Promise<void> {
    await this.guard('prepare', () => this.scene.prepare());
    for (let act = 0; act < (this.site?.act ?? 0); act += 1) await this.play(act);
  }

  /** The rest, from the act that the crash is wanted in. */
  async finish(): Promise<void> {
    const { acts } = this.scene;
    for (let act = this.site?.act ?? 0; act < acts.length; act += 1) await this.play(act);
    this.end();
  }

  async play(act: number): Promise<void> {
    const run = this.scene.acts[act];
    await this.guard(this.scenario.acts[act] ?? String(act), async () => run?.());
  }

  end(): void {
    this.endedAt = Date.now();
    this.scene.end?.();
  }

  private async guard(what: string, work: () => Promise<void>): Promise<void> {
    if (this.failure !== null) return;
    try {
      await work();
    } catch (error) {
      const at = this.site ? `, crashed at ${this.site.point.name}` : '';
      this.failure = `${this.scenario.name} ${this.number}, ${what}${at}: ${String(error)}`;
    }
  }
}
