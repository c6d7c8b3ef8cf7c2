import type { Actor } from '../common/index.js';

/**
 * `payment`: money was applied to what a customer owed. `reversal`: it was refunded or taken back. `kept`:
 * money that nobody owed was kept for the customer.
 */
export const CREDIT_KINDS = ['payment', 'reversal', 'kept'] as const;
export type CreditKind = (typeof CREDIT_KINDS)[number];

/** One change of a balance. */
export interface NewCredit {
  accountId: number;
  /** Null where nobody with a login owed it: the account's own balance. */
  customerId: number | null;
  currency: string;
  /** Minor units: positive for `payment` and `kept`, negative for `reversal`. */
  amountMinor: bigint;
  kind: CreditKind;
  /** The payment that caused it. */
  paymentId: number | null;
  /**
   * What it was done for. The same source, id and kind is credited once, so a thing that may be paid
   * in parts must name the part: `invoice` with `<id>:<version after the change>`.
   */
  sourceType: string;
  sourceId: string;
  actor: Actor;
}

/** A row of `credit_accounts` with its customer. */
export interface CreditAccountRow {
  id: number;
  uuid: string;
  account_id: number;
  customer_id: number | null;
  customer_email: string | null;
  currency: string;
  balance_minor: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** A row of `credit_entries` with the currency of its balance. */
export interface CreditEntryRow {
  id: string;
  number: number;
  kind: CreditKind;
  amount_minor: string;
  balance_after_minor: string;
  payment_id: number | null;
  source_type: string;
  source_id: string;
  currency: string;
  created_at: Date;
}
