import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { OutboxHandlers } from '../database/index.js';
import { Metrics } from '../http/index.js';
import { OutboxRows, type TopicCensus } from './outbox-rows.repository.js';

/**
 * - `done`: the effect is committed. `again`: the handler asked to be called later.
 * - `failed`: rolled back, tried again later. `parked`: given up, for a person to see.
 * - `taken`: somebody else did it or the row was hastened meanwhile; nothing is counted.
 */
export type RowOutcome = 'done' | 'again' | 'failed' | 'parked' | 'taken';

/** What an operator watches: work that waits, work given up, and how long handling takes. */
@Injectable()
export class OutboxMetrics {
  private readonly durations: Histogram<'topic' | 'outcome'>;
  private census: Promise<TopicCensus[]> | null = null;

  constructor(
    private readonly rows: OutboxRows,
    private readonly handlers: OutboxHandlers,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram(
      'outbox_handling_duration_seconds',
      'Duration of handling one outbox row; its count is the number of rows handled',
      ['topic', 'outcome'] as const,
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    );
    this.gauge(
      metrics,
      'outbox_oldest_due_seconds',
      'Age of the work that is due the longest',
      (topic) => topic.oldestDueS,
    );
    this.gauge(
      metrics,
      'outbox_parked_rows',
      'Work given up after too many failures',
      (topic) => topic.parked,
    );
    this.gauge(
      metrics,
      'outbox_unhandled_topic',
      '1 for a topic with open work that this release has no handler for',
      ({ topic }) => (this.handlers.get(topic) ? 0 : 1),
    );
  }

  handled(topic: string, outcome: RowOutcome, seconds: number): void {
    this.durations.observe({ topic, outcome }, seconds);
  }

  private gauge(
    metrics: Metrics,
    name: string,
    help: string,
    value: (topic: TopicCensus) => number,
  ): void {
    const gauge = metrics.gauge(name, help, ['topic'] as const, async () => {
      const topics = await this.count();
      gauge.reset();
      for (const topic of topics) gauge.set({ topic: topic.topic }, value(topic));
    });
  }

  /** One query per scrape, which all gauges share. */
  private count(): Promise<TopicCensus[]> {
    this.census ??= this.rows.census(this.handlers.topics).finally(() => {
      this.census = null;
    });
    return this.census;
  }
}
