import { setTimeout as pause } from 'node:timers/promises';

/** Work that goes on after the request that began it was answered: late callbacks, automatic answers. */
export class Background {
  #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly onError: (error: unknown) => void) {}

  /** Aborted when everything under way is to stop: at a reset, and at shutdown. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  run(task: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#abort;
    const running = task(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.onError(error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Drops everything under way and waits until it is gone. */
  async stopAll(): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    await Promise.all(this.#running);
  }
}

/** Waits; rejects when the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal });
}
