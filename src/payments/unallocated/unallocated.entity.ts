import type { ObjectId } from '../../common/index.js';
import type { ProviderCode } from '../../providers/index.js';
import type { PayableKind } from '../payable.port.js';

/**
 * `overpayment`: proven on an attempt whose payment was complete already. `excess`: more came than was
 * owed. `unmatched`: a person found it on a statement and nobody knows for what.
 */
export const RECEIPT_KINDS = ['overpayment', 'excess', 'unmatched'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

export const ACT_KINDS = ['allocate', 'credit', 'refund'] as const;
export type ActKind = (typeof ACT_KINDS)[number];
export const ACT_STATES = ['waiting', 'done', 'rejected'] as const;
export type ActStatus = (typeof ACT_STATES)[number];

/** A row of `unallocated_receipts`. */
export interface ReceiptRow {
  id: number;
  uuid: string;
  account_id: number;
  kind: ReceiptKind;
  payment_id: number | null;
  transaction_id: number | null;
  customer_id: number | null;
  provider: ProviderCode;
  reference: string | null;
  payer: string | null;
  note: string;
  currency: string;
  amount_minor: string;
  /** What no act, done or waiting, has taken. */
  left_minor: string;
  recorded_by: number | null;
  created_at: Date;
  updated_at: Date;
}

/** A row of `unallocated_acts`. */
export interface ActRow {
  id: number;
  uuid: string;
  receipt_id: number;
  account_id: number;
  kind: ActKind;
  status: ActStatus;
  currency: string;
  amount_minor: string;
  reason: string;
  payable_kind: PayableKind | null;
  payable_id: number | null;
  customer_id: number | null;
  refund_method: string | null;
  refund_evidence: string | null;
  /** The drawer that cash came out of. */
  ledger_account: string | null;
  payment_id: number | null;
  proposed_by: number;
  decided_by: number | null;
  decided_at: Date | null;
  created_at: Date;
}

/** What somebody wants done with a receipt. */
export interface WantedAct {
  kind: ActKind;
  /** Null: all that is left, or all that is owed where that is less. */
  amount: string | number | null;
  reason: string;
  /** `allocate`: what it pays. */
  payable: { kind: PayableKind; id: ObjectId } | null;
  /** `credit`: e-mail of whom it is kept for; the payment's customer unless given. */
  customer: string | null;
  /** `refund`: how it was paid back. */
  settlement: { method: string; evidence: string } | null;
}
