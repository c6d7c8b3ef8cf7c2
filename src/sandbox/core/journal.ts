import { createWriteStream, type WriteStream } from 'node:fs';
import type { EventBus, Topic } from './event.bus.js';

/** What moves money or tells of it; the rest is nobody's business afterwards. */
const KEPT: readonly Topic[] = ['prompt', 'checkout', 'refund', 'mail', 'reset'];

/**
 * Appends every change to a file, one JSON object a line, `kind` saying of what: the lists that the pages show
 * forget their oldest entries, this forgets nothing. Of lines with the same kind and id the last one holds.
 */
export class Journal {
  readonly #file: WriteStream;
  readonly #unsubscribe: () => void;

  constructor(path: string, bus: EventBus, onError: (error: unknown) => void) {
    this.#file = createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.#file.on('error', onError);
    this.#unsubscribe = bus.subscribe(({ topic, data }) => {
      if (!KEPT.includes(topic)) return;
      // Emptying the inbox changes nothing of what was received.
      if (data === null && topic !== 'reset') return;
      const line = { kind: topic, noted_at: new Date().toISOString(), ...Object(data) };
      this.#file.write(`${JSON.stringify(line)}\n`);
    });
  }

  /** Everything is in the file when it answers. */
  close(): Promise<void> {
    this.#unsubscribe();
    return new Promise((resolve) => {
      if (this.#file.destroyed) resolve();
      else this.#file.end(resolve);
    });
  }
}
