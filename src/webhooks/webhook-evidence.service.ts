import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { notePayment } from '../common/index.js';
import { Outbox, OutboxHandlers, type OutboxRow } from '../database/index.js';
import { type AppliedEvent, GatewayEvents } from '../payments/index.js';
import { Providers, type WebhookEvent, type WebhookVerdict } from '../providers/index.js';
import { type Conclusion, WebhookConclusions } from './webhook-conclusions.service.js';
import { decide, type Decision } from './webhook.decision.js';
import { fromStored, type WebhookEventRow } from './webhook-event.entity.js';
import { eventIdOf, WEBHOOK_PROCESS, WEBHOOK_VERIFY } from './webhook.topics.js';

const STATUS = {
  applied: 'processed',
  no_change: 'ignored',
  parked: 'parked',
} as const satisfies Record<AppliedEvent['disposition'], Conclusion['status']>;

/**
 * Works on stored events that are proven. Nobody outside is asked, so an event, all that it moves, and the
 * end of its row in the outbox are one commit.
 */
@Injectable()
export class WebhookEvidence implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly outbox: Outbox,
    private readonly providers: Providers,
    private readonly payments: GatewayEvents,
    private readonly conclusions: WebhookConclusions,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'transaction',
      topic: WEBHOOK_PROCESS,
      together: true,
      handle: (row, manager) => this.process(row, manager),
      ...this.conclusions.ofFailures,
    });
  }

  /** What becomes of an event; where its proof is still open the adapter may ask for a key. */
  async decide(event: WebhookEventRow): Promise<Decision> {
    const { capabilities } = this.providers.get(event.provider);
    const stored = { verification: event.verification, event: fromStored(event.event) };
    return decide(stored, await this.reread(event), capabilities);
  }

  /** Lets an event move what it proves, in the caller's transaction and under the event's lock. */
  async apply(
    manager: EntityManager,
    event: WebhookEventRow,
    proven: WebhookEvent,
  ): Promise<Conclusion> {
    const applied = await this.payments.apply(manager, event.provider, proven);
    if (applied.paymentId !== null) notePayment(applied.paymentId);
    const { disposition, ...match } = applied;
    const status = STATUS[disposition];
    return {
      ...match,
      status,
      reason: match.reason ?? (status === 'processed' ? null : disposition),
      verification: 'verified',
    };
  }

  private async process(row: OutboxRow, manager: EntityManager): Promise<void> {
    const event = await this.conclusions.lockOpen(manager, eventIdOf(row));
    if (!event) return;
    const decision = event.verification === 'verified' ? await this.decide(event) : null;
    if (decision?.kind === 'apply') {
      const conclusion = await this.apply(manager, event, decision.event);
      await this.conclusions.write(manager, event.id, conclusion, null);
      return;
    }
    // Written by a release that had one topic for all events.
    const { key, payload } = row;
    await this.outbox.add(manager, { topic: WEBHOOK_VERIFY, key, payload });
  }

  /** Asks for the key where the proof is still open; a replay of what is proven is only read anew. */
  private async reread(event: WebhookEventRow): Promise<WebhookVerdict | null> {
    const proven = event.verification === 'verified';
    if (proven && event.replays === 0) return null;
    const verdict = await this.providers
      .get(event.provider)
      .parseWebhook?.(
        { rawBody: event.raw_body, headers: event.headers },
        { trustCachedKeyOnly: proven },
      );
    return verdict ?? null;
  }
}
