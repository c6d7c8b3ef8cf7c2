/**
 * What a run leaves behind, and all that the judge of it reads. A run folder holds `run.json`,
 * `history.jsonl`, `gateway.jsonl` and `tables/<table>.jsonl`; every `.jsonl` has one JSON object a line.
 */

/** `run.json`. Moments are ms since 1970 by the clock of the machine, which is the database's too. */
export interface RunFile {
  /** Which part of the torture made it, e.g. `chaos`. */
  part: string;
  seed: number;
  scale: string;
  backend: string;
  /** Rows created before it (demo data) are nobody's business. */
  startedAt: number;
  /** When the tables were read. */
  collectedAt: number;
  /** How long after the end of load and faults it took until nothing was due any more; null: it never came. */
  drainMs?: number | null;
  /** As `drainMs`, until everything that can be final was final. */
  finalMs?: number | null;
  /** Default 30,000. */
  drainLimitMs?: number;
  kills?: number;
  postgresCrashes?: number;
  redisWipes?: number;
  /** Whether the product had where to send mail to. Default: as the file of the gateway has mails. */
  mails?: boolean;
  /** How far the product's own clock was moved (seconds). */
  clockOffsetS?: number;
  /** Names of judgements that must have looked at something, besides those that the history implies. */
  claims?: string[];
  /** What was done to the run that the judge need not know, e.g. counts for the printout. */
  [more: string]: unknown;
}

/** `invoke` before the first byte left; then one of `ok` (2xx), `fail` (other answer), `info` (none: unknown). */
export type Phase = 'invoke' | 'ok' | 'fail' | 'info';

/**
 * A line of `history.jsonl`, in the order in which it happened. With `actor`, `id` pairs an `invoke` with its
 * end; a retry is an invocation of its own (same `key`).
 *
 * What the judge reads of `request` and `answer`, by `op`:
 * - `create`: request `{ booking | invoice | order: id, amount }`, answer: the payment (`id`, `amount`,
 *   `currency`, `payable_kind`, `payable_id`). `checkout` and `submit` make one too: the same request.
 * - `initiate`, `read`, `collect`, `cancel`, `edit`, `delete`, `approve`…: request `{ payment: id }`, answer
 *   with `status` and `version` where it is the payment.
 * - `refund`: request `{ payment: id, amount }`, answer: the refund (`id`, `amount`).
 * - `webhook`: request as `WebhookSent`.
 * - Any that makes or names a payment: `payment_id`, `data.payment_id`, or a `payment` with an `id`, in the
 *   answer; an id or a uuid.
 */
export interface HistoryLine {
  t: number;
  actor: string;
  /** Of the actor: the account its user belongs to, and the user. */
  account?: number;
  user?: number;
  op: string;
  id: number;
  phase: Phase;
  key?: string;
  request?: Record<string, unknown>;
  status?: number;
  /** The body where it is JSON. */
  answer?: Record<string, unknown>;
  /** SHA-256 of the body's bytes, in hex: answers to one key must have the same. */
  bytes?: string;
}

/** Request of op `webhook`: what a load client posted itself. */
export interface WebhookSent {
  provider: string;
  /** `replayed` is a copy of a genuine one, to the byte; `unsigned` may be taken as a hint. */
  kind: 'genuine' | 'replayed' | 'forged' | 'truncated' | 'unsigned';
  /** Ours, as the gateway names the attempt; of `signed_webhook` the order's id. */
  reference: string;
  outcome: 'success' | 'failure';
  /** The gateway's word for the outcome, as stored in `webhook_events.wire_status`. */
  word?: string;
  /** The gateway's id of the transaction. */
  transaction?: string;
  /** Decimal string. */
  amount?: string;
  currency?: string;
}

/**
 * A line of `gateway.jsonl`: everything the sandbox holds, each with its `kind`. Of lines with the same kind
 * and `id` the last one counts, so a stream of changes (`/api/events`) may be written as it comes: the sandbox
 * itself forgets all but its latest 10,000.
 */
export type GatewayLine = PromptLine | CheckoutLine | GatewayRefundLine | MailLine | RequestLine;

/** As `/api/prompts` shows it. `approved`: the money is taken. */
export interface PromptLine {
  kind: 'prompt';
  id: string;
  provider: string;
  reference: string;
  gateway_reference: string;
  amount: string;
  currency: string;
  status: 'pending' | 'approved' | 'declined' | 'ignored' | 'expired';
  callbacks?: { at?: string; body: string; status: number | null }[];
}

/** As `/api/checkouts` shows it. `paid`: the money is taken. */
export interface CheckoutLine {
  kind: 'checkout';
  id: string;
  provider: string;
  reference: string;
  gateway_reference: string;
  amount: string;
  currency: string;
  status: 'open' | 'paid' | 'failed' | 'cancelled' | 'expired';
}

/**
 * An entry of a gateway's refund book. `reference`: ours (`refunds.reference`), null where the gateway takes
 * none; then `payment_reference` tells which attempt was refunded.
 */
export interface GatewayRefundLine {
  kind: 'refund';
  id: string;
  provider: string;
  reference: string | null;
  payment_reference?: string | null;
  amount: string;
  currency: string;
  status: 'pending' | 'completed' | 'failed';
}

export interface MailLine {
  kind: 'mail';
  id: string;
  to: string;
  subject: string;
  text: string;
}

/** As `/api/requests` shows it; optional, nothing is judged by it. */
export interface RequestLine {
  kind: 'request';
  id: string;
  [more: string]: unknown;
}

/**
 * The tables of the evidence, read in one transaction (REPEATABLE READ) with `TimeZone` UTC, ordered by
 * primary key. Each row is an object with EVERY value as PostgreSQL prints it (text, or null): numbers,
 * booleans (`t`, `f`), `2026-11-21 10:00:00.123456+00`, bytea as `\x…`, jsonb to the letter. The chain of the
 * audit trail is hashed over exactly these texts. With `pg`: `types: { getTypeParser: () => (text) => text }`.
 */
export const EVIDENCE_TABLES = [
  'accounts',
  'audit_entries',
  'audit_seals',
  'audit_unsealed',
  'bookings',
  'cash_drawers',
  'cash_events',
  'cash_session_currencies',
  'cash_sessions',
  'cash_z_reports',
  'credit_accounts',
  'credit_entries',
  'credit_notes',
  'day_closes',
  'expenses',
  'idempotency_claims',
  'invoices',
  'ledger_accounts',
  'ledger_journals',
  'ledger_postings',
  'manual_payment_reversals',
  'manual_payment_reviews',
  'manual_payments',
  'orders',
  'order_items',
  'outbox',
  'payment_transactions',
  'payments',
  'products',
  'receipts',
  'reconciliation_items',
  'refunds',
  'sent_mails',
  'transaction_resolutions',
  'unallocated_acts',
  'unallocated_receipts',
  'visits',
  'webhook_events',
] as const;
export type EvidenceTable = (typeof EVIDENCE_TABLES)[number];

/** What the judge answers; its last line on stdout, as JSON. */
export interface Verdict {
  part: string;
  counts: { what: string; tried: number; failures: number; unit?: string }[];
  /** Empty: passed. */
  problems: string[];
  notes: string[];
}
