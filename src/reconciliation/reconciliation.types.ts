import type { ProviderCode } from '../providers/index.js';

/** How every line ends. */
export const OUTCOMES = [
  'matched',
  'missing_here',
  'missing_there',
  'amount_differs',
  'status_differs',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a line is about. `settlement`: what was paid out to us. */
export const LINE_KINDS = ['payment', 'refund', 'fee', 'levy', 'settlement'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** Where a payment or refund stands by the other side's word. */
export const LINE_STATES = ['paid', 'pending', 'failed', 'reversed'] as const;
export type LineState = (typeof LINE_STATES)[number] | 'not_found' | 'unknown';

/** `file`: a statement; `gateway`: its API was asked; `records`: ours alone were gone through. */
export const RUN_SOURCES = ['file', 'gateway', 'records'] as const;
export type RunSource = (typeof RUN_SOURCES)[number];

/** `stopped`: its work failed too often; the same statement again takes it up where it was. */
export const RUN_STATES = ['matching', 'healing', 'posting', 'completed', 'stopped'] as const;
export type RunStatus = (typeof RUN_STATES)[number];

/** Outbox topic: work of a run; payload `{ runId }`. */
export const RECONCILIATION_RUN = 'reconciliation.run';
/** Outbox topic: the day is over for an account and a gateway; payload `{ accountId, provider }`. */
export const RECONCILIATION_DAILY = 'reconciliation.daily';

/** A row of `reconciliation_runs`. */
export interface RunRow {
  id: number;
  uuid: string;
  account_id: number;
  provider: ProviderCode;
  source: RunSource;
  scheduled: boolean;
  status: RunStatus;
  filename: string | null;
  file_sha256: string | null;
  period_from: Date | null;
  period_to: Date | null;
  lines: number;
  known_lines: number;
  skipped_lines: number;
  matched_to: number;
  matched: number;
  missing_here: number;
  missing_there: number;
  amount_differs: number;
  status_differs: number;
  healed: number;
  open_items: number;
  created_by: number | null;
  created_at: Date;
  completed_at: Date | null;
}

/** A row of `reconciliation_items`. */
export interface ItemRow {
  id: number;
  uuid: string;
  run_id: number;
  account_id: number;
  provider: ProviderCode;
  origin: 'line' | 'query' | 'absence';
  kind: LineKind;
  line_no: number | null;
  gateway_id: string | null;
  reference: string | null;
  payer: string | null;
  description: string | null;
  line_status: LineState | null;
  wire_status: string | null;
  currency: string | null;
  amount_minor: string | null;
  happened_at: Date | null;
  outcome: Outcome | null;
  detail: string | null;
  transaction_id: number | null;
  refund_id: number | null;
  payment_id: number | null;
  expected_minor: string | null;
  expected_currency: string | null;
  expected_status: string | null;
  suggested_transaction_id: number | null;
  heal_tries: number;
  healed_at: Date | null;
  posting_id: number | null;
  resolved_at: Date | null;
  resolved_by: number | null;
  resolution: string | null;
  receipt_id: number | null;
  idempotency_claim_id: string | null;
  created_at: Date;
}

/** A line as it was read, before it is compared with anything. */
export interface StatementLine {
  kind: LineKind;
  /** As the file counts, from 1, its header included. */
  lineNo: number;
  gatewayId: string | null;
  reference: string | null;
  payer: string | null;
  description: string | null;
  status: LineState;
  wireStatus: string | null;
  currency: string;
  /** Never negative: `kind` says which way it went. */
  amountMinor: bigint;
  happenedAt: Date | null;
}
