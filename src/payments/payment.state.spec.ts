import {
  type Cause,
  PAYMENT_STATES,
  type PaymentState,
  stateAfterRefunds,
  TRANSITIONS,
  transition,
} from './payment.state.js';

/** The contract's table, written down a second time: what each state may become, and why. */
const ALLOWED: [PaymentState, PaymentState, Cause[]][] = [
  ['pending', 'processing', ['attempt']],
  ['pending', 'pending_approval', ['submission']],
  ['pending', 'completed', ['cash', 'evidence']],
  ['pending', 'failed', ['refusal']],
  ['pending', 'cancelled', ['cancellation']],
  ['pending', 'expired', ['expiry']],
  ['pending_approval', 'completed', ['approval']],
  ['pending_approval', 'failed', ['rejection']],
  ['pending_approval', 'cancelled', ['cancellation']],
  ['processing', 'completed', ['evidence']],
  ['processing', 'failed', ['refusal']],
  ['processing', 'cancelled', ['cancellation']],
  ['processing', 'expired', ['expiry']],
  ['failed', 'processing', ['attempt']],
  ['failed', 'completed', ['evidence']],
  ['expired', 'processing', ['attempt']],
  ['expired', 'completed', ['evidence']],
  ['cancelled', 'completed', ['evidence']],
  ['completed', 'partially_refunded', ['refund']],
  ['completed', 'refunded', ['refund']],
  ['partially_refunded', 'partially_refunded', ['refund', 'refund_failed']],
  ['partially_refunded', 'refunded', ['refund']],
  ['partially_refunded', 'completed', ['refund_failed']],
  ['refunded', 'partially_refunded', ['refund_failed']],
  ['refunded', 'completed', ['refund_failed']],
];
const CAUSES: Cause[] = [
  'attempt',
  'evidence',
  'cash',
  'submission',
  'approval',
  'rejection',
  'refusal',
  'expiry',
  'cancellation',
  'refund',
  'refund_failed',
];

describe('payment states', () => {
  it('allow exactly the documented transitions, for exactly the documented causes', () => {
    for (const from of PAYMENT_STATES) {
      for (const to of PAYMENT_STATES) {
        for (const cause of CAUSES) {
          const allowed = ALLOWED.some(
            ([a, b, causes]) => a === from && b === to && causes.includes(cause),
          );
          const noOp = from === 'completed' && to === 'completed';
          expect({ from, to, cause, ...transition(from, to, cause) }).toMatchObject({
            from,
            to,
            cause,
            allowed: allowed || noOp,
          });
        }
      }
    }
  });

  it('answer completed → completed as done, without a change', () => {
    expect(transition('completed', 'completed', 'evidence')).toEqual({
      allowed: true,
      changes: false,
    });
  });

  it('can all be reached from pending', () => {
    const reached = new Set<PaymentState>(['pending']);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const state of Array.from(reached)) {
        for (const next of Object.keys(TRANSITIONS[state])) reached.add(next as PaymentState);
      }
    }
    expect([...reached].toSorted()).toEqual([...PAYMENT_STATES].toSorted());
  });

  it('follow the sum refunded', () => {
    expect(stateAfterRefunds(100n, 0n)).toBe('completed');
    expect(stateAfterRefunds(100n, 1n)).toBe('partially_refunded');
    expect(stateAfterRefunds(100n, 99n)).toBe('partially_refunded');
    expect(stateAfterRefunds(100n, 100n)).toBe('refunded');
  });
});
