import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { type Check, NAMED_AT_MOST } from './check.types.js';

const PER_READ = 2_000;

/**
 * A journal with its postings as it was hashed at its commit. Written out here, so that a function that was
 * changed in the database deceives nobody.
 */
const JOURNAL_TEXT = `jsonb_build_array('malipo-journal-1', j.id, j.account_id, j.fact, j.source_type,
  j.source_id, j.payment_id, j.memo,
  to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  (SELECT jsonb_agg(jsonb_build_array(p.id, p.account_id, p.ledger_account_id, a.account_id,
      a.code, a.kind, a.currency, p.currency, p.amount_minor) ORDER BY p.id)
    FROM ledger_postings p LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id
    WHERE p.journal_id = j.id))::text`;

/** Faults that one statement each finds; `at` is the sentence that names the row. */
const FAULTS: readonly string[] = [
  `SELECT 'journal ' || j.id || ' does not balance in ' || p.currency AS at
   FROM ledger_journals j JOIN ledger_postings p ON p.journal_id = j.id
   GROUP BY j.id, p.currency HAVING sum(p.amount_minor) <> 0 ORDER BY j.id`,
  `SELECT 'journal ' || j.id || ' has fewer than two postings' AS at FROM ledger_journals j
   WHERE (SELECT count(*) FROM ledger_postings p WHERE p.journal_id = j.id) < 2 ORDER BY j.id`,
  `SELECT 'posting ' || p.id || ' is of account ' || p.account_id || ', its journal '
     || coalesce(p.journal_id || ' of account ' || j.account_id, p.journal_id || ' is gone') AS at
   FROM ledger_postings p LEFT JOIN ledger_journals j ON j.id = p.journal_id
   WHERE j.account_id IS DISTINCT FROM p.account_id ORDER BY p.id`,
  `SELECT 'posting ' || p.id || ' does not fit its ledger account ' || p.ledger_account_id AS at
   FROM ledger_postings p LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id
   WHERE (a.account_id, a.currency) IS DISTINCT FROM (p.account_id, p.currency) ORDER BY p.id`,
  `SELECT 'journal ' || s.journal_id || ' is gone: its seal is there' AS at FROM ledger_seals s
   WHERE NOT EXISTS (SELECT 1 FROM ledger_journals j WHERE j.id = s.journal_id)
   ORDER BY s.journal_id`,
  `SELECT 'journal ' || c.journal_id || ' is gone: the close of ' || coalesce(d.date::text, '?')
     || ' of account ' || c.account_id || ' covers it' AS at
   FROM day_close_journals c LEFT JOIN day_closes d ON d.id = c.close_id
   WHERE NOT EXISTS (SELECT 1 FROM ledger_journals j WHERE j.id = c.journal_id)
   ORDER BY c.journal_id`,
  // The next close would not look back so far for what became visible late.
  `SELECT 'journal ' || j.id || ' is dated into days that are closed, and no close covers it' AS at
   FROM ledger_journals j JOIN LATERAL (SELECT d.date, d.created_at FROM day_closes d
     WHERE d.account_id = j.account_id ORDER BY d.number DESC LIMIT 1) AS last ON true
   WHERE NOT EXISTS (SELECT 1 FROM day_close_journals c WHERE c.journal_id = j.id)
     AND j.created_at < least((last.date + 1)::timestamp AT TIME ZONE 'UTC', last.created_at)
       - interval '1 day'
   ORDER BY j.id`,
];

/** Every journal against its seal, and every rule of the books anew. */
export async function checkLedger(dataSource: DataSource): Promise<Check> {
  const { journals, broken } = await recompute(dataSource);
  for (const sql of FAULTS) {
    const rows: { at: string }[] = await dataSource.query(`${sql} LIMIT ${NAMED_AT_MOST}`);
    broken.push(...rows.map(({ at }) => at));
  }
  return { name: 'ledger', checked: `${journals} journals`, broken, notes: [] };
}

async function recompute(dataSource: DataSource): Promise<{ journals: number; broken: string[] }> {
  const broken: string[] = [];
  let journals = 0;
  for (let after = '0'; ;) {
    const rows: { id: string; text: string; hash: string | null }[] = await dataSource.query(
      `SELECT j.id::text AS id, ${JOURNAL_TEXT} AS text, s.hash
       FROM ledger_journals j LEFT JOIN ledger_seals s ON s.journal_id = j.id
       WHERE j.id > $1 ORDER BY j.id LIMIT ${PER_READ}`,
      [after],
    );
    for (const { id, text, hash } of rows) {
      if (hash === null) broken.push(`journal ${id} has no seal`);
      else if (createHash('sha256').update(text, 'utf8').digest('hex') !== hash) {
        broken.push(`journal ${id} or a posting of it was changed: it does not have its hash`);
      }
    }
    journals += rows.length;
    const last = rows.at(-1);
    if (!last) return { journals, broken };
    after = last.id;
  }
}
