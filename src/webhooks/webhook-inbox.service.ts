import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/index.js';
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
import { type StoredEventId, WebhookStore } from './webhook.store.js';
import { WebhookMetrics } from './webhook.metrics.js';

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
    private readonly events: WebhookStore,
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

  private async store(
    provider: ProviderCode,
    verification: Verification,
    event: WebhookEvent,
    { rawBody, headers }: WebhookInput,
  ): Promise<StoredEventId> {
    const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, headers[name]]));
    const gatewayId = event.gatewayTransactionId;
    try {
      return await this.events.store({
        provider,
        dedupeKey: storableKey(event.dedupeKey),
        verification,
        headers: storableJson(kept),
        rawBody,
        event: storableJson(toStored(event)),
        wireStatus: storable(event.wireStatus),
        reference: storable(event.reference),
        gatewayTransactionId: gatewayId === null ? null : storable(gatewayId),
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
