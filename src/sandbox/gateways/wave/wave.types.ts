/** Body of `POST /v1/checkout/sessions`, once it passed. */
export interface SessionBody {
  readonly amount: string;
  readonly currency: string;
  readonly success_url: string;
  readonly error_url: string;
  readonly client_reference: string | null;
  readonly restrict_payer_mobile: string | null;
  readonly aggregated_merchant_id: string | null;
}

export type CheckoutStatus = 'open' | 'complete' | 'expired';
export type PaymentStatus = 'processing' | 'cancelled' | 'succeeded';

export interface PaymentError {
  readonly code: 'insufficient-funds' | 'payment-failure';
  readonly message: string;
}

/** What Wave keeps of one session. */
export interface Session {
  /** `cos-…` */
  readonly id: string;
  readonly body: SessionBody;
  /** The hosted page of the sandbox. */
  readonly pageId: string;
  readonly launchUrl: string;
  readonly whenCreated: number;
  readonly whenExpires: number;
  /** The outcome is told with another amount than was asked for. */
  readonly wrongAmount: boolean;
  checkoutStatus: CheckoutStatus;
  paymentStatus: PaymentStatus;
  lastPaymentError: PaymentError | null;
  transactionId: string | null;
  whenCompleted: number | null;
  refunded: boolean;
}

/** A session on the wire, every field there, null where there is nothing to say. */
export interface SessionObject {
  readonly id: string;
  readonly amount: string;
  readonly checkout_status: CheckoutStatus;
  readonly client_reference: string | null;
  readonly currency: string;
  readonly error_url: string;
  readonly last_payment_error: PaymentError | null;
  readonly business_name: string;
  readonly payment_status: PaymentStatus;
  readonly success_url: string;
  readonly wave_launch_url: string;
  readonly when_completed: string | null;
  readonly when_created: string;
  readonly when_expires: string;
  readonly transaction_id: string | null;
  readonly aggregated_merchant_id: string | null;
  readonly restrict_payer_mobile: string | null;
}

export type EventType = 'checkout.session.completed' | 'checkout.session.payment_failed';

export interface WaveEvent {
  readonly id: string;
  readonly type: EventType;
  readonly data: SessionObject;
}

export interface Credentials {
  readonly apiKey: string;
  /** When set, every call must be signed with it. */
  readonly requestSigningSecret: string | null;
  readonly webhookMode: 'signature' | 'shared_secret';
  readonly webhookSecret: string;
  /** The wallet's. */
  readonly currency: string;
  readonly businessName: string;
  readonly lifetimeMs: number;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  return {
    apiKey: env['WAVE_API_KEY'] || 'wave_sn_sandbox_malipo',
    requestSigningSecret: env['WAVE_REQUEST_SIGNING_SECRET'] || null,
    webhookMode: env['WAVE_WEBHOOK_MODE'] === 'shared_secret' ? 'shared_secret' : 'signature',
    webhookSecret: env['WAVE_WEBHOOK_SECRET'] || 'wave_sn_WHS_malipo-sandbox',
    currency: env['WAVE_CURRENCY'] || 'XOF',
    businessName: 'Malipo Sandbox',
    // 24 hours in Wave's own sample, 30 minutes in other notes.
    lifetimeMs: Number(env['WAVE_SESSION_LIFETIME_S'] || 86_400) * 1000,
  };
}
