import { setTimeout as delay } from 'node:timers/promises';
import { ProductProcess, type Ended, type ProcessOptions } from './product.js';

/** A crash loop shall not take a core for itself. */
const PAUSE_MS = 100;

/** A program that is started again whenever it ends, as a service manager does. */
export class Supervised {
  private current: ProductProcess;
  private stopping = false;
  private starts = 1;
  private readonly supervision: Promise<void>;
  /** How it ended each time that nobody here killed it. */
  readonly unexpectedEnds: { ended: Ended; output: string }[] = [];
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

  /** Until the process that runs now, or one that follows it, is ready. */
  async untilReady(ms?: number): Promise<void> {
    const process = this.current;
    await process.untilReady(ms).catch(async (error: unknown) => {
      if (process === this.current) throw error;
      await this.untilReady(ms);
    });
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
      const ended = await process.ended;
      if (this.stopping) return;
      if (!this.killed.has(process)) this.unexpectedEnds.push({ ended, output: process.output });
      await delay(PAUSE_MS);
      if (this.stopping) return;
      this.current = ProductProcess.spawn(this.options);
      this.starts += 1;
    }
  }
}
