/** Every state an attempt (a transaction at one gateway) can be in. */
export const ATTEMPT_STATES = [
  'initiated', // written, before the gateway is called
  'pending', // the gateway accepted; the payer has not decided
  'completed',
  'failed',
  'cancelled',
  'expired',
  'unknown', // sent, and no trustworthy answer came back
] as const;
export type AttemptStatus = (typeof ATTEMPT_STATES)[number];

/** Attempts that may still move without late evidence; a payment has at most one. */
export const OPEN_ATTEMPTS = ['initiated', 'pending', 'unknown'] as const;

export function isOpen(status: AttemptStatus): boolean {
  return (OPEN_ATTEMPTS as readonly string[]).includes(status);
}
