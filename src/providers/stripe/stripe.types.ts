/**
 * Stripe's wire, API 2026-10-28.endive, read from untrusted JSON: strings are printable and bounded, absent
 * fields null. Sources: the types of the npm package `stripe` 23.1.0 and docs.stripe.com/api.
 */

export const SESSION_STATUSES = ['open', 'complete', 'expired'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];
export type PaymentStatus = 'unpaid' | 'paid' | 'no_payment_required';

export interface StripeSession {
  /** `cs_test_…` or `cs_live_…` */
  id: string;
  status: string;
  paymentStatus: string;
  /** `pi_…`, null until the payer confirmed something. */
  paymentIntent: string | null;
  /** Minor units of Stripe's; read by `readWireAmount`. */
  amountTotal: unknown;
  currency: unknown;
  clientReference: string | null;
  livemode: unknown;
  /** Null unless the session is open. */
  url: string | null;
}

export type RefundWord = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export interface StripeRefund {
  /** `re_…` */
  id: string;
  status: string;
  failureReason: string | null;
  amount: unknown;
  currency: unknown;
  /** Our reference of the attempt and of the refund, where the refund was asked for here. */
  reference: string | null;
  refundReference: string | null;
}

export interface StripeError {
  type: string | null;
  code: string | null;
  message: string | null;
  /** `line_items[0][price_data][currency]` */
  param: string | null;
}

export interface StripeEvent {
  /** `evt_…`, the same in every copy of one event. */
  id: string;
  type: string;
  livemode: unknown;
  /** The key of the request that caused it; null where nobody's request did, e.g. the dashboard. */
  idempotencyKey: string | null;
  object: unknown;
  /** What was different before, where the event is about a change. */
  previous: unknown;
}

/** A charge as far as its refunds are told of. */
export interface StripeCharge {
  id: string | null;
  /** Our reference of the attempt. */
  reference: string;
  /** The running total, in Stripe's minor units. */
  amountRefunded: unknown;
  currency: unknown;
}
