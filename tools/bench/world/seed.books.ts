const MEMO = `'Payment ' || s.id`;
const MOMENT = `s.made_at + interval '40 seconds'`;

/** A journal of two postings for each seeded payment that was paid, sealed as the product's trigger does it. */
export function books(): string[] {
  return [
    `INSERT INTO ledger_accounts (account_id, code, kind, currency)
     SELECT DISTINCT account, code, kind, 'TZS' FROM seed,
       LATERAL (VALUES ('clearing:' || provider, 'asset'), ('settled:booking', 'liability')) AS chart (code, kind)
     ON CONFLICT DO NOTHING;`,
    `INSERT INTO ledger_journals (id, account_id, fact, source_type, source_id, payment_id, memo, created_at)
     OVERRIDING SYSTEM VALUE
     SELECT s.id, s.account, 'paid', 'transaction', s.attempt, s.id, ${MEMO}, ${MOMENT}
     FROM seed s WHERE s.paid ORDER BY s.i;`,
    `INSERT INTO ledger_postings (id, journal_id, account_id, ledger_account_id, currency, amount_minor)
     OVERRIDING SYSTEM VALUE
     SELECT 2 * s.id + side.place, s.id, s.account, l.id, 'TZS', side.sign * s.amount
     FROM seed s CROSS JOIN (VALUES (0, 1), (1, -1)) AS side (place, sign)
       JOIN ledger_accounts l ON l.account_id = s.account AND l.currency = 'TZS'
         AND l.code = CASE side.place WHEN 0 THEN 'clearing:' || s.provider ELSE 'settled:booking' END
     WHERE s.paid ORDER BY s.i, side.place;`,
    // As ledger_journal_text() writes it, without two look-ups per row.
    `INSERT INTO ledger_seals (journal_id, hash)
     SELECT s.id, encode(sha256(convert_to(jsonb_build_array('malipo-journal-1', s.id, s.account, 'paid',
         'transaction', s.attempt::text, s.id, ${MEMO},
         to_char((${MOMENT}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         jsonb_build_array(
           jsonb_build_array(2 * s.id, s.account, received.id, s.account, received.code, received.kind, 'TZS',
             'TZS', s.amount),
           jsonb_build_array(2 * s.id + 1, s.account, settled.id, s.account, settled.code, settled.kind,
             'TZS', 'TZS', -s.amount)))::text, 'UTF8')), 'hex')
     FROM seed s
       JOIN ledger_accounts received ON received.account_id = s.account AND received.currency = 'TZS'
         AND received.code = 'clearing:' || s.provider
       JOIN ledger_accounts settled ON settled.account_id = s.account AND settled.currency = 'TZS'
         AND settled.code = 'settled:booking'
     WHERE s.paid ORDER BY s.i;`,
  ];
}
