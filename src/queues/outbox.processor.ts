import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { Outbox, OutboxHandlers } from '../database/index.js';
import { type BellWorker, openWorker } from './bell.factory.js';
import { endsWithin } from './deadline.js';
import { bellConnection, untilReady } from './doorbell.service.js';
import { failureText } from './failure.text.js';
import { OutboxDrains } from './outbox-drains.service.js';
import { OutboxRows } from './outbox-rows.repository.js';
import { Seldom } from './seldom.js';
import { Ticker } from './ticker.js';

/** A row is kept this long after it is done: until then the same key is not done twice. */
const KEEP_DONE_DAYS = 7;
const DELETE_EVERY_MS = 10 * 60_000;
const DELETE_AT_ONCE = 500;
const SAY_EVERY_MS = 30_000;
/** BullMQ judges locks by this machine's clock: a worker far ahead takes jobs from others that still run. */
const CLOCK_TOLERANCE_MS = 5_000;
/** The share of the grace period that work under way may use up; connections drain in the rest. */
const SHARE_OF_GRACE = 0.75;

/** Answers the bell and looks for work by itself every few seconds, in processes that have the worker's role. */
@Injectable()
export class OutboxProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Outbox');
  private readonly seldom = new Seldom(SAY_EVERY_MS);
  private readonly seldomUnhandled = new Seldom(10 * 60_000);
  private worker: BellWorker | null = null;
  private tickers: Ticker[] = [];
  private sweptAt = -Infinity;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly handlers: OutboxHandlers,
    private readonly rows: OutboxRows,
    private readonly drains: OutboxDrains,
    private readonly outbox: Outbox,
  ) {}

  get isWorker(): boolean {
    return this.config.role !== 'api';
  }

  /** Runs after every module has registered its handlers. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.isWorker) return;
    await this.compareClocks();
    // A topic occupies one place at most: further rings for it only make its drain look once more.
    const places = this.handlers.topics.length + 2;
    const worker = openWorker(bellConnection(this.config), places, (topic) =>
      this.drains.drain(topic),
    );
    worker.on('error', (error) => this.complain(error));
    await untilReady(worker, 'worker');
    this.worker = worker;
    worker.run().catch((error: unknown) => this.complain(error));
    // What this process commits it begins without waiting for the bell, whose rings are few under load.
    this.outbox.onDue((topic) => this.begin(topic));
    this.tickers = [
      new Ticker(this.config.jobs.sweepMs, () => this.sweep()),
      new Ticker(DELETE_EVERY_MS, () => this.deleteDone()),
    ];
    await Promise.all([this.sweep(), this.deleteDone()]);
  }

  /** Before connections to the database close. Work that does not end in time is found again by its row. */
  async beforeApplicationShutdown(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const { shutdownGraceMs, shutdownProbeMs } = this.config;
    const ms = Math.max(1_000, (shutdownGraceMs - shutdownProbeMs) * SHARE_OF_GRACE);
    const ended = Promise.all([
      ...this.tickers.map((ticker) => ticker.stop()),
      this.drains.stop(),
      worker.close(),
    ]);
    if (!(await endsWithin(ended, ms))) {
      this.logger.warn(`work still runs after ${ms} ms; it will be repeated from its rows`);
    }
    this.worker = null;
  }

  /** Null when work is found and taken up, else what is wrong. */
  trouble(): string | null {
    if (!this.isWorker) return null;
    if (!this.worker?.isRunning()) return 'the worker does not run';
    const silentMs = performance.now() - this.sweptAt;
    const limitMs = 3 * this.config.jobs.sweepMs + 10_000;
    return silentMs > limitMs ? `no look at the outbox for ${Math.round(silentMs / 1000)} s` : null;
  }

  /** Makes lost rings good and starts what became due by the clock. Does not wait for the work. */
  private async sweep(): Promise<void> {
    try {
      const topics = await this.rows.dueTopics();
      for (const topic of topics) {
        if (this.handlers.get(topic)) {
          this.begin(topic);
        } else {
          this.seldomUnhandled.say(() =>
            this.logger.error(
              `rows of outbox topic ${topic} wait: this release has no handler for it`,
            ),
          );
        }
      }
      this.sweptAt = performance.now();
    } catch (error) {
      this.complain(error);
    }
  }

  private begin(topic: string): void {
    this.drains.drain(topic).catch((error: unknown) => this.complain(error));
  }

  private async deleteDone(): Promise<void> {
    try {
      let deleted: number;
      do {
        deleted = await this.rows.deleteDone(KEEP_DONE_DAYS, DELETE_AT_ONCE);
      } while (deleted === DELETE_AT_ONCE && this.worker);
    } catch (error) {
      this.complain(error);
    }
  }

  /** @throws Error when this machine's clock is far from the database's. */
  private async compareClocks(): Promise<void> {
    const before = Date.now();
    const theirs = await this.rows.clockMs();
    const after = Date.now();
    const differenceMs = Math.abs(theirs - (before + after) / 2) - (after - before) / 2;
    if (differenceMs > CLOCK_TOLERANCE_MS) {
      throw new Error(
        `this machine's clock and the database's differ by ${Math.round(differenceMs / 1000)} s: synchronise both (NTP)`,
      );
    }
  }

  private complain(error: unknown): void {
    this.seldom.say((heldBack) => {
      const before = heldBack > 0 ? ` (${heldBack} more like it)` : '';
      this.logger.error(`work waits: ${failureText(error)}${before}`);
    });
  }
}
