import type { DataSource } from 'typeorm';

interface Balance {
  account_id: number;
  code: string;
  currency: string;
  minor: string;
}

/** What the ledger says, per account. */
const LEDGER = `
  SELECT a.account_id, a.code, a.currency, sum(p.amount_minor)::text AS minor
  FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id
  GROUP BY 1, 2, 3 HAVING sum(p.amount_minor) <> 0 ORDER BY 1, 2, 3`;

/** The same, worked out from payments and attempts alone. */
const PAYMENTS = `
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
    SELECT account_id, 'unallocated', currency, -excess_minor
      FROM payments WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT account_id, coalesce(ledger_account, 'clearing:' || provider), currency, amount_minor
      FROM payment_transactions WHERE overpayment
    UNION ALL
    SELECT account_id, 'unallocated', currency, -amount_minor
      FROM payment_transactions WHERE overpayment
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

/** Fails unless the ledger's balances equal what payments, attempts and bookings say. */
export async function expectBooksToAgree(dataSource: DataSource): Promise<void> {
  const ledger: Balance[] = await dataSource.query(LEDGER);
  const payments: Balance[] = await dataSource.query(PAYMENTS);
  expect(ledger).toEqual(payments);
  expect(await dataSource.query(BOOKINGS)).toEqual([]);
  expect(await dataSource.query(INVOICES)).toEqual([]);
  expect(await dataSource.query(VISITS)).toEqual([]);
  expect(await dataSource.query(ORDERS)).toEqual([]);
  expect(await dataSource.query(STOCK)).toEqual([]);
}
