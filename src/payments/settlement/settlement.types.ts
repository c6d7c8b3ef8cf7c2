import type { Actor, Money } from '../../common/index.js';
import type { LedgerCode } from '../../ledger/index.js';
import type { ProviderCode } from '../../providers/index.js';
import type { Payable, PayablePort } from '../payable.port.js';
import type { PaymentRow } from '../payment.entity.js';
import type { Cause, PaymentState } from '../payment.state.js';

/** Outbox topic: a payment got its money. Due once in a payment's life; payload `{ paymentId }`. */
export const PAYMENT_COMPLETED = 'payment.completed';

/** Money arrived on an attempt: proven by a gateway, taken in cash, or approved by a person. */
export interface PaidFact {
  kind: 'paid';
  transactionId: number;
  cause: Extract<Cause, 'evidence' | 'cash' | 'approval'>;
  /** The gateway's id in the evidence; one that is known already stays. */
  gatewayTransactionId: string | null;
  /** What the gateway says it took, compared with ours; null where it states no amount. */
  amount: Money | null;
  wireStatus: string | null;
  /** Where the money lies when it is not the provider's clearing account: a drawer's. */
  ledgerAccount?: LedgerCode;
  actor: Actor;
}

/** An attempt ended without money. */
export interface FailedFact {
  kind: 'failed';
  transactionId: number;
  outcome: 'failed' | 'cancelled' | 'expired';
  code: string;
  reason: string;
  wireStatus: string | null;
  /** Why a person should look at the attempt, if one should. */
  reviewReason?: string;
  actor: Actor;
}

/** Money went back to the payer. */
export interface RefundedFact {
  kind: 'refunded';
  paymentId: number;
  /** The refund that did it: posted to the ledger once. */
  refundId: string;
  /** Who paid it back; its clearing account is credited. */
  provider: ProviderCode;
  amountMinor: bigint;
  /** Where it was taken from when it is not the provider's clearing account: a drawer's. */
  ledgerAccount?: LedgerCode;
  /** True when the payment holds a reservation for it, which ends with it. */
  reserved?: boolean;
  reason: string;
  actor: Actor;
}

/** A payment was taken back by bank or gateway, or a refund that had gone out came back. */
export interface ReversedFact {
  kind: 'reversed';
  of: 'payment' | 'refund';
  paymentId: number;
  /** The reversal's (or returned refund's) own id: posted to the ledger once. */
  sourceId: string;
  provider: ProviderCode;
  amountMinor: bigint;
  reason: string;
  actor: Actor;
}

export type Fact = PaidFact | FailedFact | RefundedFact | ReversedFact;

/**
 * `applied`: rows moved. `no_change`: the work was done before. `parked`: nothing moved and a person
 * must look, `reason` says why.
 */
export interface Settled {
  disposition: 'applied' | 'no_change' | 'parked';
  reason: string | null;
  paymentId: number;
  paymentStatus: PaymentState;
}

/** What every fact moves, locked in this order. */
export interface LockedRows {
  port: PayablePort;
  payable: Payable;
  payment: PaymentRow;
}
