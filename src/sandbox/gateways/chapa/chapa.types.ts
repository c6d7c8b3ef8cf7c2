/** Body of `POST /v1/transaction/initialize`, once it passed. */
export interface Order {
  /** Hundredths. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly txRef: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phoneNumber: string | null;
  readonly callbackUrl: string | null;
  readonly returnUrl: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly meta: unknown;
}

/** `unpaid` until the payer has tried, and again never. */
export type PaymentStatus = 'unpaid' | 'success' | 'failed' | 'failed/cancelled' | 'refunded';

/** What Chapa keeps of one order. */
export interface Payment {
  readonly order: Order;
  readonly checkoutId: string;
  readonly createdAt: number;
  /** Null until the payer has begun. */
  reference: string | null;
  status: PaymentStatus;
  tries: number;
  updatedAt: number;
  /** The payer's wallet is empty: whatever is tried fails. */
  readonly noMoney: boolean;
  /** The outcome is told with another amount than was asked for. */
  readonly wrongAmount: boolean;
  /** How often verify was asked: the amount is a number and a string by turns. */
  looks: number;
}

export type RefundState = 'processing' | 'refunded' | 'reversed';

export interface Refund {
  /** Chapa's own, by which the refund is verified. */
  readonly refId: string;
  readonly id: number;
  readonly payment: Payment;
  readonly amountMinor: bigint;
  readonly reason: string;
  /** The merchant's, unique; null where none was given. */
  readonly reference: string | null;
  readonly createdAt: number;
  /** When it ends by itself. */
  readonly dueAt: number;
  state: RefundState;
  readonly wrongAmount: boolean;
}

export interface Credentials {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

/** The product's own variables; an empty one counts as unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  return {
    secretKey: env['CHAPA_SECRET_KEY'] || 'CHASECK_TEST-malipo-sandbox',
    webhookSecret: env['CHAPA_WEBHOOK_SECRET'] || 'sandbox-chapa-webhook-secret',
  };
}

/** `2304.00`. Both currencies have hundredths. */
export function decimal(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
}

/** Half of it where the amount is to be wrong. */
export function amountTold({ order, wrongAmount }: Payment, wrong = wrongAmount): bigint {
  if (!wrong) return order.amountMinor;
  return order.amountMinor > 1n ? order.amountMinor / 2n : order.amountMinor + 1n;
}

/** Chapa prints microseconds, which it does not have. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}
