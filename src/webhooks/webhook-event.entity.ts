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

/** An amount as JSON: minor units, as text. */
interface StoredAmount {
  minor: string;
  currency: string;
}

type Refund = NonNullable<WebhookEvent['refund']>;

/** A translated event as JSON, its amounts in minor units. */
export interface StoredEvent extends Omit<WebhookEvent, 'amount' | 'refund'> {
  amount: StoredAmount | null;
  refund?: Omit<Refund, 'amount'> & { amount: StoredAmount | null };
}

export function toStored({ refund, ...event }: WebhookEvent): StoredEvent {
  return {
    ...event,
    amount: storedAmount(event.amount),
    ...(refund && { refund: { ...refund, amount: storedAmount(refund.amount) } }),
  };
}

export function fromStored({ refund, ...event }: StoredEvent): WebhookEvent {
  return {
    ...event,
    amount: amountFrom(event.amount),
    ...(refund && { refund: { ...refund, amount: amountFrom(refund.amount) } }),
  };
}

function storedAmount(amount: Money | null): StoredAmount | null {
  return amount && { minor: amount.minor.toString(), currency: amount.currency.code };
}

function amountFrom(amount: StoredAmount | null): Money | null {
  return amount && Money.ofMinor(amount.minor, amount.currency);
}
