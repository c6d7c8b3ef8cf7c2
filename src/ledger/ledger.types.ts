export type LedgerAccountKind = 'asset' | 'liability' | 'income' | 'expense';

/**
 * The chart: `clearing:<provider>` holds what a gateway (or drawer, or bank) has taken for us and not
 * paid out; `settled:<payable kind>` is what has been paid for bookings, orders…; `unallocated` is
 * money received that nobody owed: overpayments, late and duplicate receipts.
 */
export type LedgerCode = `clearing:${string}` | `settled:${string}` | 'unallocated';

export interface Posting {
  code: LedgerCode;
  /** Minor units: debit positive, credit negative, never zero. */
  amountMinor: bigint;
}

export interface Journal {
  accountId: number;
  currency: string;
  /** With the source: at most one journal, ever. */
  fact: 'paid' | 'refunded' | 'reversed';
  sourceType: 'transaction' | 'refund' | 'reversal';
  sourceId: string;
  paymentId: number | null;
  memo: string;
  /** Sums to zero; at least two. */
  postings: Posting[];
}

export function kindOf(code: LedgerCode): LedgerAccountKind {
  if (code.startsWith('clearing:')) return 'asset';
  return code === 'unallocated' ? 'liability' : 'income';
}
