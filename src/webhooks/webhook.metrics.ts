import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from '../http/index.js';
import type { ProviderCode } from '../providers/index.js';

/** What a delivery turned out to be at the door; of those without an event nothing else is kept. */
export type DeliveryOutcome =
  | 'verified'
  | 'undecided'
  | 'unsigned'
  | 'repeated'
  | 'forged'
  | 'malformed'
  | 'irrelevant'
  | 'unreadable'
  | 'not_stored';

@Injectable()
export class WebhookMetrics {
  private readonly deliveries: Counter<'provider' | 'outcome'>;
  private readonly conclusions: Counter<'provider' | 'status' | 'reason'>;

  constructor(metrics: Metrics, dataSource: DataSource) {
    this.deliveries = metrics.counter(
      'webhook_deliveries_total',
      'Notifications of gateways by what became of them at the door',
      ['provider', 'outcome'] as const,
    );
    this.conclusions = metrics.counter(
      'webhook_conclusions_total',
      'Stored notifications by what their job concluded',
      ['provider', 'status', 'reason'] as const,
    );
    const parked = metrics.gauge(
      'webhook_parked_events',
      'Notifications that wait for a person',
      ['provider'] as const,
      async () => {
        const rows: { provider: string; events: number }[] = await dataSource.query(
          `SELECT provider, count(*)::int AS events FROM webhook_events
           WHERE status = 'parked' GROUP BY provider`,
        );
        parked.reset();
        for (const { provider, events } of rows) parked.set({ provider }, events);
      },
    );
  }

  delivered(provider: ProviderCode, outcome: DeliveryOutcome): void {
    this.deliveries.inc({ provider, outcome });
  }

  concluded(provider: ProviderCode, status: string, reason: string | null): void {
    this.conclusions.inc({ provider, status, reason: reason ?? '' });
  }
}
