export type LedgerAccountKind =
  'asset' | 'liability' | 'income' | 'expense' | 'unallocated_act' | 'unallocated_receipt';

/**
 * The chart. `clearing:<provider>` holds what a gateway or bank has taken for us and not paid out;
 * `drawer:<id>` what lies in a cash drawer; `settled:<payable kind>` is what has been paid for bookings,
 * orders…; `unallocated` is money received that nobody owed: overpayments, late and duplicate receipts.
 * `customer_credit` is the part of it that is kept for a customer.
 * Around a drawer: `cash_float` is what a float came from, `safe` and `bank_in_transit` where cash goes,
 * `cash_exchange` stands between two currencies of one exchange, `cash_over_short` takes what a count
 * differs by. `expense:<category>` is what was spent (`gateway_fees` and `gateway_levies` as statements
 * say), `expenses_payable` what somebody advanced for it. `bank:<provider>` is what a gateway has paid out
 * to us.
 */
export type LedgerCode =
  | `clearing:${string}`
  | `bank:${string}`
  | `drawer:${string}`
  | `settled:${string}`
  | `expense:${string}`
  | 'unallocated'
  | 'customer_credit'
  | 'cash_float'
  | 'safe'
  | 'bank_in_transit'
  | 'cash_exchange'
  | 'cash_over_short'
  | 'cash_paid_in'
  | 'cash_paid_out'
  | 'expenses_payable';

export interface Posting {
  code: LedgerCode;
  /** Minor units: debit positive, credit negative, never zero. */
  amountMinor: bigint;
}

export interface Journal {
  accountId: number;
  currency: string;
  /** With the source: at most one journal, ever. */
  fact:
    | 'paid'
    | 'refunded'
    | 'reversed'
    | 'kept'
    | 'received'
    | 'moved'
    | 'counted'
    | 'spent'
    | 'settled'
    | 'charged';
  sourceType:
    | 'transaction'
    | 'refund'
    | 'reversal'
    | 'drawer_event'
    | 'drawer_session'
    | 'expense'
    | 'unallocated_act'
    | 'unallocated_receipt'
    | 'reconciliation_posting';
  sourceId: string;
  paymentId: number | null;
  memo: string;
  /** Sums to zero; at least two. */
  postings: Posting[];
}

const KINDS = {
  clearing: 'asset',
  bank: 'asset',
  drawer: 'asset',
  settled: 'income',
  expense: 'expense',
  unallocated: 'liability',
  customer_credit: 'liability',
  cash_float: 'asset',
  safe: 'asset',
  bank_in_transit: 'asset',
  cash_exchange: 'asset',
  cash_over_short: 'expense',
  cash_paid_in: 'income',
  cash_paid_out: 'expense',
  expenses_payable: 'liability',
} as const satisfies Record<string, LedgerAccountKind>;

export function kindOf(code: LedgerCode): LedgerAccountKind {
  const family = code.split(':')[0] as keyof typeof KINDS;
  return KINDS[family];
}
