import type { MobileNetwork, PaymentMethod, ProviderCode } from '../providers/index.js';
import type { AttemptStatus } from './attempt.state.js';
import type { PayableKind } from './payable.port.js';
import type { PaymentState } from './payment.state.js';

/** A row of `payments`. `*_minor` are integers in minor units, as text (bigint). */
export interface PaymentRow {
  id: number;
  uuid: string;
  account_id: number;
  payable_kind: PayableKind;
  payable_id: number;
  payable_uuid: string;
  payable_reference: string;
  customer_id: number | null;
  /** Owner of the payable's property when the payment was made. */
  owner_id: number | null;
  created_by: number | null;
  currency: string;
  amount_minor: string;
  /** Once paid, applied + excess + refunded + moved = amount. */
  applied_minor: string;
  excess_minor: string;
  refunded_minor: string;
  /** Excess that was allocated elsewhere, kept as credit or paid back by itself. */
  moved_minor: string;
  /** Reserved by refunds under way. */
  refunding_minor: string;
  /** Who pays, where it is not the payable's customer. */
  payer_name: string | null;
  payer_email: string | null;
  payment_method: PaymentMethod;
  mobile_money_provider: MobileNetwork | null;
  provider: ProviderCode | null;
  status: PaymentState;
  /** The gateway's own id of the transaction that paid. */
  transaction_ref: string | null;
  failure_code: string | null;
  failure_reason: string | null;
  notes: string;
  version: number;
  idempotency_claim_id: string | null;
  paid_at: Date | null;
  processed_at: Date | null;
  /** Set when a person hid it; the audit trail keeps it. */
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A row of `payment_transactions`: one attempt at one gateway. */
export interface AttemptRow {
  id: number;
  uuid: string;
  payment_id: number;
  account_id: number;
  provider: ProviderCode;
  /** Ours, unguessable, at every gateway. */
  reference: string;
  gateway_transaction_id: string | null;
  gateway_data: Record<string, string>;
  status: AttemptStatus;
  currency: string;
  amount_minor: string;
  phone: string | null;
  network: MobileNetwork | null;
  request_payload: Record<string, string | number | boolean | null>;
  checkout_url: string | null;
  wire_status: string | null;
  failure_code: string | null;
  failure_reason: string | null;
  overpayment: boolean;
  review_reason: string | null;
  idempotency_claim_id: string | null;
  /** As they were sent, so that a repeat is the same request. */
  return_url: string | null;
  payer_name: string | null;
  payer_email: string | null;
  description: string | null;
  /** Where the money lies when it is not the provider's clearing account: a drawer's. */
  ledger_account: string | null;
  sent_at: Date | null;
  /** When the order's own answer came; null where it was lost. */
  answered_at: Date | null;
  expires_at: Date | null;
  completed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
