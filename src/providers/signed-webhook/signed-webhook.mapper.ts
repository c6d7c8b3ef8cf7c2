import { createHash } from 'node:crypto';
import { CURRENCIES, Money } from '../../common/index.js';
import { identifier, isRecord } from '../http/wire.reader.js';
import type { AttemptState, WebhookEvent } from '../port/provider.port.js';

/** Every event of a sender that is about a payment; any other is none of ours. */
const EVENTS: ReadonlyMap<string, AttemptState> = new Map([
  ['payment.completed', 'paid'],
  ['payment.succeeded', 'paid'],
  ['payment.paid', 'paid'],
  ['payment.created', 'pending'],
  ['payment.pending', 'pending'],
  ['payment.processing', 'pending'],
  ['payment.failed', 'failed'],
  ['payment.declined', 'failed'],
  ['payment.cancelled', 'cancelled'],
  ['payment.canceled', 'cancelled'],
  ['payment.expired', 'expired'],
  ['payment.refunded', 'reversed'],
]);

/** Every status word; an event whose status is another one, or says otherwise, is undecided. */
const STATUSES: ReadonlyMap<string, AttemptState> = new Map([
  ['completed', 'paid'],
  ['succeeded', 'paid'],
  ['success', 'paid'],
  ['paid', 'paid'],
  ['pending', 'pending'],
  ['processing', 'pending'],
  ['failed', 'failed'],
  ['declined', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['expired', 'expired'],
  ['refunded', 'reversed'],
]);

export type Told =
  { event: WebhookEvent } | { verdict: 'malformed' | 'irrelevant'; reason: string };

/**
 * Translates a proven body: `{event_type, payment_id, order_reference, amount, status, timestamp, currency?}`,
 * or the same under `data` beside a `type`, as Standard Webhooks suggests.
 * @param messageId the signed id of the message, where it has one
 */
export function translate(rawBody: Buffer, messageId: string | null): Told {
  const body = parseJson(rawBody);
  if (!body) return malformed('not a JSON object');
  const type = wordOf(body['event_type'] ?? body['type']);
  if (type === null) return malformed('event_type is missing');
  const told = EVENTS.get(type);
  if (told === undefined) {
    return { verdict: 'irrelevant', reason: `${type.slice(0, 64)} is about nothing of ours` };
  }
  const fields = isRecord(body['data']) ? { ...body['data'], ...body } : body;
  const reference = identifier(fields['order_reference']);
  const paymentId = identifier(fields['payment_id']);
  if (reference === null) return malformed('order_reference is missing');
  if (paymentId === null) return malformed('payment_id is missing');
  const amount = readAmount(fields['amount'], fields['currency']);
  if (amount === 'unreadable' || (amount === null && told === 'paid')) {
    return malformed('amount is not a plain decimal in a currency that is known here');
  }
  const status = fields['status'] === undefined ? null : wordOf(fields['status']);
  const state =
    fields['status'] === undefined || told === STATUSES.get(status ?? '') ? told : 'unknown';
  const content = [paymentId, reference, type, status, amount?.text, amount?.money?.currency.code];
  return {
    event: {
      reference,
      dedupeKey: `verified:${messageId === null ? digestOf(content) : `id:${messageId}`}`,
      state,
      gatewayTransactionId: paymentId,
      amount: amount?.money ?? null,
      amountText: amount && !amount.money ? amount.text : null,
      failure:
        state === 'failed'
          ? { code: 'declined', message: 'The gateway reports that the payment failed' }
          : null,
      wireStatus: status === null ? type : `${type}/${status}`,
    },
  };
}

/** Without a currency only the digits are known; null where no amount came. */
function readAmount(
  amount: unknown,
  currency: unknown,
): { text: string; money: Money | null } | 'unreadable' | null {
  if (amount === undefined || amount === null) return null;
  const text = typeof amount === 'number' ? String(amount) : amount;
  if (typeof text !== 'string' || !/^\d{1,15}(\.\d{1,4})?$/.test(text)) return 'unreadable';
  if (currency === undefined || currency === null) return { text, money: null };
  const known = typeof currency === 'string' ? CURRENCIES.get(currency.toUpperCase()) : undefined;
  if (!known) return 'unreadable';
  try {
    return { text, money: Money.parse(text, known.code) };
  } catch {
    return 'unreadable';
  }
}

/** A word of the sender's vocabulary, in lower case; null for what is none. */
function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value.toLowerCase() : null;
}

/** The same event sent again is the same key, whatever its time of sending and the order of its fields. */
function digestOf(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

function malformed(reason: string): Told {
  return { verdict: 'malformed', reason };
}

function parseJson(rawBody: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    return isRecord(value) ? value : null;
  } catch {
    return null; // truncated, not UTF-8, not JSON, or nested beyond what the parser bears
  }
}
