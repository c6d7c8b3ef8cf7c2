import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/index.js';
import type { AttemptState } from '../providers/index.js';
import { failureText } from '../queues/index.js';
import { WebhookConclusions } from './webhook-conclusions.service.js';
import type { WebhookEventRow } from './webhook-event.entity.js';
import { type Delivery, WebhookInbox } from './webhook-inbox.service.js';
import { WebhookProcessing } from './webhook-processing.service.js';

export interface Acknowledgement {
  status: 'success';
  message: string;
}

/** What a sender reads of an event that was taken in, by what it told. */
const MESSAGES = {
  paid: 'Payment confirmed',
  pending: 'Payment is pending',
  failed: 'Payment failure recorded',
  cancelled: 'Payment cancellation recorded',
  expired: 'Payment expiry recorded',
  reversed: 'Refund noted for review',
  not_found: 'Event noted for review',
  unknown: 'Event noted for review',
} as const satisfies Record<AttemptState, string>;

/** Why a confirmation was not applied; the event is kept for a person all the same. */
const REFUSALS: Readonly<Record<string, string>> = {
  unknown_reference: 'order_reference names no order here',
  amount_mismatch: 'The amount does not match the order',
  currency_mismatch: 'The currency does not match the order',
  gateway_transaction_already_used: 'payment_id has paid another order already',
};

/** Confirmations of document 003: stored like every notification, then applied while the sender waits. */
@Injectable()
export class SignedWebhooks {
  private readonly logger = new Logger(SignedWebhooks.name);

  constructor(
    private readonly inbox: WebhookInbox,
    private readonly processing: WebhookProcessing,
    private readonly conclusions: WebhookConclusions,
  ) {}

  /**
   * A repeat gets the answer of the first.
   * @throws DomainError 401 forged, 400 malformed or not matching the order, 503 to be sent again.
   */
  async confirm(delivery: Delivery): Promise<Acknowledgement> {
    const { eventId } = await this.inbox.receive('signed_webhook', delivery);
    if (eventId === null) return { status: 'success', message: 'Event ignored' };
    try {
      await this.processing.processNow(eventId);
    } catch (error) {
      // It is stored, and its job tries again; the sender may as well.
      this.logger.warn(`event ${eventId} could not be applied at once: ${failureText(error)}`);
      throw new DomainError('unavailable', 'not_applied', 'Cannot be applied now: send it again', {
        retryAfterS: 5,
        cause: error,
      });
    }
    return answerTo(await this.conclusions.find(eventId));
  }
}

function answerTo(event: WebhookEventRow): Acknowledgement {
  const refusal = event.status === 'parked' ? REFUSALS[event.reason ?? ''] : undefined;
  if (refusal) throw new DomainError('refused', event.reason ?? 'parked', refusal);
  return { status: 'success', message: MESSAGES[event.event.state] };
}
