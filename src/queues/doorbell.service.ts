import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { newUuid } from '../common/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { Outbox, OutboxHandlers } from '../database/index.js';
import { type BellConnection, type BellQueue, openQueue, RING_OPTIONS } from './bell.factory.js';
import { Coalescer } from './coalescer.js';
import { endsWithin } from './deadline.js';
import { failureText } from './failure.text.js';
import { Seldom } from './seldom.js';

/** A queue that cannot be reached by then stops the boot: BullMQ 6.7 would never recover, nor say so. */
const BOOT_DEADLINE_MS = 15_000;
/** Rings that wait unanswered, because no worker runs, say all there is to say. */
const ENOUGH_WAITING = 1_000;
const COUNT_EVERY_MS = 1_000;
const SAY_EVERY_MS = 30_000;
/**
 * A ring costs more than the work it tells of, and one that comes sooner after another brings little: who
 * only rings lets this long pass between two of a topic; who works itself, and so needs others only to
 * share the load, lets more.
 */
const RING_EVERY_MS = { api: 20, all: 250, worker: 250 } as const;

export function bellConnection(config: Pick<Config, 'redisUrl' | 'database'>): BellConnection {
  const { url } = config.database;
  if (!url) throw new Error('config.database.url is unset: boot fills it in before modules load');
  return { databaseUrl: url, redisUrl: config.redisUrl };
}

/**
 * Wakes workers in whatever process once work is committed. A ring may get lost, and often does on purpose:
 * the work is in the outbox, and workers look there every few seconds anyway.
 */
@Injectable()
export class Doorbell implements OnModuleInit {
  private readonly logger = new Logger(Doorbell.name);
  private readonly seldom = new Seldom(SAY_EVERY_MS);
  private readonly unhandled = new Set<string>();
  private readonly rings: Coalescer;
  private queue: BellQueue | null = null;
  private countedAt = -Infinity;
  private waiting = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'redisUrl' | 'database' | 'role'>,
    private readonly outbox: Outbox,
    private readonly handlers: OutboxHandlers,
  ) {
    this.rings = new Coalescer((topic) => this.send(topic), RING_EVERY_MS[config.role]);
  }

  async onModuleInit(): Promise<void> {
    const queue = openQueue(bellConnection(this.config));
    queue.on('error', (error) => this.complain(error));
    await untilReady(queue, 'queue');
    this.queue = queue;
    this.outbox.onDue((topic) => this.ring(topic));
  }

  /** Never throws and never waits. */
  ring(topic: string): void {
    if (!this.handlers.get(topic) && !this.unhandled.has(topic)) {
      this.unhandled.add(topic);
      this.logger.error(`nobody handles outbox topic ${topic}: its rows wait until a release does`);
    }
    if (this.queue) this.rings.request(topic);
  }

  /** @throws Error when the queue does not answer within `ms`. */
  async ping(ms: number): Promise<void> {
    if (!this.queue) throw new Error('the queue is closed');
    const count = this.queue.getWaitingCount();
    if (!(await endsWithin(count, ms))) throw new Error(`no answer from the queue in ${ms} ms`);
    this.waiting = await count;
  }

  /** No ring after that; an add that hangs is given up after `ms`. */
  async close(ms: number): Promise<void> {
    const { queue } = this;
    this.queue = null;
    if (!queue) return;
    await endsWithin(this.rings.settled(), ms / 2);
    if (!(await endsWithin(queue.close(), ms / 2)))
      this.logger.warn('the queue did not close in time');
  }

  private async send(topic: string): Promise<void> {
    try {
      const { queue } = this;
      if (!queue || (await this.enoughWaiting(queue))) return;
      // An id of our own: for automatic ones BullMQ creates a sequence, which our role may not.
      await queue.add('ring', { topic }, { ...RING_OPTIONS, jobId: newUuid() });
    } catch (error) {
      this.complain(error);
    }
  }

  private async enoughWaiting(queue: BellQueue): Promise<boolean> {
    if (performance.now() - this.countedAt >= COUNT_EVERY_MS) {
      this.countedAt = performance.now();
      this.waiting = await queue.getWaitingCount();
    }
    return this.waiting >= ENOUGH_WAITING;
  }

  private complain(error: unknown): void {
    this.seldom.say((heldBack) => {
      const before = heldBack > 0 ? ` (${heldBack} more like it)` : '';
      this.logger.warn(
        `the doorbell fails, workers find work by themselves: ${failureText(error)}${before}`,
      );
    });
  }
}

/** @throws Error when `end` is not ready in time; the caller stops the boot with it. */
export async function untilReady(
  end: { waitUntilReady(): Promise<unknown>; close(): Promise<void> },
  name: string,
): Promise<void> {
  const ready = end.waitUntilReady();
  const inTime = await endsWithin(ready, BOOT_DEADLINE_MS);
  try {
    if (!inTime) throw new Error(`no answer within ${BOOT_DEADLINE_MS / 1000} s`);
    await ready;
  } catch (error) {
    // May hang as well; the boot is over either way.
    void end.close().catch(() => undefined);
    throw new Error(
      `the job ${name} is out of reach, start again when it is up: ${failureText(error)}`,
      {
        cause: error,
      },
    );
  }
}
