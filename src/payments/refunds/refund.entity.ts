import type { ProviderCode } from '../../providers/index.js';

export const REFUND_STATES = [
  'pending', // written, before the gateway is asked
  'processing', // the gateway has it, or perhaps has it
  'completed',
  'failed',
  'needs_attention', // no API can do it: a person pays it back and records how
] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/** A row of `refunds`. */
export interface RefundRow {
  id: number;
  uuid: string;
  payment_id: number;
  transaction_id: number;
  account_id: number;
  provider: ProviderCode;
  reference: string;
  gateway_refund_id: string | null;
  currency: string;
  amount_minor: string;
  reason: string;
  status: RefundState;
  wire_status: string | null;
  failure_code: string | null;
  failure_reason: string | null;
  /** `waiting`: above the limit, and no second person has decided. */
  approval: 'not_needed' | 'waiting' | 'approved' | 'rejected';
  decided_by: number | null;
  decided_at: Date | null;
  requested_by: number | null;
  settled_by: number | null;
  settlement_method: string | null;
  settlement_evidence: string | null;
  /** The drawer that a cash refund came out of. */
  ledger_account: string | null;
  sent_at: Date | null;
  completed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
