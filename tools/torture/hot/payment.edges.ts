/** From each status where a payment may go next: the contract's table. */
export const EDGES: Readonly<Record<string, readonly string[]>> = {
  pending: ['processing', 'pending_approval', 'completed', 'failed', 'cancelled', 'expired'],
  pending_approval: ['completed', 'failed', 'cancelled'],
  processing: ['completed', 'failed', 'cancelled', 'expired'],
  failed: ['processing', 'completed'],
  expired: ['processing', 'completed'],
  cancelled: ['completed'],
  completed: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded', 'completed'],
  refunded: ['partially_refunded', 'completed'],
};

/** Whether `to` can follow `from` in any number of steps. */
export function reachable(from: string, to: string): boolean {
  const seen = new Set([from]);
  const next = [from];
  for (let state = next.pop(); state !== undefined; state = next.pop()) {
    if (state === to) return true;
    for (const step of EDGES[state] ?? []) {
      if (seen.has(step)) continue;
      seen.add(step);
      next.push(step);
    }
  }
  return false;
}
