// Whether the books agree, in plain SQL from the tables alone: for the tests as well as for the torture.

/** What the ledger says, per account. */
export const LEDGER = `
  SELECT a.account_id, a.code, a.currency, sum(p.amount_minor)::text AS minor
  FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
  GROUP BY 1, 2, 3 HAVING sum(p.amount_minor) <> 0 ORDER BY 1, 2, 3`;

/** Every move of a drawer's cash that no payment, refund or expense posts, with its other side. */
const CASH_MOVES = `
  SELECT account_id, drawer_id, currency, signed_minor AS minor, CASE type
      WHEN 'pay_in' THEN 'cash_paid_in' WHEN 'pay_out' THEN 'cash_paid_out'
      WHEN 'drop_to_safe' THEN 'safe' WHEN 'bank_deposit' THEN 'bank_in_transit'
      WHEN 'change_exchange' THEN 'cash_exchange' ELSE 'cash_over_short' END AS against
    FROM cash_events WHERE expense_id IS NULL AND type IN ('pay_in', 'pay_out', 'drop_to_safe',
      'bank_deposit', 'change_exchange', 'adjustment')
  UNION ALL
  SELECT s.account_id, s.drawer_id, c.currency,
    c.declared_opening_minor - coalesce(c.expected_opening_minor, 0),
    CASE WHEN c.declared_opening_minor > coalesce(c.expected_opening_minor, 0)
      THEN 'cash_float' ELSE 'cash_over_short' END
    FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id
  UNION ALL
  SELECT s.account_id, s.drawer_id, c.currency, c.variance_minor, 'cash_over_short'
    FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id
    WHERE s.status = 'reviewed' OR (s.status = 'closed' AND NOT s.review_required)`;

/** The same, worked out from payments, attempts and drawers alone. */
export const PAYMENTS = `
  SELECT account_id, code, currency, sum(minor)::text AS minor FROM (
    SELECT t.account_id, coalesce(t.ledger_account, 'clearing:' || t.provider) AS code, t.currency,
      p.amount_minor AS minor
      FROM payments p JOIN payment_transactions t
        ON t.payment_id = p.id AND t.status = 'completed' AND NOT t.overpayment
      WHERE p.paid_at IS NOT NULL
    UNION ALL
    SELECT account_id, coalesce(ledger_account, 'clearing:' || provider), currency, -amount_minor
      FROM refunds WHERE status = 'completed'
    UNION ALL
    -- What went back without a refund of ours: reversals, chargebacks.
    SELECT p.account_id, 'clearing:' || p.provider, p.currency, coalesce(r.minor, 0) - p.refunded_minor
      FROM payments p LEFT JOIN (SELECT payment_id, sum(amount_minor) AS minor FROM refunds
        WHERE status = 'completed' GROUP BY 1) AS r ON r.payment_id = p.id
      WHERE p.paid_at IS NOT NULL
    UNION ALL
    SELECT account_id, 'settled:' || payable_kind, currency, -applied_minor
      FROM payments WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT account_id, 'unallocated', currency, -excess_minor - moved_minor
      FROM payments WHERE paid_at IS NOT NULL
    UNION ALL
    -- Found on statements, and what people did with what nobody owed (allocating it is a payment).
    SELECT account_id, 'clearing:' || provider, currency, amount_minor
      FROM unallocated_receipts WHERE kind = 'unmatched'
    UNION ALL
    SELECT account_id, 'unallocated', currency, -amount_minor
      FROM unallocated_receipts WHERE kind = 'unmatched'
    UNION ALL
    SELECT account_id, 'unallocated', currency, amount_minor
      FROM unallocated_acts WHERE status = 'done' AND kind <> 'allocate'
    UNION ALL
    SELECT a.account_id, CASE a.kind WHEN 'credit' THEN 'customer_credit'
        ELSE coalesce(a.ledger_account, 'clearing:' || r.provider) END, a.currency, -a.amount_minor
      FROM unallocated_acts a JOIN unallocated_receipts r ON r.id = a.receipt_id
      WHERE a.status = 'done' AND a.kind <> 'allocate'
    UNION ALL
    SELECT account_id, coalesce(ledger_account, 'clearing:' || provider), currency, amount_minor
      FROM payment_transactions WHERE overpayment
    UNION ALL
    SELECT account_id, 'unallocated', currency, -amount_minor
      FROM payment_transactions WHERE overpayment
    UNION ALL
    -- What was spent: from a drawer, or owed to whoever advanced it.
    SELECT e.account_id, line.code, e.currency, line.minor FROM expenses e, LATERAL (VALUES
        ('expense:' || e.category, e.amount_minor), (e.ledger_account, -e.amount_minor)
      ) AS line (code, minor)
      WHERE e.status = 'paid'
    UNION ALL
    -- What statements say was charged and paid out; a bank takes its charges out of what lies there.
    SELECT i.account_id, line.code, i.currency, line.minor FROM reconciliation_items i,
      LATERAL (SELECT CASE i.kind WHEN 'refund' THEN -i.amount_minor ELSE i.amount_minor END AS minor,
        i.kind IN ('fee', 'levy') AS charged) AS said,
      LATERAL (VALUES
        (CASE i.kind WHEN 'fee' THEN 'expense:gateway_fees' WHEN 'levy' THEN 'expense:gateway_levies'
          ELSE 'bank:' || i.provider END, said.minor),
        (CASE WHEN said.charged AND i.provider = 'manual' THEN 'bank:' ELSE 'clearing:' END
          || i.provider, -said.minor)
      ) AS line (code, minor)
      WHERE i.posting_id IS NOT NULL
    UNION ALL
    -- What drawers found at openings, took in and gave out without a payment, and were off by.
    SELECT account_id, 'drawer:' || drawer_id, currency, minor FROM (${CASH_MOVES}) AS cash
    UNION ALL
    SELECT account_id, against, currency, -minor FROM (${CASH_MOVES}) AS cash
  ) AS lines GROUP BY 1, 2, 3 HAVING sum(minor) <> 0 ORDER BY 1, 2, 3`;

/** What bookings say was paid for them, against what payments applied to them. */
const BOOKINGS = `
  SELECT b.reference, b.paid_minor::text AS booking_says,
    coalesce(sum(p.applied_minor), 0)::text AS payments_say
  FROM bookings b LEFT JOIN payments p ON p.payable_kind = 'booking' AND p.payable_id = b.id
  GROUP BY b.id HAVING b.paid_minor <> coalesce(sum(p.applied_minor), 0)`;

/** The same of invoices, and their credit notes against what they say is credited. */
const INVOICES = `
  SELECT i.id, i.paid_minor::text AS invoice_says, i.credited_minor::text,
    coalesce(sum(p.applied_minor), 0)::text AS payments_say
  FROM invoices i LEFT JOIN payments p ON p.payable_kind = 'invoice' AND p.payable_id = i.id
  GROUP BY i.id HAVING i.paid_minor <> coalesce(sum(p.applied_minor), 0)
    OR i.credited_minor <>
      (SELECT coalesce(sum(total_minor), 0) FROM credit_notes n WHERE n.invoice_id = i.id)`;

/** What payments of invoices applied, against what they credited to customers. */
const CREDITS = `
  SELECT p.id, p.applied_minor::text AS payment_says, coalesce(sum(e.amount_minor), 0)::text AS credited
  FROM payments p
    LEFT JOIN credit_entries e ON e.payment_id = p.id AND e.source_type = 'invoice'
  WHERE p.payable_kind = 'invoice'
  GROUP BY p.id HAVING p.applied_minor <> coalesce(sum(e.amount_minor), 0)`;

/** And of visits: what their payments applied, and only by the payment that opened them. */
const VISITS = `
  SELECT v.id, v.paid_minor::text AS visit_says, coalesce(sum(p.applied_minor), 0)::text AS payments_say
  FROM visits v LEFT JOIN payments p ON p.payable_kind = 'visit' AND p.payable_id = v.id
  GROUP BY v.id HAVING v.paid_minor <> coalesce(sum(p.applied_minor), 0)
    OR bool_or(p.applied_minor > 0 AND p.id IS DISTINCT FROM v.payment_id)`;

/** And of orders. */
const ORDERS = `
  SELECT o.reference, o.paid_minor::text AS order_says,
    coalesce(sum(p.applied_minor), 0)::text AS payments_say
  FROM orders o LEFT JOIN payments p ON p.payable_kind = 'order' AND p.payable_id = o.id
  GROUP BY o.id HAVING o.paid_minor <> coalesce(sum(p.applied_minor), 0)`;

/** What products say is reserved, against the lines of the orders that hold stock. */
const STOCK = `
  SELECT p.name, p.reserved, coalesce(sum(i.quantity), 0)::int AS held
  FROM products p LEFT JOIN (
    order_items i JOIN orders o ON o.id = i.order_id AND o.stock_state = 'held'
  ) ON i.product_id = p.id
  GROUP BY p.id HAVING p.reserved <> coalesce(sum(i.quantity), 0)`;

/** What the queue of unallocated money says is left, against what payments hold and what acts have taken. */
const QUEUE = `
  SELECT r.id, r.kind, r.left_minor::text AS queue_says, p.excess_minor::text AS payment_says,
    coalesce(sum(a.amount_minor), 0)::text AS taken
  FROM unallocated_receipts r LEFT JOIN payments p ON p.id = r.payment_id
    LEFT JOIN unallocated_acts a ON a.receipt_id = r.id AND a.status <> 'rejected'
  GROUP BY r.id, p.id
  HAVING r.left_minor <> CASE r.kind WHEN 'excess' THEN p.excess_minor
    ELSE r.amount_minor - coalesce(sum(a.amount_minor), 0) END
  UNION ALL
  SELECT p.id, 'excess', '0', p.excess_minor::text, '0' FROM payments p
  WHERE p.excess_minor > 0
    AND NOT EXISTS (SELECT FROM unallocated_receipts r WHERE r.payment_id = p.id AND r.kind = 'excess')
  UNION ALL
  SELECT t.id, 'overpayment', '0', t.amount_minor::text, '0' FROM payment_transactions t
  WHERE t.overpayment AND NOT EXISTS (SELECT FROM unallocated_receipts r WHERE r.transaction_id = t.id)`;

/**
 * Drawers whose latest session, its events and the ledger do not say the same. While it is open the three
 * are equal; once it is closed what it expected stays, and the ledger holds what was counted as soon as
 * the variance is posted.
 */
export const DRAWERS = `
  SELECT s.drawer_id, s.number, s.status, c.currency, c.balance_minor::text AS balance,
    c.expected_minor::text AS expected, events.minor::text AS events, books.minor::text AS ledger
  FROM cash_sessions s JOIN cash_session_currencies c ON c.session_id = s.id,
    LATERAL (SELECT coalesce(sum(e.signed_minor), 0) AS minor FROM cash_events e
      WHERE e.session_id = s.id AND e.currency = c.currency) AS events,
    LATERAL (SELECT coalesce(sum(p.amount_minor), 0) AS minor FROM ledger_accounts a
      JOIN ledger_postings p ON p.ledger_account_id = a.id
      WHERE a.account_id = s.account_id AND a.code = 'drawer:' || s.drawer_id
        AND a.currency = c.currency) AS books
  WHERE s.number = (SELECT max(number) FROM cash_sessions l WHERE l.drawer_id = s.drawer_id)
    AND (c.balance_minor <> events.minor OR coalesce(c.expected_minor, events.minor) <> events.minor
      OR books.minor <> CASE WHEN s.status IN ('open', 'counting')
        OR (s.status = 'closed' AND s.review_required) THEN events.minor ELSE c.counted_minor END)`;

/** Per journal and currency. */
const UNBALANCED = `
  SELECT p.journal_id, a.currency, sum(p.amount_minor)::text AS minor
  FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
  GROUP BY 1, 2 HAVING sum(p.amount_minor) <> 0`;

/** Applied, excess, refunded and moved are all that was paid. */
const PAYMENT_SUMS = `
  SELECT id, status, amount_minor::text, applied_minor::text, excess_minor::text,
    refunded_minor::text, moved_minor::text
  FROM payments
  WHERE refunded_minor > amount_minor OR CASE WHEN paid_at IS NULL
    THEN applied_minor + excess_minor + refunded_minor + moved_minor <> 0
    ELSE applied_minor + excess_minor + refunded_minor + moved_minor <> amount_minor END`;

/** What must answer no row, by what it means when it does. */
export const CHECKS: Readonly<Record<string, string>> = {
  'drawers, their events and the ledger differ': DRAWERS,
  'bookings and payments differ': BOOKINGS,
  'invoices and payments differ': INVOICES,
  'invoice payments and credits differ': CREDITS,
  'visits and payments differ': VISITS,
  'orders and payments differ': ORDERS,
  'stock and orders differ': STOCK,
  'the queue of unallocated money is off': QUEUE,
  'a journal does not sum to zero': UNBALANCED,
  'a payment does not add up': PAYMENT_SUMS,
};
