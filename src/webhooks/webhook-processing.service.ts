import { Injectable, type OnModuleInit } from '@nestjs/common';
import { notePayment } from '../common/index.js';
import {
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../database/index.js';
import { type AppliedEvent, GatewayEvents } from '../payments/index.js';
import { Providers, type WebhookEvent, type WebhookVerdict } from '../providers/index.js';
import { failureText } from '../queues/index.js';
import { type Conclusion, WebhookConclusions } from './webhook-conclusions.service.js';
import { decide, type Decision } from './webhook.decision.js';
import { fromStored, type WebhookEventRow } from './webhook-event.entity.js';
import { WEBHOOK_PROCESS } from './webhook-inbox.service.js';

const DONE: OutboxVerdict = { done: true };
/** A key out of reach is asked for after 30 s, 1 min, 2 min … 1 h: about two hours in all. */
const KEY_RETRY_S = 30;
const KEY_RETRY_MAX_S = 3600;
const KEY_TRIES = 8;

const STATUS = {
  applied: 'processed',
  no_change: 'ignored',
  parked: 'parked',
} as const satisfies Record<AppliedEvent['disposition'], Conclusion['status']>;
const ASKED: Conclusion = { status: 'processed', reason: 'asked_the_gateway' };

/**
 * Works on stored events. A proven one is evidence; an unproven one at most makes us ask the gateway;
 * what can be neither proven nor asked about waits for a person.
 */
@Injectable()
export class WebhookProcessing implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly payments: GatewayEvents,
    private readonly conclusions: WebhookConclusions,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: WEBHOOK_PROCESS,
      leaseS: 60,
      handle: (row) => this.process(row),
      onParked: (row, manager, error) => this.conclusions.giveUp(manager, eventId(row), error),
    });
  }

  /** In the request of a sender that waits for the outcome; what is concluded stays as it is. */
  async processNow(id: number): Promise<void> {
    const event = await this.conclusions.findOpen(id);
    if (event) await this.follow(event, await this.decide(event), 0);
  }

  private async process(row: OutboxRow): Promise<OutboxVerdict> {
    const event = await this.conclusions.findOpen(eventId(row));
    if (!event) return DONE;
    try {
      return await this.follow(event, await this.decide(event), row.attempts);
    } catch (error) {
      await this.conclusions.noteFailure(event.id, failureText(error));
      throw error;
    }
  }

  private async decide(event: WebhookEventRow): Promise<Decision> {
    const { capabilities } = this.providers.get(event.provider);
    const stored = { verification: event.verification, event: fromStored(event.event) };
    return decide(stored, await this.reread(event), capabilities);
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

  private async follow(
    event: WebhookEventRow,
    decision: Decision,
    tries: number,
  ): Promise<OutboxVerdict> {
    switch (decision.kind) {
      case 'apply':
        await this.apply(event, decision.event);
        return DONE;
      case 'ask':
        await this.ask(event, { status: 'parked', reason: decision.otherwise });
        return DONE;
      case 'verify_later':
        return this.verifyLater(event, decision.mayAsk, tries);
      default: {
        const status = decision.kind === 'ignore' ? 'ignored' : 'parked';
        await this.conclusions.conclude(event, () => ({ status, reason: decision.reason }));
        return DONE;
      }
    }
  }

  private async apply(event: WebhookEventRow, proven: WebhookEvent): Promise<void> {
    await this.conclusions.conclude(event, async (manager) => {
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
    });
  }

  /** Never moves money: the gateway's answer to our own question does, if it says so. */
  private async ask(event: WebhookEventRow, otherwise: Conclusion): Promise<void> {
    await this.conclusions.conclude(event, async (manager) =>
      (await this.payments.hint(manager, event.provider, event.reference)) ? ASKED : otherwise,
    );
  }

  /** Until the key can be had the gateway itself may tell; proof that comes later finds that done. */
  private async verifyLater(
    event: WebhookEventRow,
    mayAsk: boolean,
    tries: number,
  ): Promise<OutboxVerdict> {
    const unproven: Conclusion = { status: 'parked', reason: 'signature_undecided' };
    if (tries + 1 >= KEY_TRIES) {
      if (mayAsk) await this.ask(event, unproven);
      else await this.conclusions.conclude(event, () => unproven);
      return DONE;
    }
    if (mayAsk) {
      await this.transactions.run((manager) =>
        this.payments.hint(manager, event.provider, event.reference),
      );
    }
    return { done: false, againInS: Math.min(KEY_RETRY_S * 2 ** tries, KEY_RETRY_MAX_S) };
  }
}

function eventId(row: OutboxRow): number {
  return Number(row.payload['eventId']);
}
