import type { OutboxRow } from '../database/index.js';
import type { Verification } from './webhook-event.entity.js';

/** Outbox topic of the work on an event that is proven; the key is the event's uuid. */
export const WEBHOOK_PROCESS = 'webhook.process';

/** Topic of the work on an event that still needs proof, from a key or from the gateway itself. */
export const WEBHOOK_VERIFY = 'webhook.verify';

export function topicOf(verification: Verification): string {
  return verification === 'verified' ? WEBHOOK_PROCESS : WEBHOOK_VERIFY;
}

export function eventIdOf(row: OutboxRow): number {
  return Number(row.payload['eventId']);
}
