import type { CardFate } from './stripe.cards.js';

/** A new session, once it passed. Amounts are Stripe's minor units. */
export interface SessionOrder {
  readonly amount: bigint;
  readonly currency: string;
  readonly product: string;
  readonly clientReference: string | null;
  readonly customerEmail: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the intent, and so of the charge. */
  readonly intentMetadata: Readonly<Record<string, string>>;
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly methods: readonly string[];
}

export interface Session {
  /** `cs_test_…` */
  readonly id: string;
  readonly order: SessionOrder;
  readonly pageId: string;
  readonly url: string;
  readonly created: number;
  readonly expiresAt: number;
  /** Told with another amount than was asked for. */
  readonly wrongAmount: boolean;
  status: 'open' | 'complete' | 'expired';
  paid: boolean;
  /** What becomes of refunds to the card that paid. */
  refunds: CardFate['refund'];
  /** Null until the payer confirms. */
  intent: { readonly id: string; readonly charge: string } | null;
}

export interface RefundOrder {
  readonly intent: string;
  /** Null: all that is left. */
  readonly amount: bigint | null;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Refund {
  /** `re_…` */
  readonly id: string;
  readonly session: Session;
  readonly amount: bigint;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface Credentials {
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly live: boolean;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  const secretKey = env['STRIPE_SECRET_KEY'] || 'sk_test_malipo_sandbox';
  return {
    secretKey,
    webhookSecret: env['STRIPE_WEBHOOK_SECRET'] || 'whsec_malipo_sandbox',
    live: /^[sr]k_live_/.test(secretKey),
  };
}
