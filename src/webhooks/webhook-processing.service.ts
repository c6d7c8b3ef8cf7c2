import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../database/index.js';
import { GatewayEvents } from '../payments/index.js';
import { type Conclusion, WebhookConclusions } from './webhook-conclusions.service.js';
import { WebhookEvidence } from './webhook-evidence.service.js';
import type { Decision } from './webhook.decision.js';
import type { WebhookEventRow } from './webhook-event.entity.js';
import { eventIdOf, WEBHOOK_VERIFY } from './webhook.topics.js';

const DONE: OutboxVerdict = { done: true };
/** A key out of reach is asked for after 30 s, 1 min, 2 min … 1 h: about two hours in all. */
const KEY_RETRY_S = 30;
const KEY_RETRY_MAX_S = 3600;
const KEY_TRIES = 8;

const ASKED: Conclusion = { status: 'processed', reason: 'asked_the_gateway' };

/**
 * Works on stored events that are not proven yet. Once proven one is evidence; an unproven one at most makes
 * us ask the gateway; what can be neither proven nor asked about waits for a person.
 */
@Injectable()
export class WebhookProcessing implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly transactions: Transactions,
    private readonly payments: GatewayEvents,
    private readonly conclusions: WebhookConclusions,
    private readonly evidence: WebhookEvidence,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: WEBHOOK_VERIFY,
      leaseS: 60,
      handle: (row) => this.process(row),
      ...this.conclusions.ofFailures,
    });
  }

  /** In the request of a sender that waits for the outcome; what is concluded stays as it is. */
  async processNow(id: number): Promise<void> {
    const event = await this.conclusions.findOpen(id);
    if (event) await this.follow(event, await this.evidence.decide(event), 0);
  }

  private async process(row: OutboxRow): Promise<OutboxVerdict> {
    const event = await this.conclusions.findOpen(eventIdOf(row));
    return event ? this.follow(event, await this.evidence.decide(event), row.attempts) : DONE;
  }

  private async follow(
    event: WebhookEventRow,
    decision: Decision,
    tries: number,
  ): Promise<OutboxVerdict> {
    switch (decision.kind) {
      case 'apply':
        await this.conclusions.conclude(event, (manager) =>
          this.evidence.apply(manager, event, decision.event),
        );
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
