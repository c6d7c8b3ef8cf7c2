/** The sandbox's time: real time plus the offset that `POST /api/clock` gave product and sandbox alike. */
export class Clock {
  #offsetMs = 0;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  /** Whole seconds ahead of real time; negative is behind. */
  moveTo(offsetS: number): void {
    this.#offsetMs = offsetS * 1000;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }
}
