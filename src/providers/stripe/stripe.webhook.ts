import { createHash } from 'node:crypto';
import type { WebhookEvent, WebhookVerdict } from '../port/provider.port.js';
import type { StripeSettings } from './stripe.config.js';
import { sessionState, toRefundStatus, toStatus } from './stripe.mapper.js';
import { readWireAmount } from './stripe.amounts.js';
import {
  readCharge,
  readEvent,
  readRefund,
  readRefundedSince,
  readSession,
} from './stripe.reader.js';
import { stripeSdk } from './stripe.sdk.js';
import type { StripeEvent, StripeSession } from './stripe.types.js';

export type Proof = 'proven' | 'absent' | 'wrong';
type Terms = Pick<StripeSettings, 'live' | 'ugxDecimals'>;

/**
 * `Stripe-Signature: t=<unix>,v1=<hex>[,v1=…]` by Stripe's own library, any secret and any v1 may match. The
 * library takes times in the future however far; here the tolerance holds either way.
 * @param nowMs milliseconds since 1970
 */
export function checkSignature(
  header: string | undefined,
  rawBody: Buffer,
  secrets: readonly string[],
  { nowMs, toleranceS }: { nowMs: number; toleranceS: number },
): Proof {
  if (header === undefined || header.trim() === '') return 'absent';
  const [, t = ''] = /(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header) ?? [];
  if (t === '' || Number(t) - nowMs / 1000 > toleranceS) return 'wrong';
  const matches = secrets.some((secret) => verifies(header, rawBody, secret, toleranceS, nowMs));
  return matches ? 'proven' : 'wrong';
}

function verifies(
  header: string,
  rawBody: Buffer,
  secret: string,
  toleranceS: number,
  nowMs: number,
): boolean {
  try {
    stripeSdk().webhooks.constructEvent(rawBody, header, secret, toleranceS, undefined, nowMs);
    return true;
  } catch {
    return false; // a wrong signature, an old one, or signed bytes that are no event
  }
}

const COMPLETED = 'checkout.session.completed';
const ASYNC_PAID = 'checkout.session.async_payment_succeeded';
const ASYNC_FAILED = 'checkout.session.async_payment_failed';
const EXPIRED = 'checkout.session.expired';
const CHARGE_REFUNDED = 'charge.refunded';
const SESSION_TYPES: ReadonlySet<string> = new Set([COMPLETED, ASYNC_PAID, ASYNC_FAILED, EXPIRED]);
const REFUND_TYPES: ReadonlySet<string> = new Set([
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refund.updated',
]);

/** What a notification says, given what its signature proves. */
export function judge(rawBody: Buffer, proof: Proof, terms: Terms): WebhookVerdict {
  if (proof === 'wrong') return { verdict: 'forged', reason: 'wrong or outdated signature' };
  const event = readEvent(rawBody);
  if (!event) return { verdict: 'malformed', reason: 'not an event of Stripe' };
  const dedupeKey = proof === 'proven' ? `verified:${event.id}` : `unsigned:${digestOf(rawBody)}`;
  const told = translate(event, terms);
  if (told === 'malformed')
    return { verdict: 'malformed', reason: `${event.type} without its object` };
  if (told === null) {
    return proof === 'proven'
      ? { verdict: 'irrelevant', reason: `${event.type} is about nothing of ours` }
      : { verdict: 'malformed', reason: 'unsigned, and about nothing of ours' };
  }
  const verdict = proof === 'proven' ? 'verified' : 'unsigned';
  return { verdict, event: { ...told, dedupeKey } };
}

type Told = Omit<WebhookEvent, 'dedupeKey'>;

/** Null for what is about nothing of ours. */
function translate(event: StripeEvent, terms: Terms): Told | 'malformed' | null {
  if (SESSION_TYPES.has(event.type)) {
    const session = readSession(event.object);
    if (!session) return 'malformed';
    const reference = session.clientReference;
    return reference === null
      ? null
      : { reference, ...aboutSession(event, session, reference, terms) };
  }
  if (REFUND_TYPES.has(event.type)) return aboutRefund(event, terms);
  if (event.type === CHARGE_REFUNDED) return aboutCharge(event, terms);
  return null;
}

/** By the session in the event; only a failure that came later is not in it, for it stays complete and unpaid. */
function aboutSession(
  { type, livemode }: StripeEvent,
  session: StripeSession,
  reference: string,
  terms: Terms,
): Omit<Told, 'reference'> {
  const status = toStatus(session, reference, terms);
  if (livemode !== terms.live) return { ...status, state: 'unknown', failure: null };
  const failedLater =
    type === ASYNC_FAILED && session.status === 'complete' && session.paymentStatus === 'unpaid';
  if (failedLater && status.state === 'pending') {
    const failure = { code: 'declined', message: 'The payment failed after it was ordered' };
    return { ...status, state: 'failed', failure };
  }
  const fits = EXPECTED[type]?.includes(sessionState(session)) ?? false;
  return fits ? status : { ...status, state: 'unknown', failure: null };
}

/** States that a session may have in an event of this type; in any other it contradicts itself. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  [COMPLETED]: ['pending', 'paid'],
  [ASYNC_PAID]: ['paid'],
  [ASYNC_FAILED]: [],
  [EXPIRED]: ['expired'],
};

const NOT_TO_READ = {
  state: 'unknown',
  gatewayTransactionId: null,
  amount: null,
  failure: null,
} as const;

/** A refund that was asked for elsewhere names no attempt; `charge.refunded` tells of it. */
function aboutRefund({ object, livemode }: StripeEvent, terms: Terms): Told | 'malformed' | null {
  const refund = readRefund(object);
  if (!refund) return 'malformed';
  const { reference, refundReference, status } = refund;
  if (reference === null || refundReference === null) return null;
  const said = toRefundStatus(refund, terms);
  const state = livemode === terms.live ? said.state : 'unknown';
  return {
    ...NOT_TO_READ,
    reference,
    wireStatus: status.slice(0, 64),
    refund: { ...said, state, reference: refundReference },
  };
}

/**
 * Comes with every refund: for ours, told by the key of the request, the refund's own events say more.
 * Without a key somebody refunded at the dashboard. The event names no refund, but the running total of
 * the charge tells one from the next, and the total before tells how much it was.
 */
function aboutCharge(
  { object, previous, livemode, idempotencyKey }: StripeEvent,
  terms: Terms,
): Told | null {
  const charge = readCharge(object);
  if (charge === null || idempotencyKey !== null) return null;
  const added = readRefundedSince(charge, previous);
  const amount = readWireAmount(added, charge.currency, terms.ugxDecimals);
  const named = amount !== null && charge.id !== null;
  return {
    ...NOT_TO_READ,
    reference: charge.reference,
    wireStatus: CHARGE_REFUNDED,
    refund: {
      state: livemode === terms.live ? 'completed' : 'unknown',
      reference: null,
      gatewayRefundId: named ? `${charge.id}:${String(charge.amountRefunded)}` : null,
      amount,
      failure: null,
      wireStatus: CHARGE_REFUNDED,
    },
  };
}

function digestOf(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
