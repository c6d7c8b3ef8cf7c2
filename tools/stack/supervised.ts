import { setTimeout as delay } from 'node:timers/promises';
import { ProductProcess, type Ended, type ProcessOptions } from './product.js';
import { waitFor } from './waiting.js';

/** A crash loop shall not take a core for itself. */
const PAUSE_MS = 100;
const READY_MS = 90_000;
/** One that cannot start ends again and again. */
const TRIES = 4;

/** A program that is started again whenever it ends, as a service manager does. */
export class Supervised {
  private current: ProductProcess;
  private stopping = false;
  private starts = 1;
  private readonly supervision: Promise<void>;
  /** How it ended each time that nobody here killed it. */
  readonly unexpectedEnds: { ended: Ended; output: string; wasReady: boolean }[] = [];
  /** Since when the process that runs now is ready; null while it is not. */
  private readyAt: number | null = null;
  private killed = new WeakSet<ProductProcess>();

  constructor(private readonly options: ProcessOptions) {
    this.current = ProductProcess.spawn(options);
    this.supervision = this.supervise();
  }

  get process(): ProductProcess {
    return this.current;
  }

  get url(): string {
    return this.current.url;
  }

  get pid(): number {
    return this.current.pid;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.starts - 1;
  }

  /** For how long the process that runs now has been ready (ms); 0 while it is not. */
  get readyFor(): number {
    return this.readyAt === null || !this.current.running ? 0 : Date.now() - this.readyAt;
  }

  /** Until the process that runs now, or one that follows it, is ready. @throws when several in a row end. */
  async untilReady(ms = READY_MS): Promise<void> {
    const deadline = Date.now() + ms;
    for (let tried = 1; ; tried += 1) {
      const process = this.current;
      try {
        await process.untilReady(Math.max(1, deadline - Date.now()));
        return;
      } catch (error) {
        if (process.running || this.stopping || tried >= TRIES || Date.now() > deadline)
          throw error;
        await waitFor('the next process', () => process !== this.current, 10 * PAUSE_MS);
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    this.current.signal(name);
  }

  /** Dies at once, without a word; another one is started. */
  async kill9(): Promise<Ended> {
    this.killed.add(this.current);
    return this.current.kill9();
  }

  /** Ends it in good order, for good. */
  async stop(): Promise<Ended> {
    this.stopping = true;
    const ended = await this.current.stop();
    await this.supervision;
    return ended;
  }

  private async supervise(): Promise<void> {
    for (;;) {
      const process = this.current;
      this.watch(process);
      const ended = await process.ended;
      if (this.stopping) return;
      if (!this.killed.has(process)) {
        const wasReady = this.readyAt !== null;
        this.unexpectedEnds.push({ ended, output: process.output, wasReady });
      }
      await delay(PAUSE_MS);
      if (this.stopping) return;
      this.current = ProductProcess.spawn(this.options);
      this.starts += 1;
    }
  }
  /** Also one that takes its time, on a crowded machine, is ready in the end. */
  private watch(process: ProductProcess): void {
    this.readyAt = null;
    const look = async (): Promise<void> => {
      while (process === this.current && process.running) {
        const ready = await process.untilReady().then(
          () => true,
          () => false,
        );
        if (ready && process === this.current) this.readyAt = Date.now();
        if (ready) return;
      }
    };
    void look();
  }
}
