/** Every state a payment can be in; the words are the API's. */
export const PAYMENT_STATES = [
  'pending',
  'pending_approval',
  'processing',
  'completed',
  'failed',
  'cancelled',
  'expired',
  'partially_refunded',
  'refunded',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/**
 * Why a state changes:
 * - `attempt`: an attempt was handed to a gateway
 * - `evidence`: the gateway proved that money arrived, in time or late
 * - `cash`: a cashier took it, or collected it on delivery
 * - `submission`, `approval`, `rejection`: a manual payment and its reviewer
 * - `refusal`, `expiry`, `cancellation`: the gateway, the clock or a person ended it
 * - `refund`: money went back, by refund, reversal or chargeback; `refund_failed`: it came again
 */
export type Cause =
  | 'attempt'
  | 'evidence'
  | 'cash'
  | 'submission'
  | 'approval'
  | 'rejection'
  | 'refusal'
  | 'expiry'
  | 'cancellation'
  | 'refund'
  | 'refund_failed';

type Exits = Partial<Record<PaymentState, readonly Cause[]>>;

/** The literal table. What is not here is refused. */
export const TRANSITIONS = {
  pending: {
    processing: ['attempt'],
    pending_approval: ['submission'],
    completed: ['cash', 'evidence'],
    failed: ['refusal'],
    cancelled: ['cancellation'],
    expired: ['expiry'],
  },
  pending_approval: {
    completed: ['approval'],
    failed: ['rejection'],
    cancelled: ['cancellation'],
  },
  processing: {
    completed: ['evidence'],
    failed: ['refusal'],
    cancelled: ['cancellation'],
    expired: ['expiry'],
  },
  failed: { processing: ['attempt'], completed: ['evidence'] },
  expired: { processing: ['attempt'], completed: ['evidence'] },
  cancelled: { completed: ['evidence'] },
  completed: { partially_refunded: ['refund'], refunded: ['refund'] },
  partially_refunded: {
    partially_refunded: ['refund', 'refund_failed'],
    refunded: ['refund'],
    completed: ['refund_failed'],
  },
  refunded: { partially_refunded: ['refund_failed'], completed: ['refund_failed'] },
} as const satisfies Record<PaymentState, Exits>;

export type Transition =
  | { allowed: true; changes: boolean }
  | { allowed: false; code: 'invalid_transition'; message: string };

/** Whether `from` may become `to` for that cause. A payment that is complete already stays so, quietly. */
export function transition(from: PaymentState, to: PaymentState, cause: Cause): Transition {
  if (from === 'completed' && to === 'completed') return { allowed: true, changes: false };
  const exits: Exits = TRANSITIONS[from];
  if (exits[to]?.includes(cause)) return { allowed: true, changes: true };
  return {
    allowed: false,
    code: 'invalid_transition',
    message: `A ${from} payment cannot become ${to}`,
  };
}

/** States in which the money has arrived and not all of it went back. */
export function isPaid(state: PaymentState): boolean {
  return state === 'completed' || state === 'partially_refunded' || state === 'refunded';
}

/** What the sum refunded says about the state of a payment that was completed. */
export function stateAfterRefunds(amountMinor: bigint, refundedMinor: bigint): PaymentState {
  if (refundedMinor === 0n) return 'completed';
  return refundedMinor < amountMinor ? 'partially_refunded' : 'refunded';
}
