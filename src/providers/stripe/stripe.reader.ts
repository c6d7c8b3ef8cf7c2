import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type {
  StripeCharge,
  StripeError,
  StripeEvent,
  StripeRefund,
  StripeSession,
} from './stripe.types.js';

/** Names under which our references travel in `metadata`, which Stripe copies from intent to charge. */
export const METADATA = { attempt: 'reference', refund: 'refund_reference' } as const;

/** Null for what is no session. */
export function readSession(value: unknown): StripeSession | null {
  if (!isRecord(value) || value.object !== 'checkout.session') return null;
  const id = readId(value.id, 'cs');
  if (id === null) return null;
  return {
    id,
    status: printable(value.status) ?? '',
    paymentStatus: printable(value.payment_status) ?? '',
    paymentIntent: readIntent(value.payment_intent),
    amountTotal: value.amount_total,
    currency: value.currency,
    clientReference: readReference(value.client_reference_id),
    livemode: value.livemode,
    url: readUrl(value.url),
  };
}

/** Null for what is no refund. */
export function readRefund(value: unknown): StripeRefund | null {
  if (!isRecord(value) || value.object !== 'refund') return null;
  const id = readId(value.id, 're') ?? readId(value.id, 'pyr');
  if (id === null) return null;
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  return {
    id,
    status: printable(value.status) ?? '',
    failureReason: identifier(value.failure_reason),
    amount: value.amount,
    currency: value.currency,
    reference: readReference(metadata[METADATA.attempt]),
    refundReference: readReference(metadata[METADATA.refund]),
  };
}

/** A charge that names an attempt of ours; null for any other. */
export function readCharge(value: unknown): StripeCharge | null {
  if (!isRecord(value) || value.object !== 'charge' || !isRecord(value.metadata)) return null;
  const reference = readReference(value.metadata[METADATA.attempt]);
  if (reference === null) return null;
  return {
    id: readId(value.id, 'ch') ?? readId(value.id, 'py'),
    reference,
    amountRefunded: value.amount_refunded,
    currency: value.currency,
  };
}

/** What the last change added to a charge's refunds, in Stripe's minor units; null where it does not say. */
export function readRefundedSince(charge: StripeCharge, previous: unknown): number | null {
  const before = isRecord(previous) ? previous.amount_refunded : null;
  const now = charge.amountRefunded;
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(now)) return null;
  const added = (now as number) - (before as number);
  return added > 0 ? added : null;
}

/** `{error: {type, code, message, param}}`; all null for anything else. */
export function readError(json: unknown): StripeError {
  const body = isRecord(json) && isRecord(json.error) ? json.error : {};
  return {
    type: identifier(body.type),
    code: identifier(body.code),
    message: printable(body.message),
    param: identifier(body.param),
  };
}

/** Reads a notification's bytes; null for what is none. */
export function readEvent(rawBody: Buffer): StripeEvent | null {
  const body = parseJson(rawBody);
  if (!isRecord(body) || body.object !== 'event' || !isRecord(body.data)) return null;
  const id = readId(body.id, 'evt');
  const type = typeof body.type === 'string' ? identifier(body.type) : null;
  if (id === null || type === null) return null;
  const request = isRecord(body.request) ? body.request : {};
  return {
    id,
    type,
    livemode: body.livemode,
    idempotencyKey: readReference(request.idempotency_key),
    object: body.data.object,
    previous: body.data.previous_attributes,
  };
}

function readId(value: unknown, prefix: string): string | null {
  return typeof value === 'string' && /^[a-z]+_[A-Za-z0-9_]{1,250}$/.test(value)
    ? value.startsWith(`${prefix}_`)
      ? value
      : null
    : null;
}

/** An id, or the object itself where it was expanded. */
function readIntent(value: unknown): string | null {
  return readId(isRecord(value) ? value.id : value, 'pi');
}

/** Ours are printable ASCII. */
function readReference(value: unknown): string | null {
  return typeof value === 'string' && /^[!-~]{1,255}$/.test(value) ? value : null;
}

/** As it came, its fragment included: the payer is handed the very text. */
function readUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 5_000 || !URL.canParse(value)) return null;
  return /^https?:$/.test(new URL(value).protocol) ? value : null;
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return null; // truncated, not UTF-8, not JSON, or nested beyond what the parser bears
  }
}
