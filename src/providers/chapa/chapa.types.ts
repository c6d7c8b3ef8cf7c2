/**
 * Chapa's wire formats, v1 (api.chapa.co/v1). Sources: developer.chapa.co and Chapa's own Go, Rust and Laravel
 * packages; where they differ, the types allow both.
 */

export const CHAPA_CURRENCIES = ['ETB', 'USD'] as const;
export type ChapaCurrency = (typeof CHAPA_CURRENCIES)[number];

/** `POST /transaction/initialize`, as JSON. */
export interface ChapaInitializeRequest {
  /** Major units. */
  amount: string;
  currency: ChapaCurrency;
  /** Our reference, once and never again. */
  tx_ref: string;
  email?: string;
  first_name?: string;
  last_name?: string;
  /** 09xxxxxxxx or 07xxxxxxxx. */
  phone_number?: string;
  /** Called by a GET that proves nothing. */
  callback_url?: string;
  return_url?: string;
  customization: { title: string; description?: string };
}

/** Fields of `POST /refund/{reference}`, sent as a form. */
export interface ChapaRefundRequest {
  /** Major units; left out, all of it goes back. */
  amount?: string;
  reason: string;
  /** Ours, unique per business. */
  reference: string;
}

/** `data.status` of verify, and `status` of a payment's notification. The slash is literal. */
export type ChapaStatus =
  'success' | 'pending' | 'failed' | 'failed/cancelled' | 'refunded' | 'reversed';

/** `event` of a notification about a payment. */
export type ChapaPaymentEvent = 'charge.success' | 'charge.failed/cancelled' | 'charge.reversed';

/** `event` of a notification about a refund; the documentation lists only the first. */
export type ChapaRefundEvent =
  'charge.refunded' | 'refund.success' | 'refund.failed' | 'refund.reversed';

/** `data.status` of a refund. */
export type ChapaRefundStatus =
  | 'refund initiated'
  | 'initiated'
  | 'processing'
  | 'pending'
  | 'refunded'
  | 'success'
  | 'reversed'
  | 'failed';

/** A notification, read from untrusted bytes: strings are printable and bounded, absent fields null. */
export interface ChapaNotification {
  event: string;
  /** Our reference; null where the event is about something else. */
  txRef: string | null;
  /** Chapa's own. */
  reference: string | null;
  status: string;
  /** As sent; a JSON number arrives as its digits. */
  amount: string | null;
  currency: string | null;
  mode: string | null;
  /** API for payments of ours. */
  type: string | null;
  updatedAt: string | null;
  refundReference: string | null;
  refundId: string | null;
}
