/**
 * Wave's wire formats. Sources: docs.wave.com/checkout and docs.wave.com/webhook, and what integrators
 * report; where they differ, the types allow both.
 */

/** `POST /v1/checkout/sessions`; a closed body: an unlisted property is refused with `value_error.extra`. */
export interface WaveCheckoutRequest {
  /** Major units, digits only. */
  amount: string;
  /** The wallet's own currency. */
  currency: string;
  success_url: string;
  error_url: string;
  /** Our reference, at most 255 characters; a session can be searched by it. */
  client_reference: string;
  /** E.164 with `+`; another payer is turned away with `payer-mobile-mismatch`. */
  restrict_payer_mobile?: string;
  /** `am-…`, for aggregators only. */
  aggregated_merchant_id?: string;
}

export const WAVE_CHECKOUT_STATUSES = ['open', 'complete', 'expired'] as const;
export type WaveCheckoutStatus = (typeof WAVE_CHECKOUT_STATUSES)[number];

/** `failed` is outside the documented enumeration: seen by one integrator in failed tries. */
export type WavePaymentStatus = 'processing' | 'cancelled' | 'succeeded' | 'failed';

/** Why a payer's try did not work; the session stays open. Other codes may come. */
export type WavePaymentErrorCode =
  | 'blocked-account'
  | 'cross-border-payment-not-allowed'
  | 'customer-age-restricted'
  | 'insufficient-funds'
  | 'kyb-limits-exceeded'
  | 'payer-mobile-mismatch'
  | 'payment-failure';

/** A session, read from untrusted JSON: strings are printable and bounded, absent fields null. */
export interface WaveSession {
  /** `cos-…` */
  id: string;
  amount: string | null;
  currency: string | null;
  clientReference: string | null;
  checkoutStatus: string;
  paymentStatus: string;
  lastPaymentError: string | null;
  launchUrl: string | null;
  /** ISO 8601: 30 minutes or 24 hours after its making, sources disagree. */
  whenExpires: string | null;
}

/** What a refusal says, whichever of the four shapes it came in. */
export interface WaveError {
  code: string | null;
  message: string | null;
  /** The first field that `details` names. */
  field: string | null;
}

/** A notification, read from untrusted bytes. */
export interface WaveEvent {
  /** `EV_…` or `AE_…`; the same in every copy of one event. */
  id: string | null;
  type: string;
  /** Null where it is about something else. */
  session: WaveSession | null;
}
