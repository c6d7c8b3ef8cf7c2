import type { WebhookEvent, WebhookVerdict } from '../providers/index.js';
import type { Verification } from './webhook-event.entity.js';

/**
 * - `apply`: it is evidence.
 * - `ask`: it may only make us ask the gateway; where that is impossible, `otherwise` parks it.
 * - `verify_later`: its key is out of reach; until then the gateway may be asked (`mayAsk`).
 */
export type Decision =
  | { kind: 'apply'; event: WebhookEvent }
  | { kind: 'ask'; otherwise: string }
  | { kind: 'verify_later'; mayAsk: boolean }
  | { kind: 'ignore' | 'park'; reason: string };

export interface StoredProof {
  verification: Verification;
  event: WebhookEvent;
}

/**
 * What becomes of a stored event. `verdict` is what the adapter says of its bytes now (null: it reads no
 * notifications any more); what was proven when it came stays proven when keys or settings change.
 */
export function decide(
  stored: StoredProof,
  verdict: WebhookVerdict | null,
  { statusQuery }: { statusQuery: boolean },
): Decision {
  if (stored.verification === 'verified') {
    return { kind: 'apply', event: verdict && 'event' in verdict ? verdict.event : stored.event };
  }
  switch (verdict?.verdict) {
    case 'verified':
      return { kind: 'apply', event: verdict.event };
    case 'undecided':
      return { kind: 'verify_later', mayAsk: statusQuery };
    case 'unsigned': {
      const mayAsk = statusQuery && verdict.askGateway !== false;
      return mayAsk
        ? { kind: 'ask', otherwise: 'unsigned_without_open_attempt' }
        : { kind: 'park', reason: 'unsigned' };
    }
    case 'forged':
      return { kind: 'ignore', reason: 'forged_signature' };
    case 'irrelevant':
      return { kind: 'ignore', reason: 'irrelevant' };
    default:
      // It was readable when it came, so the fault is with us: its gateway was switched off, perhaps.
      return { kind: 'park', reason: 'unreadable_now' };
  }
}
