import { Money } from '../common/index.js';
import type { ProviderCode, WebhookEvent } from '../providers/index.js';

export const EVENT_STATES = ['received', 'processed', 'ignored', 'parked'] as const;
export type EventStatus = (typeof EVENT_STATES)[number];
export const VERIFICATIONS = ['verified', 'undecided', 'unsigned'] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** A row of `webhook_events`: one notification as it came, and what became of it. */
export interface WebhookEventRow {
  id: number;
  uuid: string;
  provider: ProviderCode;
  dedupe_key: string;
  verification: Verification;
  status: EventStatus;
  /** Why it was ignored or parked, or what was done instead of applying it. */
  reason: string | null;
  headers: Record<string, string>;
  raw_body: Buffer;
  event: StoredEvent;
  wire_status: string;
  reference: string;
  gateway_transaction_id: string | null;
  transaction_id: number | null;
  payment_id: number | null;
  account_id: number | null;
  received_at: Date;
  processed_at: Date | null;
  replays: number;
  last_error: string | null;
}

/** A translated event as JSON: the amount in minor units, as text. */
export interface StoredEvent extends Omit<WebhookEvent, 'amount'> {
  amount: { minor: string; currency: string } | null;
}

export function toStored(event: WebhookEvent): StoredEvent {
  const { amount } = event;
  return {
    ...event,
    amount: amount && { minor: amount.minor.toString(), currency: amount.currency.code },
  };
}

export function fromStored(event: StoredEvent): WebhookEvent {
  const { amount } = event;
  return { ...event, amount: amount && Money.ofMinor(amount.minor, amount.currency) };
}
