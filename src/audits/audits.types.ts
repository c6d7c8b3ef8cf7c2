import type { Actor } from '../common/index.js';

/** One thing that happened, written in the transaction that made it happen. */
export interface NewAuditEntry {
  accountId: number;
  actor: Actor;
  /** Past tense, `object.verb`: `payment.created`, `payment.completed`, `user.logged_in`. */
  action: string;
  objectType: string;
  objectId: number;
  /** The payment it belongs to, where there is one. */
  paymentId?: number | null;
  /** What changed, as shown to people: no secrets, no tokens, phone numbers masked. */
  changes?: Record<string, unknown>;
}

/** An entry about a payment that its own statement writes, whose id nobody knows before. */
export type UnfinishedEntry = Omit<NewAuditEntry, 'objectId' | 'paymentId'> & {
  objectUuid: string;
};
