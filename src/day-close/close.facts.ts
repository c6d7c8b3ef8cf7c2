import type { EntityManager } from 'typeorm';

/** What a close looks at: the rows on its own lists, and what is left open at the day's end. */
export interface CloseScope {
  closeId: number;
  accountId: number;
  /** Start of the day; null for an account's first close, which reaches back to the beginning. */
  from: Date | null;
  /** End of the day, not included. */
  until: Date;
  /** Digest of the close before. */
  previousDigest: string | null;
}

export interface JournalFacts {
  journals: number;
  late: number;
  first_journal: string | null;
  last_journal: string | null;
  digest: string;
}

/** Of its journals: how many there are, and the digest that chains their hashes to the day before. */
export async function journalFacts(
  manager: EntityManager,
  { closeId, from, previousDigest }: CloseScope,
): Promise<JournalFacts> {
  const [row]: JournalFacts[] = await manager.query(
    `SELECT count(*)::int AS journals, count(*) FILTER (WHERE j.created_at < $2)::int AS late,
       min(j.id)::text AS first_journal, max(j.id)::text AS last_journal,
       encode(sha256(convert_to(coalesce($3, '') || chr(10)
         || coalesce(string_agg(coalesce(s.hash, 'missing'), chr(10) ORDER BY j.id), ''), 'UTF8')), 'hex')
         AS digest
     FROM day_close_journals c JOIN ledger_journals j ON j.id = c.journal_id
       LEFT JOIN ledger_seals s ON s.journal_id = j.id
     WHERE c.close_id = $1`,
    [closeId, from, previousDigest],
  );
  if (!row) throw new Error('the database counted nothing');
  return row;
}

export interface AccountMovement {
  code: string;
  kind: string;
  currency: string;
  /** Minor units as text. */
  minor: string;
}

/** Sums of what its journals posted, per ledger account. */
export const MOVEMENTS_SQL = `SELECT a.code, a.kind, a.currency, sum(p.amount_minor)::text AS minor
  FROM day_close_journals c JOIN ledger_postings p ON p.journal_id = c.journal_id
    JOIN ledger_accounts a ON a.id = p.ledger_account_id
  WHERE c.close_id = $1 GROUP BY 1, 2, 3 ORDER BY a.currency, a.code`;

export function movements(
  manager: EntityManager,
  { closeId }: CloseScope,
): Promise<AccountMovement[]> {
  return manager.query(MOVEMENTS_SQL, [closeId]);
}

export interface ClearingFacts {
  provider: string;
  currency: string;
  movement_minor: string;
  refunded_count: number;
  refunded_minor: string;
}

/** What moved gateways' accounts, by the ledger. */
export function clearings(
  manager: EntityManager,
  { closeId }: CloseScope,
): Promise<ClearingFacts[]> {
  return manager.query(
    `SELECT substr(a.code, length('clearing:') + 1) AS provider, a.currency,
       sum(p.amount_minor)::text AS movement_minor,
       count(DISTINCT j.id) FILTER (WHERE j.source_type IN ('refund', 'reversal'))::int
         AS refunded_count,
       coalesce(-sum(p.amount_minor) FILTER (WHERE j.source_type IN ('refund', 'reversal')), 0)::text
         AS refunded_minor
     FROM day_close_journals c JOIN ledger_journals j ON j.id = c.journal_id
       JOIN ledger_postings p ON p.journal_id = j.id
       JOIN ledger_accounts a ON a.id = p.ledger_account_id AND a.code LIKE 'clearing:%'
     WHERE c.close_id = $1 GROUP BY 1, 2 ORDER BY 1, 2`,
    [closeId],
  );
}

/** Only a journal of an attempt names one; the cast must not meet another's source. */
const ATTEMPTS = `day_close_journals c JOIN ledger_journals j ON j.id = c.journal_id
  JOIN payment_transactions t
    ON t.id = CASE WHEN j.source_type = 'transaction' THEN j.source_id::int END
  JOIN payments p ON p.id = t.payment_id`;

export interface PaidFacts {
  provider: string;
  currency: string;
  count: number;
  minor: string;
}

/** What came in through gateways, by payments and attempts: independent of what was posted. */
export function paidAttempts(
  manager: EntityManager,
  { closeId }: CloseScope,
): Promise<PaidFacts[]> {
  return manager.query(
    `SELECT t.provider, t.currency, count(*)::int AS count,
       sum(CASE WHEN t.overpayment THEN t.amount_minor ELSE p.amount_minor END)::text AS minor
     FROM ${ATTEMPTS} WHERE c.close_id = $1 AND t.ledger_account IS NULL GROUP BY 1, 2 ORDER BY 1, 2`,
    [closeId],
  );
}

export interface ManualFacts {
  payment: number;
  invoice: number;
  reference: string;
  currency: string;
  minor: string;
  approved_by: string;
  approved_at: Date;
}

export function approvedManualPayments(
  manager: EntityManager,
  { closeId }: CloseScope,
): Promise<ManualFacts[]> {
  return manager.query(
    `SELECT p.id AS payment, m.invoice_id AS invoice, m.reference, p.currency,
       p.amount_minor::text AS minor, u.name AS approved_by, r.created_at AS approved_at
     FROM ${ATTEMPTS}
       JOIN manual_payments m ON m.payment_id = p.id
       JOIN manual_payment_reviews r ON r.payment_id = p.id AND r.decision = 'approved'
       JOIN users u ON u.id = r.actor_id
     WHERE c.close_id = $1 AND t.provider = 'manual' ORDER BY p.id`,
    [closeId],
  );
}

export interface ZFacts {
  id: number;
  drawer_id: number;
  number: number;
  session_id: number;
  hash: string;
  content: string;
}

export function zReports(manager: EntityManager, { closeId }: CloseScope): Promise<ZFacts[]> {
  return manager.query(
    `SELECT z.id, z.drawer_id, z.number, z.session_id, z.hash, z.content
     FROM day_close_z_reports c JOIN cash_z_reports z ON z.id = c.z_report_id
     WHERE c.close_id = $1 ORDER BY z.drawer_id, z.number`,
    [closeId],
  );
}

export interface SessionFacts {
  id: number;
  number: number;
  drawer_id: number;
  drawer_name: string;
  cashier: string;
  opened_at: Date;
}

/** Sessions that were open when the day ended. */
export function openSessions(
  manager: EntityManager,
  { accountId, until, closeId }: CloseScope,
): Promise<SessionFacts[]> {
  return manager.query(
    `SELECT s.id, s.number, s.drawer_id, d.name AS drawer_name, u.name AS cashier, s.opened_at
     FROM cash_sessions s JOIN cash_drawers d ON d.id = s.drawer_id JOIN users u ON u.id = s.cashier_id
     WHERE s.account_id = $1 AND s.opened_at < $2 AND (s.closed_at IS NULL OR s.closed_at >= $2)
       AND NOT EXISTS (SELECT 1 FROM day_close_z_reports c
         WHERE c.z_report_id = s.z_report_id AND c.close_id = $3)
     ORDER BY s.id`,
    [accountId, until, closeId],
  );
}

export interface QueueFacts {
  currency: string;
  count: number;
  minor: string;
}

/** Money that nobody owed and nobody has done anything with yet. */
export function unallocatedQueue(
  manager: EntityManager,
  { accountId, until }: CloseScope,
): Promise<QueueFacts[]> {
  return manager.query(
    `SELECT currency, count(*)::int AS count, sum(left_minor)::text AS minor
     FROM unallocated_receipts WHERE account_id = $1 AND left_minor > 0 AND created_at < $2
     GROUP BY 1 ORDER BY 1`,
    [accountId, until],
  );
}

export async function auditHead(manager: EntityManager): Promise<{ seq: number; hash: string }> {
  const rows: { seq: string; hash: string }[] = await manager.query(
    `SELECT seq, encode(hash, 'hex') AS hash FROM audit_seals ORDER BY seq DESC LIMIT 1`,
  );
  return { seq: Number(rows[0]?.seq ?? 0), hash: rows[0]?.hash ?? '0'.repeat(64) };
}
