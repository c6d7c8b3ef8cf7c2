import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { type OutboxHandler, OutboxHandlers } from '../database/index.js';
import { HOLD_S } from './lease.hold.js';
import { OutboxRows } from './outbox-rows.repository.js';
import { OutboxRunner } from './outbox-runner.service.js';
import { type Taken, TopicDrain } from './topic.drain.js';

interface Drain {
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** Batches of rows that share a transaction, at once: while one waits for its commit, the next is at work. */
const BATCHES = 2;
/**
 * At a steady rate a batch is what came in this time. Without it batches of two or three rows follow each other
 * as fast as they can, each with all the statements of a large one: an eighth more of the processor at 500
 * notifications a second, which the answers to gateways then wait for.
 */
const GATHER_MS = 50;

/** One drain per topic in this process, so that a slow topic never keeps another waiting. */
@Injectable()
export class OutboxDrains {
  private readonly byTopic = new Map<string, Drain>();
  private stopped = false;

  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly rows: OutboxRows,
    private readonly runner: OutboxRunner,
    @Inject(CONFIG) private readonly config: Pick<Config, 'jobs'>,
  ) {}

  /**
   * Works off what is due of a topic. Answers at once when this process is at it already (it then looks once
   * more) and when nobody handles the topic. Rejects when the database is out of reach.
   */
  async drain(topic: string): Promise<void> {
    if (this.stopped) return;
    const handler = this.handlers.get(topic);
    if (!handler) return;
    let drain = this.byTopic.get(topic);
    if (!drain) {
      drain = this.open(handler);
      this.byTopic.set(topic, drain);
    }
    await drain.drain();
  }

  /** Nothing more is taken; resolves when the rows in work are concluded. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.byTopic.values()].map((drain) => drain.stop()));
  }

  private open(handler: OutboxHandler): Drain {
    const { topic } = handler;
    const { concurrency, batchSize } = this.config.jobs;
    if (handler.kind === 'transaction' && handler.together) return this.openBatches(handler);
    if (handler.kind === 'transaction') {
      return new TopicDrain<string>(
        {
          take: async (limit) => taken(await this.rows.listDue(topic, limit), limit),
          handle: (id) => this.runner.runInTransaction(handler, id),
        },
        { concurrency, ahead: batchSize },
      );
    }
    const drain = new TopicDrain(
      {
        take: async (limit) =>
          taken(await this.rows.lease(topic, Math.min(handler.leaseS, HOLD_S), limit), limit),
        handle: async (row) => {
          const dueAgain = await this.runner.runLeased(handler, row);
          if (dueAgain) drain.look();
        },
      },
      { concurrency, ahead: 0 },
    );
    return drain;
  }

  private openBatches(handler: Extract<OutboxHandler, { kind: 'transaction' }>): Drain {
    const { batchSize } = this.config.jobs;
    const inHand = new Set<string>();
    return new TopicDrain<string[]>(
      {
        take: async (limit) => {
          const most = limit * batchSize;
          const ids = await this.rows.listDue(handler.topic, most, [...inHand]);
          for (const id of ids) inHand.add(id);
          return { rows: batches(ids, batchSize), full: ids.length >= most };
        },
        handle: async (ids) => {
          try {
            await this.runner.runTogether(handler, ids);
          } finally {
            for (const id of ids) inHand.delete(id);
          }
        },
      },
      { concurrency: BATCHES, ahead: 0, gatherMs: GATHER_MS },
    );
  }
}

function taken<Row>(rows: Row[], limit: number): Taken<Row> {
  return { rows, full: rows.length >= limit };
}

function batches(ids: string[], size: number): string[][] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, place) => ids.slice(place * size, (place + 1) * size));
}
