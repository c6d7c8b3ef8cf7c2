import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../common/index.js';
import { Outbox, Transactions } from '../database/index.js';
import {
  type PaymentProvider,
  type ProviderCode,
  Providers,
  type WebhookEvent,
  type WebhookInput,
  type WebhookVerdict,
} from '../providers/index.js';
import { storable, storableJson, storableKey } from './storable.text.js';
import { toStored, type Verification } from './webhook-event.entity.js';
import { WebhookMetrics } from './webhook.metrics.js';

/** Outbox topic of the work on a stored event; the key is the event's uuid. */
export const WEBHOOK_PROCESS = 'webhook.process';

/** What helps to understand a delivery later; everything else a gateway sends stays out. */
const KEPT_HEADERS = ['content-type', 'user-agent', 'date', 'x-request-id'];

export interface Received {
  /** The stored event, also of a repeat; null for one that is about nothing of ours. */
  eventId: number | null;
}

export interface Delivery {
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

/** Takes notifications in: verified on the raw bytes, stored with their work in one commit, then answered. */
@Injectable()
export class WebhookInbox {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly providers: Providers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly metrics: WebhookMetrics,
  ) {}

  /**
   * Asks nobody outside, so that the gateway gets its answer at once. A repeat is taken for granted.
   * @throws DomainError 401 forged, 400 malformed, 404 gateway not set up, 503 cannot be stored.
   */
  async receive(code: ProviderCode, delivery: Delivery): Promise<Received> {
    const provider = this.providers.get(code);
    if (!provider.enabled || !provider.parseWebhook) {
      throw new DomainError('not_found', 'gateway_not_enabled', 'This gateway is not set up here');
    }
    const input = { rawBody: delivery.rawBody, headers: singleValues(delivery.headers) };
    const verdict = await this.read(provider, input);
    if ('reason' in verdict) {
      this.metrics.delivered(code, verdict.verdict);
      if (verdict.verdict === 'irrelevant') return { eventId: null };
      throw refusal(verdict.verdict, provider.capabilities.badSignatureStatus);
    }
    const stored = await this.store(code, verdict.verdict, verdict.event, input);
    this.metrics.delivered(code, stored.repeated ? 'repeated' : verdict.verdict);
    return { eventId: stored.id };
  }

  /** Bytes that an adapter trips over are the sender's fault as far as the answer goes; the log tells us. */
  private async read(provider: PaymentProvider, input: WebhookInput): Promise<WebhookVerdict> {
    try {
      const verdict = await provider.parseWebhook?.(input, { trustCachedKeyOnly: true });
      return verdict ?? { verdict: 'malformed', reason: 'no notifications of this gateway' };
    } catch (error) {
      this.metrics.delivered(provider.code, 'unreadable');
      this.logger.error({ msg: `the adapter of ${provider.code} fails to read`, err: error });
      return { verdict: 'malformed', reason: 'the adapter fails to read it' };
    }
  }

  /** One commit for the event and its work: neither is ever there alone. */
  private async store(
    provider: ProviderCode,
    verification: Verification,
    event: WebhookEvent,
    { rawBody, headers }: WebhookInput,
  ): Promise<{ id: number; repeated: boolean }> {
    const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, headers[name]]));
    const gatewayId = event.gatewayTransactionId;
    try {
      return await this.transactions.run(async (manager) => {
        const rows: { id: number; uuid: string }[] = await manager.query(
          `INSERT INTO webhook_events (provider, dedupe_key, verification, headers, raw_body, event,
             wire_status, reference, gateway_transaction_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (provider, dedupe_key) DO NOTHING RETURNING id, uuid`,
          [
            provider,
            storableKey(event.dedupeKey),
            verification,
            storableJson(kept),
            rawBody,
            storableJson(toStored(event)),
            storable(event.wireStatus),
            storable(event.reference),
            gatewayId === null ? null : storable(gatewayId),
          ],
        );
        const [row] = rows;
        if (!row) return { id: await this.earlier(manager, provider, event), repeated: true };
        const payload = { eventId: row.id };
        await this.outbox.add(manager, { topic: WEBHOOK_PROCESS, key: row.uuid, payload });
        return { id: row.id, repeated: false };
      });
    } catch (error) {
      this.metrics.delivered(provider, 'not_stored');
      this.logger.error({ msg: `a notification of ${provider} cannot be stored`, err: error });
      throw new DomainError('unavailable', 'not_stored', 'Cannot be stored now: send it again', {
        retryAfterS: 5,
        cause: error,
      });
    }
  }

  private async earlier(
    manager: EntityManager,
    provider: ProviderCode,
    event: WebhookEvent,
  ): Promise<number> {
    const rows: { id: number }[] = await manager.query(
      'SELECT id FROM webhook_events WHERE provider = $1 AND dedupe_key = $2',
      [provider, storableKey(event.dedupeKey)],
    );
    if (!rows[0]) throw new Error(`an event of ${provider} was there and is gone`);
    return rows[0].id;
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

function refusal(
  verdict: 'forged' | 'malformed',
  badSignatureStatus: 400 | 401 = 401,
): DomainError {
  if (verdict === 'malformed') {
    return new DomainError(
      'invalid',
      'malformed_notification',
      'Not a notification of this gateway',
    );
  }
  const kind = badSignatureStatus === 400 ? 'refused' : 'unauthenticated';
  return new DomainError(kind, 'invalid_signature', 'Invalid signature');
}
