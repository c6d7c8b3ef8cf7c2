import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/index.js';
import { Outbox, Transactions } from '../database/index.js';
import { Metrics } from '../http/index.js';
import { type ProviderCode, Providers, type WebhookEvent } from '../providers/index.js';
import { toStored, type Verification } from './webhook-event.entity.js';

/** Outbox topic of the work on a stored event; the key is the event's uuid. */
export const WEBHOOK_PROCESS = 'webhook.process';

/** What helps to understand a delivery later; everything else a gateway sends stays out. */
const KEPT_HEADERS = ['content-type', 'user-agent', 'date', 'x-request-id'];

export interface Delivery {
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

/** Takes notifications in: verified on the raw bytes, stored with their work in one commit, then answered. */
@Injectable()
export class WebhookInbox {
  private readonly deliveries;

  constructor(
    private readonly providers: Providers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    metrics: Metrics,
  ) {
    this.deliveries = metrics.counter(
      'webhook_deliveries_total',
      'Notifications of gateways by what became of them at the door',
      ['provider', 'outcome'] as const,
    );
  }

  /**
   * Asks nobody outside, so that the gateway gets its answer at once. A repeat is taken for granted.
   * @throws DomainError 401 forged, 400 malformed, 404 gateway not set up, 503 cannot be stored.
   */
  async receive(code: ProviderCode, delivery: Delivery): Promise<void> {
    const provider = this.providers.get(code);
    if (!provider.enabled || !provider.parseWebhook) {
      throw new DomainError('not_found', 'gateway_not_enabled', 'This gateway is not set up here');
    }
    const headers = singleValues(delivery.headers);
    const verdict = await provider.parseWebhook(
      { rawBody: delivery.rawBody, headers },
      { trustCachedKeyOnly: true },
    );
    if ('reason' in verdict) {
      this.count(code, verdict.verdict);
      throw verdict.verdict === 'forged'
        ? new DomainError('unauthenticated', 'invalid_signature', 'Invalid signature')
        : new DomainError(
            'invalid',
            'malformed_notification',
            'Not a notification of this gateway',
          );
    }
    const stored = await this.store(
      code,
      verdict.verdict,
      verdict.event,
      delivery.rawBody,
      headers,
    );
    this.count(code, stored ? verdict.verdict : 'repeated');
  }

  private async store(
    provider: ProviderCode,
    verification: Verification,
    event: WebhookEvent,
    rawBody: Buffer,
    headers: Record<string, string | undefined>,
  ): Promise<boolean> {
    const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, headers[name]]));
    try {
      return await this.transactions.run(async (manager) => {
        const rows: { id: number; uuid: string }[] = await manager.query(
          `INSERT INTO webhook_events (provider, dedupe_key, verification, headers, raw_body, event,
             wire_status, reference, gateway_transaction_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING id, uuid`,
          [
            provider,
            event.dedupeKey,
            verification,
            JSON.stringify(kept),
            rawBody,
            JSON.stringify(toStored(event)),
            event.wireStatus,
            event.reference,
            event.gatewayTransactionId,
          ],
        );
        const [row] = rows;
        if (!row) return false;
        await this.outbox.add(manager, {
          topic: WEBHOOK_PROCESS,
          key: row.uuid,
          payload: { eventId: row.id },
        });
        return true;
      });
    } catch (error) {
      this.count(provider, 'not_stored');
      throw new DomainError('unavailable', 'not_stored', 'Cannot be stored now: send it again', {
        retryAfterS: 5,
        cause: error,
      });
    }
  }

  private count(provider: ProviderCode, outcome: string): void {
    this.deliveries.inc({ provider, outcome });
  }
}

function singleValues(headers: Delivery['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
