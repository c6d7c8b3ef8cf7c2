import type { Money } from '../../common/index.js';

/** Codes of all tenders, with the integer ids that the REST API shows. Ids are never reused. */
export const PROVIDER_IDS = {
  azampay: 1,
  chapa: 2,
  wave: 3,
  orange_money: 4,
  mtn_momo: 5,
  stripe: 6,
  signed_webhook: 7,
  cash: 8,
  cash_on_delivery: 9,
  manual: 10,
} as const;
export type ProviderCode = keyof typeof PROVIDER_IDS;

export const MOBILE_NETWORKS = [
  'AIRTEL',
  'TIGO',
  'MPESA',
  'HALOPESA',
  'AZAMPESA',
  'WAVE',
  'ORANGE',
  'MTN',
] as const;
export type MobileNetwork = (typeof MOBILE_NETWORKS)[number];

export const PAYMENT_METHODS = [
  'cash',
  'mobile_money',
  'card',
  'online',
  'bank_transfer',
  'local_wallet',
  'COD',
  'stripe',
  'ONLINE',
] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** What a gateway can do, as data: asked before a call, shown to apps, checked by the contract suite. */
export interface ProviderCapabilities {
  currencies: readonly string[];
  /** ISO 3166 codes; empty where the gateway is not bound to countries. */
  countries: readonly string[];
  methods: readonly PaymentMethod[];
  networks: readonly MobileNetwork[];
  /** A payer's number is needed to start. */
  needsPhone: boolean;
  /** `prompt`: appears on the payer's phone. `redirect`: a hosted page. `none`: nothing to show. */
  flow: 'prompt' | 'redirect' | 'none';
  refund: 'none' | 'partial' | 'full';
  cancel: boolean;
  /** The gateway can be asked how an attempt stands. */
  statusQuery: boolean;
  /** Operations that may be sent again after an unknown outcome without a second charge. */
  repeatSafe: { initiate: boolean; refund: boolean };
  /** How the notification's sender expects a bad signature to be answered; 401 unless set. */
  badSignatureStatus?: 400 | 401;
  /** What proves a payment: a signed notification, only an answer to our own query, or a person. */
  confirms: 'signature' | 'query' | 'person';
  /** Seconds after the call at which the gateway is asked; empty where it cannot be asked. */
  pollScheduleS: readonly number[];
  /** Seconds after which an unanswered attempt is closed as expired. */
  lifetimeS: number;
  /** Smallest and largest amount in major units; whole amounts only where the wire has no decimals. */
  limits: { min: number; max: number; wholeOnly: boolean };
}

export interface InitiateRequest {
  /** Our reference, already stored with the attempt. The adapter never makes up one of its own. */
  reference: string;
  amount: Money;
  /** Digits with country code; null where the flow needs none. */
  phone: string | null;
  network: MobileNetwork | null;
  description: string;
  customer: { name: string | null; email: string | null };
  /** Where the gateway sends the payer back to; null for prompts, or where nobody named one. */
  returnUrl: string | null;
  /** Our own notification address for this gateway, for those that take one with each order. */
  callbackUrl?: string | null;
}

/** What is safe to store and show of the request: no secret, no token. */
export type RequestSummary = Record<string, string | number | boolean | null>;

export type InitiateResult =
  | {
      outcome: 'accepted';
      /** The gateway's own id, null where it comes later. */
      gatewayTransactionId: string | null;
      checkoutUrl: string | null;
      /** What later queries need (tokens, ids), stored with the attempt and never shown. */
      gatewayData: Record<string, string>;
      request: RequestSummary;
    }
  | { outcome: 'declined'; code: string; message: string; request: RequestSummary };

export interface AttemptView {
  reference: string;
  gatewayTransactionId: string | null;
  gatewayData: Record<string, string>;
  amount: Money;
  network: MobileNetwork | null;
}

/**
 * Where an attempt stands, by the gateway's word. `unknown` is an outcome of its own: an unlisted word,
 * or no trustworthy answer. It never means failed and never means pending. `not_found`: the gateway knows
 * nothing of it (yet); believed only after the gateway's settle time and a second look.
 */
export type AttemptState =
  'pending' | 'paid' | 'failed' | 'cancelled' | 'expired' | 'reversed' | 'not_found' | 'unknown';

export interface StatusResult {
  state: AttemptState;
  gatewayTransactionId: string | null;
  /** Amount as the gateway states it, null where it states none. Compared with ours before money moves. */
  amount: Money | null;
  failure: { code: string; message: string } | null;
  /** The gateway's own status word, for people. */
  wireStatus: string;
}

/** One event of a notification, translated. */
export interface WebhookEvent extends StatusResult {
  /** Our reference: names the attempt. */
  reference: string;
  /** The same event sent again has the same key; differs for verified and unverified copies. */
  dedupeKey: string;
  /**
   * A plain decimal in major units, set only where the sender names no currency (`amount` is null then): to be
   * read in the currency of what is paid for.
   */
  amountText?: string | null;
  /** Set when the event is about a refund of that attempt; the payment's `state` is not to be read then. */
  refund?: RefundStatus & { reference: string | null };
}

export interface RefundRequest {
  attempt: AttemptView;
  /** Our reference of the refund: the gateway's idempotency handle, and unique at the gateway. */
  reference: string;
  /** At most what is left of the attempt; the whole amount where the gateway refunds only that. */
  amount: Money;
  reason: string;
  /** Digits with country code of whom it goes to, for gateways that pay out anew. */
  phone: string | null;
}

export interface RefundView extends Omit<RefundRequest, 'reason'> {
  gatewayRefundId: string | null;
}

/** Where a refund stands, by the gateway's word; `unknown` and `not_found` as for attempts. */
export interface RefundStatus {
  state: 'processing' | 'completed' | 'failed' | 'not_found' | 'unknown';
  gatewayRefundId: string | null;
  amount: Money | null;
  failure: { code: string; message: string } | null;
  wireStatus: string;
}

export type RefundResult =
  ({ outcome: 'accepted' } & RefundStatus) | { outcome: 'declined'; code: string; message: string };

export interface WebhookInput {
  rawBody: Buffer;
  headers: Record<string, string | undefined>;
}

/**
 * - `verified`: proven to come from the gateway.
 * - `undecided`: cannot be checked now (key out of reach); stored, checked again in the job.
 * - `unsigned`: carries no proof; at most a hint to ask the gateway.
 * - `forged`: proof present and wrong; nothing is kept.
 * - `malformed`: not this gateway's notification; nothing is kept.
 * - `irrelevant`: genuine, about nothing of ours (an event type we do not handle); acknowledged, not kept.
 */
export type WebhookVerdict =
  | {
      verdict: 'verified' | 'undecided' | 'unsigned';
      event: WebhookEvent;
      /** `unsigned` only. False: keep it for a person, do not even ask the gateway about it. */
      askGateway?: boolean;
    }
  | { verdict: 'forged' | 'malformed' | 'irrelevant'; reason: string };

/**
 * A gateway. Adapters are stateless but for caches of tokens and keys, know nothing of payments or
 * tables, and answer with values: a decline is a value. They throw only the four errors of
 * `provider.errors.ts`.
 */
export interface PaymentProvider {
  readonly code: ProviderCode;
  /** Shown to apps: `{ id, name, description }`. */
  readonly name: string;
  readonly description: string;
  readonly capabilities: ProviderCapabilities;
  /** False when its settings are missing: not listed, not used. */
  readonly enabled: boolean;

  /** The reference that an attempt gets: documented prefix and at least 80 random bits. */
  newReference(context: {
    payableReference: string | null;
    payableKind: string;
    paymentId: number;
  }): string;

  /**
   * Answers what will be stored and shown of the request; asks nobody.
   * @throws DomainError `invalid` when the request cannot be sent as it is.
   */
  check(request: Omit<InitiateRequest, 'reference'>): RequestSummary;
  initiate(request: InitiateRequest): Promise<InitiateResult>;
  fetchStatus?(attempt: AttemptView): Promise<StatusResult>;
  /** Closes an unpaid page or order. False: too late, it is paid or over. */
  cancel?(attempt: AttemptView): Promise<boolean>;
  /** Sends money back. Repeated with the same reference only where `repeatSafe.refund`. */
  refund?(request: RefundRequest): Promise<RefundResult>;
  fetchRefundStatus?(refund: RefundView): Promise<RefundStatus>;
  /**
   * Verifies and translates. `trustCachedKeyOnly` is set in the request, which must answer fast: a key that
   * is not there within a second makes the verdict `undecided`.
   */
  parseWebhook?(
    input: WebhookInput,
    options: { trustCachedKeyOnly: boolean },
  ): Promise<WebhookVerdict>;
}
