/** Where an attempt `t` stands here, in the words of lines. */
const HERE = `CASE WHEN t.status = 'completed' THEN 'paid'
  WHEN t.status IN ('failed', 'cancelled', 'expired') THEN 'failed' ELSE 'pending' END`;

/** What comparing the line `i` with the attempt `t` gives. A sum that differs matters more than a status. */
const OUTCOME = `CASE
  WHEN i.line_status = 'not_found'
    THEN CASE WHEN ${HERE} = 'failed' THEN 'matched' ELSE 'missing_there' END
  WHEN i.line_status = 'paid' AND i.amount_minor IS NOT NULL
    AND (i.amount_minor <> t.amount_minor OR i.currency <> t.currency) THEN 'amount_differs'
  WHEN i.line_status = ${HERE} THEN 'matched'
  WHEN i.line_status = 'reversed' AND EXISTS (SELECT FROM payments p
    WHERE p.id = t.payment_id AND p.status IN ('partially_refunded', 'refunded')) THEN 'matched'
  ELSE 'status_differs' END`;

/** By the gateway's id, then by our reference; of several, the one that was paid. */
const BY_GATEWAY_ID = `
  SELECT t.id, t.status, t.amount_minor, 1 AS rank FROM payment_transactions t
  WHERE t.provider = i.provider AND t.gateway_transaction_id = i.gateway_id
    AND t.account_id = i.account_id`;
const BY_REFERENCE = `
  SELECT t.id, t.status, t.amount_minor, 2 AS rank FROM payment_transactions t
  WHERE t.reference = i.reference AND t.provider = i.provider AND t.account_id = i.account_id`;
/** A bank's line names the reference that the payer gave, or that the reviewer wrote down. */
const BY_BANK_REFERENCE = `
  SELECT t.id, t.status, t.amount_minor, 2 AS rank FROM payment_transactions t
  WHERE t.provider = i.provider AND t.gateway_transaction_id = i.reference
    AND t.account_id = i.account_id
  UNION ALL
  SELECT t.id, t.status, t.amount_minor, 3 AS rank FROM manual_payments m JOIN payment_transactions t
    ON t.payment_id = m.payment_id AND t.provider = i.provider
  WHERE m.account_id = i.account_id AND m.reference_key = i.reference_key`;

const candidates = (manual: boolean): string => `
  ${BY_GATEWAY_ID} UNION ALL ${manual ? BY_BANK_REFERENCE : BY_REFERENCE}`;

/** Lines of a batch: of the run $1, with ids above $2 and up to $3. */
const BATCH = `i.run_id = $1 AND i.id > $2 AND i.id <= $3 AND i.origin = 'line'
  AND i.outcome IS NULL`;

/**
 * Compares payment lines with attempts. One line pays an attempt; what further lines bring is money that
 * nothing here explains.
 */
export const matchPayments = (manual: boolean): string => `
  WITH found AS (
    SELECT i.id, t.id AS transaction_id, i.line_status = 'paid' AS pays,
      row_number() OVER (PARTITION BY t.id, i.line_status = 'paid' ORDER BY i.id) AS nth
    FROM reconciliation_items i LEFT JOIN LATERAL (
      SELECT c.id FROM (${candidates(manual)}) AS c
      ORDER BY c.rank, c.status = 'completed' DESC, c.amount_minor = i.amount_minor DESC, c.id DESC
      LIMIT 1) AS t ON true
    WHERE ${BATCH} AND i.kind = 'payment'
  ), judged AS (
    SELECT found.id, found.transaction_id, found.pays AND found.transaction_id IS NOT NULL
      AND (found.nth > 1 OR EXISTS (SELECT FROM reconciliation_items o
        WHERE o.transaction_id = found.transaction_id AND o.origin = 'line' AND o.kind = 'payment'
          AND o.line_status = 'paid')) AS again
    FROM found
  )
  UPDATE reconciliation_items i SET
    transaction_id = CASE WHEN NOT judged.again THEN t.id END,
    payment_id = CASE WHEN NOT judged.again THEN t.payment_id END,
    expected_minor = CASE WHEN NOT judged.again THEN t.amount_minor END,
    expected_currency = CASE WHEN NOT judged.again THEN t.currency END,
    expected_status = CASE WHEN NOT judged.again THEN t.status END,
    suggested_transaction_id = CASE WHEN judged.again THEN t.id END,
    detail = CASE WHEN judged.again THEN 'paid_by_another_line' END,
    outcome = CASE WHEN t.id IS NULL OR judged.again THEN 'missing_here' ELSE ${OUTCOME} END
  FROM judged LEFT JOIN payment_transactions t ON t.id = judged.transaction_id
  WHERE i.id = judged.id`;

/** The same of refunds: by the gateway's id of the refund, our reference of it, or the payment and the sum. */
export const MATCH_REFUNDS = `
  WITH found AS (
    SELECT i.id, r.id AS refund_id,
      row_number() OVER (PARTITION BY r.id, i.line_status = 'paid' ORDER BY i.id) AS nth
    FROM reconciliation_items i LEFT JOIN LATERAL (
      SELECT c.id FROM (
        SELECT r.id, 1 AS rank FROM refunds r WHERE r.provider = i.provider
          AND r.gateway_refund_id = i.gateway_id AND r.account_id = i.account_id
        UNION ALL
        SELECT r.id, 2 FROM refunds r WHERE r.reference = i.reference
          AND r.provider = i.provider AND r.account_id = i.account_id
        UNION ALL
        SELECT r.id, 3 FROM payment_transactions t JOIN refunds r ON r.transaction_id = t.id
          WHERE t.provider = i.provider AND t.gateway_transaction_id = i.gateway_id
            AND t.account_id = i.account_id AND r.amount_minor = i.amount_minor
        UNION ALL
        SELECT r.id, 4 FROM payment_transactions t JOIN refunds r ON r.transaction_id = t.id
          WHERE t.reference = i.reference AND t.provider = i.provider
            AND t.account_id = i.account_id AND r.amount_minor = i.amount_minor
      ) AS c
      WHERE i.line_status <> 'paid' OR NOT EXISTS (SELECT FROM reconciliation_items o
        WHERE o.refund_id = c.id AND o.origin = 'line' AND o.line_status = 'paid')
      ORDER BY c.rank, c.id LIMIT 1) AS r ON true
    WHERE ${BATCH} AND i.kind = 'refund'
  )
  UPDATE reconciliation_items i SET refund_id = r.id, transaction_id = r.transaction_id,
    payment_id = r.payment_id, expected_minor = r.amount_minor, expected_currency = r.currency,
    expected_status = r.status,
    outcome = CASE WHEN r.id IS NULL THEN 'missing_here'
      WHEN i.line_status = 'paid' AND (i.amount_minor <> r.amount_minor OR i.currency <> r.currency)
        THEN 'amount_differs'
      WHEN i.line_status = CASE r.status WHEN 'completed' THEN 'paid' WHEN 'failed' THEN 'failed'
        ELSE 'pending' END THEN 'matched'
      ELSE 'status_differs' END
  FROM found LEFT JOIN refunds r
    ON r.id = found.refund_id AND (found.nth = 1 OR found.refund_id IS NULL)
  WHERE i.id = found.id`;

/** A line came for what an earlier run had found no line for. */
export const EXPLAIN_ABSENCES = `
  UPDATE reconciliation_items a SET resolved_at = now(), resolution = 'Found on a later statement'
  FROM reconciliation_items i
  WHERE i.run_id = $1 AND i.id > $2 AND i.id <= $3 AND i.origin = 'line' AND i.line_status = 'paid'
    AND a.origin = 'absence' AND a.resolved_at IS NULL AND a.kind = i.kind
    AND a.transaction_id IS NOT DISTINCT FROM CASE WHEN a.refund_id IS NULL THEN i.transaction_id END
    AND a.refund_id IS NOT DISTINCT FROM CASE WHEN a.refund_id IS NOT NULL THEN i.refund_id END
  RETURNING a.id, a.run_id, a.payment_id`;

/** One item whose attempt is known, compared again. Only a difference that still is one. */
export const COMPARE_AGAIN = `
  UPDATE reconciliation_items i SET expected_minor = t.amount_minor, expected_currency = t.currency,
    expected_status = t.status, outcome = ${OUTCOME}, heal_tries = $2,
    healed_at = CASE WHEN i.outcome = 'status_differs' AND ${OUTCOME} = 'matched' THEN now() END
  FROM payment_transactions t
  WHERE i.id = $1 AND t.id = i.transaction_id AND i.healed_at IS NULL AND i.resolved_at IS NULL
    AND (i.outcome IS NULL OR i.outcome = 'status_differs')
  RETURNING i.id, i.outcome, i.healed_at, i.payment_id, i.account_id, i.transaction_id`;

/** Lines of completed runs (and of run $3) of account $1 and gateway $2 that match by now. */
export const COMPARE_OLD = `
  UPDATE reconciliation_items i SET outcome = 'matched', expected_minor = t.amount_minor,
    expected_status = t.status, healed_at = now()
  FROM payment_transactions t, reconciliation_runs run
  WHERE i.account_id = $1 AND i.provider = $2 AND i.origin = 'line' AND i.kind = 'payment'
    AND i.outcome = 'status_differs' AND i.resolved_at IS NULL
    AND t.id = i.transaction_id AND ${OUTCOME} = 'matched'
    AND run.id = i.run_id AND (run.status = 'completed' OR run.id = $3)
  RETURNING i.id, i.run_id, i.payment_id`;

const UNMENTIONED = `NOT EXISTS (SELECT FROM reconciliation_items i
  WHERE i.transaction_id = t.id AND i.origin <> 'query' AND i.kind = 'payment')`;

/** Payments that were paid within the run's period and that no line is about. */
export const MISSING_THERE = `
  INSERT INTO reconciliation_items (run_id, account_id, provider, origin, kind, outcome,
    transaction_id, payment_id, expected_minor, expected_currency, expected_status, happened_at)
  SELECT run.id, t.account_id, t.provider, 'absence', 'payment', 'missing_there', t.id, t.payment_id,
    t.amount_minor, t.currency, t.status, t.completed_at
  FROM reconciliation_runs run JOIN payment_transactions t
    ON t.account_id = run.account_id AND t.provider = run.provider
  WHERE run.id = $1 AND t.status = 'completed' AND t.ledger_account IS NULL
    AND t.completed_at BETWEEN run.period_from AND run.period_to AND ${UNMENTIONED}
  ORDER BY t.id ON CONFLICT DO NOTHING`;

/** Approved so many days ($2) ago and on no bank statement, since there are bank statements. */
export const MISSING_AT_THE_BANK = `
  INSERT INTO reconciliation_items (run_id, account_id, provider, origin, kind, outcome,
    transaction_id, payment_id, expected_minor, expected_currency, expected_status, happened_at)
  SELECT run.id, t.account_id, t.provider, 'absence', 'payment', 'missing_there', t.id, t.payment_id,
    t.amount_minor, t.currency, t.status, t.completed_at
  FROM reconciliation_runs run JOIN payment_transactions t
    ON t.account_id = run.account_id AND t.provider = run.provider
  WHERE run.id = $1 AND t.status = 'completed' AND t.ledger_account IS NULL
    AND t.completed_at <= app_now() - make_interval(days => $2)
    AND t.completed_at >= (SELECT min(first.period_from) FROM reconciliation_runs first
      WHERE first.account_id = run.account_id AND first.provider = run.provider
        AND first.source = 'file')
    AND ${UNMENTIONED}
  ORDER BY t.id ON CONFLICT DO NOTHING`;

/** Refunds that a gateway paid back within the period; what people paid back stands elsewhere. */
export const REFUNDS_MISSING_THERE = `
  INSERT INTO reconciliation_items (run_id, account_id, provider, origin, kind, outcome,
    refund_id, payment_id, expected_minor, expected_currency, expected_status, happened_at)
  SELECT run.id, r.account_id, r.provider, 'absence', 'refund', 'missing_there', r.id, r.payment_id,
    r.amount_minor, r.currency, r.status, r.completed_at
  FROM reconciliation_runs run JOIN refunds r
    ON r.account_id = run.account_id AND r.provider = run.provider
  WHERE run.id = $1 AND r.status = 'completed' AND r.ledger_account IS NULL AND r.settled_by IS NULL
    AND r.completed_at BETWEEN run.period_from AND run.period_to
    AND NOT EXISTS (SELECT FROM reconciliation_items i WHERE i.refund_id = r.id)
  ORDER BY r.id ON CONFLICT DO NOTHING`;

/** Same sum, about the same time, same payer: worth a look, and no more. */
export const SUGGEST = `
  UPDATE reconciliation_items i SET suggested_transaction_id = near.transaction_id,
    detail = 'same_amount_time_and_payer'
  FROM (
    SELECT DISTINCT ON (line.id) line.id, t.id AS transaction_id
    FROM reconciliation_items line
    JOIN payment_transactions t ON t.account_id = line.account_id AND t.provider = line.provider
      AND t.currency = line.currency AND t.amount_minor = line.amount_minor
      AND t.created_at BETWEEN line.happened_at - interval '1 day' AND line.happened_at + interval '1 day'
    LEFT JOIN manual_payments m ON line.provider = 'manual' AND m.payment_id = t.payment_id
    WHERE line.run_id = $1 AND line.origin = 'line' AND line.kind = 'payment'
      AND line.outcome = 'missing_here' AND line.line_status = 'paid'
      AND line.suggested_transaction_id IS NULL
      AND line.payer_key = coalesce(right(t.phone, 9),
        lower(regexp_replace(m.payer_name, '[^[:alnum:]]', '', 'g')))
      AND NOT EXISTS (SELECT FROM reconciliation_items o
        WHERE o.transaction_id = t.id AND o.origin = 'line' AND o.line_status = 'paid')
    ORDER BY line.id, abs(extract(epoch FROM t.created_at - line.happened_at)), t.id
  ) AS near
  WHERE i.id = near.id`;

/** What the runs in $1 found, counted anew. */
export const COUNT_RUNS = `
  UPDATE reconciliation_runs run SET matched = c.matched, missing_here = c.missing_here,
    missing_there = c.missing_there, amount_differs = c.amount_differs,
    status_differs = c.status_differs, healed = c.healed, open_items = c.open_items
  FROM (SELECT r.id,
      count(*) FILTER (WHERE i.outcome = 'matched') AS matched,
      count(*) FILTER (WHERE i.outcome = 'missing_here') AS missing_here,
      count(*) FILTER (WHERE i.outcome = 'missing_there') AS missing_there,
      count(*) FILTER (WHERE i.outcome = 'amount_differs') AS amount_differs,
      count(*) FILTER (WHERE i.outcome = 'status_differs') AS status_differs,
      count(i.healed_at) AS healed,
      count(*) FILTER (WHERE i.outcome <> 'matched' AND i.resolved_at IS NULL) AS open_items
    FROM reconciliation_runs r LEFT JOIN reconciliation_items i ON i.run_id = r.id
    WHERE r.id = ANY ($1) GROUP BY r.id) AS c
  WHERE run.id = c.id`;
