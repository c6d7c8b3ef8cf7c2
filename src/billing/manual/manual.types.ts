import type { PaymentRow } from '../../payments/index.js';

/** A row of `manual_payments`: what somebody says about a transfer. Amounts in minor units. */
export interface ManualPaymentRow {
  payment_id: number;
  account_id: number;
  invoice_id: number;
  method_id: number;
  destination: string;
  requested_reference: string;
  reference: string;
  reference_key: string;
  currency: string;
  claimed_minor: string;
  value_date: string | null;
  payer_name: string | null;
  payer_account: string | null;
  submitted_by: number;
  submitted_at: Date;
  duplicate_confirmed: boolean;
  resubmission_of: number | null;
  first_payment_id: number;
}

export const MANUAL_COLUMNS = `m.payment_id, m.account_id, m.invoice_id, m.method_id, m.destination,
  m.requested_reference, m.reference, m.reference_key, m.currency, m.claimed_minor,
  m.value_date::text AS value_date, m.payer_name, m.payer_account, m.submitted_by, m.submitted_at,
  m.duplicate_confirmed, m.resubmission_of, m.first_payment_id`;

/** A payment of the list, with the payer's own reference where it has one. */
export type BillingPaymentRow = PaymentRow & { bank_reference: string | null };

export const DECISIONS = ['approved', 'rejected', 'withdrawn'] as const;
export type Decision = (typeof DECISIONS)[number];

export const REJECTION_CODES = [
  'not_received',
  'amount_differs',
  'wrong_reference',
  'unreadable_proof',
  'duplicate',
  'other',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** A row of `manual_payment_reviews` with its actor's user name. */
export interface ReviewRow {
  decision: Decision;
  actor: string;
  version: number;
  received_minor: string | null;
  reason_code: RejectionCode | null;
  reason: string | null;
  created_at: Date;
}

/** A row of `manual_payment_reversals` with user names. */
export interface ReversalRow {
  id: number;
  uuid: string;
  payment_id: number;
  account_id: number;
  currency: string;
  amount_minor: string;
  reason: string;
  status: 'proposed' | 'confirmed' | 'declined';
  proposed_by: number;
  proposer: string;
  proposed_at: Date;
  decided_by: number | null;
  decider: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
}

/** A row of `manual_payment_proofs` with what is known of its file. */
export interface ProofRow {
  id: number;
  uuid: string;
  payment_id: number;
  file_id: number;
  sha256: string;
  filename: string;
  media_type: string;
  size: number;
  uploaded_by: number;
  uploader: string;
  created_at: Date;
}

export const PROOF_COLUMNS = `x.id, x.uuid, x.payment_id, x.file_id, x.sha256, f.filename, f.media_type,
  f.size, x.uploaded_by, u.username AS uploader, x.created_at`;
export const PROOF_TABLES = `manual_payment_proofs x JOIN files f ON f.id = x.file_id
  JOIN users u ON u.id = x.uploaded_by`;

/** What two payments have in common that makes one a possible duplicate of the other. */
export const DUPLICATE_SIGNALS = ['reference', 'proof', 'payer_amount_date'] as const;
export type DuplicateSignal = (typeof DUPLICATE_SIGNALS)[number];

export interface Duplicate {
  payment_id: number;
  signals: DuplicateSignal[];
}

export const REVERSAL_COLUMNS = `r.id, r.uuid, r.payment_id, r.account_id, r.currency, r.amount_minor,
  r.reason, r.status, r.proposed_by, a.username AS proposer, r.proposed_at, r.decided_by,
  d.username AS decider, r.decided_at, r.decision_reason`;
export const REVERSAL_TABLES = `manual_payment_reversals r JOIN users a ON a.id = r.proposed_by
  LEFT JOIN users d ON d.id = r.decided_by`;
