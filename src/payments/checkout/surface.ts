import type { PaymentState } from '../payment.state.js';

/** How document 004's clients see a state: they know pending, completed and failed alone. */
const SHOWN_004 = {
  pending: 'pending',
  pending_approval: 'pending',
  processing: 'pending',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  partially_refunded: 'completed',
  refunded: 'completed',
} as const satisfies Record<PaymentState, 'pending' | 'completed' | 'failed'>;

export function shownIn004(state: PaymentState): 'pending' | 'completed' | 'failed' {
  return SHOWN_004[state];
}
