import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type { AttemptState, RefundStatus, WebhookEvent } from '../port/provider.port.js';
import { refundFailureOf, refundIdOf, refundStateOf } from './chapa.answers.js';
import type { ChapaMode } from './chapa.config.js';
import { failureOf, lookUp, modeFits, readAmount, stateOf } from './chapa.mapper.js';
import type { ChapaNotification, ChapaPaymentEvent, ChapaRefundEvent } from './chapa.types.js';

/** Hex HMAC-SHA256 over the raw bytes, keyed with the webhook secret's text. */
export function hasValidSignature(rawBody: Buffer, signature: string, secret: string): boolean {
  const text = signature.trim();
  if (secret === '' || !/^[0-9a-f]{64}$/i.test(text)) return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(Buffer.from(text, 'hex'), expected);
}

/**
 * Reads a notification's bytes. Null: not one of Chapa's (not a JSON object, or without event and reference).
 * What the callback address is sent names its reference `trx_ref` and has no event.
 */
export function readNotification(rawBody: Buffer): ChapaNotification | null {
  const body = parseJson(rawBody);
  if (!body) return null;
  const event = printable(body.event) ?? '';
  const txRef = referenceIn(body.tx_ref) ?? referenceIn(body.trx_ref);
  if (event === '' && txRef === null) return null;
  const reference = identifier(body.reference) ?? identifier(body.ref_id);
  return {
    event,
    txRef,
    reference,
    status: printable(body.status) ?? '',
    amount: typeof body.amount === 'number' ? String(body.amount) : printable(body.amount),
    currency: printable(body.currency),
    mode: printable(body.mode),
    type: printable(body.type),
    updatedAt: printable(body.updated_at),
    refundReference: referenceIn(body.merchant_reference),
    refundId: refundIdOf({ ...body, ref: null, id: null }, [reference, txRef]),
  };
}

/** Ours are text: a number that happens to read like one is not. */
function referenceIn(value: unknown): string | null {
  return typeof value === 'string' ? identifier(value) : null;
}

function parseJson(rawBody: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    return isRecord(value) ? value : null;
  } catch {
    return null; // truncated, not UTF-8, not JSON, or nested beyond what the parser bears
  }
}

/** The only status that goes with each event: any other with it is a contradiction. */
const PAYMENT_EVENTS = {
  'charge.success': 'paid',
  'charge.failed/cancelled': 'failed',
  'charge.reversed': 'reversed',
} as const satisfies Record<ChapaPaymentEvent, AttemptState>;

const REFUND_EVENTS = {
  'charge.refunded': 'completed',
  'refund.success': 'completed',
  'refund.failed': 'failed',
  'refund.reversed': 'failed',
} as const satisfies Record<ChapaRefundEvent, RefundStatus['state']>;

/** Other things that Chapa sells: none of them is an order of ours. */
const FOREIGN_TYPES = /^(payment link|event|donation|payout)$/i;

/** Genuine, and about no payment or refund of ours. */
export function isIrrelevant({ event, txRef, type }: ChapaNotification): boolean {
  return txRef === null || FOREIGN_TYPES.test(type ?? '') || !/^(charge|refund)\./i.test(event);
}

/**
 * Translates. Chapa numbers no event: what happened is its name, and a copy that is not proven is known by
 * its bytes under a prefix of its own, so that it never stands in the way of a proven one.
 */
export function toEvent(
  notification: ChapaNotification & { txRef: string },
  proof: 'verified' | 'unsigned',
  rawBody: Buffer,
  mode: ChapaMode | null,
): WebhookEvent {
  const { txRef, reference, status, event } = notification;
  const amount = readAmount(notification.amount, notification.currency);
  const refund = refundIn(notification, mode);
  const state = refund ? 'unknown' : paymentState(notification, amount !== null, mode);
  return {
    reference: txRef,
    dedupeKey: `${proof}:${proof === 'verified' ? happened(notification) : digest(rawBody)}`,
    state,
    gatewayTransactionId: reference,
    amount,
    failure: failureOf(state, null),
    wireStatus: (status || event).slice(0, 64),
    ...(refund && { refund }),
  };
}

/** Money only moves on an amount that can be compared with ours, and on money of our mode. */
function paymentState(
  { event, status, mode: said }: ChapaNotification,
  hasAmount: boolean,
  mode: ChapaMode | null,
): AttemptState {
  const state = stateOf(status);
  // The callback address is told the status without an event.
  const agreed = event === '' ? state : lookUp<AttemptState>(PAYMENT_EVENTS, event, 'unknown');
  if (agreed !== state || !modeFits(said, mode)) return 'unknown';
  return state === 'paid' && !hasAmount ? 'unknown' : state;
}

/** The amount is left out: nothing says whether it is the refund's or the payment's. */
function refundIn(
  { event, status, refundReference, refundId, mode: said }: ChapaNotification,
  mode: ChapaMode | null,
): WebhookEvent['refund'] | null {
  const kind = lookUp<RefundStatus['state'] | null>(REFUND_EVENTS, event, null);
  if (kind === null) return null;
  const state = refundStateOf(status) === kind && modeFits(said, mode) ? kind : 'unknown';
  return {
    state,
    reference: refundReference,
    gatewayRefundId: refundId,
    amount: null,
    failure: refundFailureOf(state, status),
    wireStatus: (status || event).slice(0, 64),
  };
}

/** Two refunds of one payment differ in nothing but their time. */
function happened(notification: ChapaNotification): string {
  const { event, txRef, reference, status, amount, currency, updatedAt } = notification;
  const isRefund = lookUp<string | null>(REFUND_EVENTS, event, null) !== null;
  const parts = [event, txRef, reference, status, amount, currency];
  const text = [...parts, ...(isRefund ? [updatedAt] : [])].map((part) => part ?? '').join('|');
  return text.length <= 200 ? text : digest(text);
}

function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
