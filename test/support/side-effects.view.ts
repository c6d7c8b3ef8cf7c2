import type { DataSource } from 'typeorm';
import { type Paper, statusNow } from './side-effects.paper.js';
import type { World } from './side-effects.room.js';

/** Rows of everything that an act may touch, as the database has them. */
export interface Rows {
  payable: Record<string, unknown>;
  elsewhere: { id: number; paid_minor: number };
  otherVisits: number;
  payments: Row[];
  attempts: Row[];
  refunds: Row[];
  receipts: Row[];
  acts: Row[];
  reversals: Row[];
  session: Row;
  product: { stock: number; reserved: number };
  credit: number;
  ledger: Record<string, number>;
  drawer: number;
  trail: number;
}
export interface Row extends Record<string, unknown> {
  id: number;
}

const TABLES = { booking: 'bookings', order: 'orders', invoice: 'invoices', visit: 'visits' };
const VISIT_STATUS = `CASE WHEN x.status = 'active' AND x.expires_at <= app_now()
  THEN 'expired' ELSE x.status END AS shown_status`;

function sql({ kind }: World): string {
  const list = (from: string): string =>
    `(SELECT coalesce(json_agg(r ORDER BY r.id), '[]') FROM (${from}) AS r)`;
  return `WITH p AS MATERIALIZED (
      SELECT * FROM payments
      WHERE (payable_kind = '${kind}' AND payable_id = $1)
        OR (payable_kind = 'booking' AND payable_id = $2)),
    t AS MATERIALIZED (SELECT * FROM payment_transactions WHERE payment_id IN (SELECT id FROM p)),
    f AS MATERIALIZED (SELECT * FROM refunds WHERE payment_id IN (SELECT id FROM p)),
    u AS MATERIALIZED (SELECT * FROM unallocated_receipts
      WHERE payment_id IN (SELECT id FROM p) OR payer = $5),
    a AS MATERIALIZED (SELECT * FROM unallocated_acts WHERE receipt_id IN (SELECT id FROM u)),
    j AS (SELECT id FROM ledger_journals WHERE payment_id IN (SELECT id FROM p)
      OR (source_type = 'unallocated_act' AND source_id IN (SELECT id::text FROM a))
      OR (source_type = 'unallocated_receipt' AND source_id IN (SELECT id::text FROM u))),
    s AS (SELECT * FROM cash_sessions WHERE drawer_id = $3 ORDER BY number DESC LIMIT 1)
  SELECT json_build_object(
    'payable', (SELECT row_to_json(r) FROM (SELECT x.*, ${kind === 'visit' ? VISIT_STATUS : 'x.status AS shown_status'}
      FROM ${TABLES[kind]} x WHERE x.id = $1) AS r),
    'elsewhere', (SELECT row_to_json(b) FROM bookings b WHERE b.id = $2),
    'otherVisits', (SELECT count(*) FROM visits v WHERE v.user_id = $4
      AND v.status = 'pending' AND v.id <> $1),
    'payments', ${list('SELECT * FROM p')}, 'attempts', ${list('SELECT * FROM t')},
    'refunds', ${list('SELECT * FROM f')}, 'receipts', ${list('SELECT * FROM u')},
    'acts', ${list('SELECT * FROM a')},
    'reversals', ${list('SELECT * FROM manual_payment_reversals WHERE payment_id IN (SELECT id FROM p)')},
    'session', (SELECT row_to_json(r) FROM (SELECT s.*, c.balance_minor, c.expected_minor, c.counted_minor
      FROM s JOIN cash_session_currencies c ON c.session_id = s.id) AS r),
    'product', (SELECT row_to_json(x) FROM products x WHERE x.id = $6),
    'credit', (SELECT coalesce(sum(balance_minor), 0) FROM credit_accounts WHERE customer_id = $4),
    'ledger', (SELECT coalesce(json_object_agg(code, minor), '{}') FROM (
      SELECT l.code, sum(m.amount_minor) AS minor FROM ledger_postings m
        JOIN ledger_accounts l ON l.id = m.ledger_account_id
      WHERE m.journal_id IN (SELECT id FROM j)
      GROUP BY 1 HAVING sum(m.amount_minor) <> 0) AS lines),
    'drawer', (SELECT coalesce(sum(m.amount_minor), 0) FROM ledger_postings m
      JOIN ledger_accounts l ON l.id = m.ledger_account_id WHERE l.code = 'drawer:' || $3),
    'trail', (SELECT count(*) FROM audit_entries WHERE payment_id IN (SELECT id FROM p)
      OR (object_type = '${kind}' AND object_id = $1))) AS rows`;
}

/** Everything of a world in one snapshot. */
export async function readRows(dataSource: DataSource, world: World): Promise<Rows> {
  const [read]: { rows: Rows }[] = await dataSource.query(sql(world), [
    world.id,
    world.elsewhere,
    world.drawer,
    world.customer.userId,
    world.email,
    world.product,
  ]);
  if (!read) throw new Error('nothing was read');
  return read.rows;
}

const indexOf = (rows: readonly Row[], id: unknown): number | null =>
  id === null ? null : rows.findIndex((row) => row.id === id);

/** What the rows say, in the words of the paper. */
export function viewOfRows(rows: Rows, kind: string) {
  const { payable, payments, session } = rows;
  return {
    status: payable['shown_status'],
    paid: payable['paid_minor'],
    credited: payable['credited_minor'] ?? 0,
    elsewherePaid: rows.elsewhere.paid_minor,
    stock: {
      state: payable['stock_state'] ?? 'none',
      shelf: rows.product.stock,
      reserved: rows.product.reserved,
      fulfilled: (payable['fulfilled_at'] ?? null) !== null,
    },
    visitPaidBy: kind === 'visit' ? indexOf(payments, payable['payment_id']) : null,
    otherVisit: kind === 'visit' && rows.otherVisits > 0,
    payments: payments.map((row) => ({
      elsewhere: row['payable_kind'] === 'booking' && row['payable_id'] === rows.elsewhere.id,
      amount: row['amount_minor'],
      status: row['status'],
      applied: row['applied_minor'],
      excess: row['excess_minor'],
      refunded: row['refunded_minor'],
      refunding: row['refunding_minor'],
      moved: row['moved_minor'],
    })),
    attempts: rows.attempts.map((row) => ({
      payment: indexOf(payments, row['payment_id']),
      via: row['provider'],
      amount: row['amount_minor'],
      status: row['status'],
      overpayment: row['overpayment'],
    })),
    refunds: rows.refunds.map((row) => ({
      payment: indexOf(payments, row['payment_id']),
      amount: row['amount_minor'],
      status: row['status'],
      approval: row['approval'],
      byHand: row['settled_by'] !== null,
      ...(row['settled_by'] === null ? {} : { inCash: row['settlement_method'] === 'cash' }),
    })),
    receipts: rows.receipts.map((row) => ({
      kind: row['kind'],
      payment: indexOf(payments, row['payment_id']),
      left: row['left_minor'],
      via: row['provider'],
    })),
    acts: rows.acts.map((row) => ({
      receipt: indexOf(rows.receipts, row['receipt_id']),
      kind: row['kind'],
      amount: row['amount_minor'],
      status: row['status'],
      ...(row['status'] === 'done' && row['decided_by'] !== null ? { confirmed: true } : {}),
    })),
    reversals: rows.reversals.map((row) => ({
      payment: indexOf(payments, row['payment_id']),
      amount: row['amount_minor'],
      status: row['status'],
    })),
    drawer: {
      open: session['status'] === 'open',
      balance: session['balance_minor'],
      ledger: rows.drawer,
      counted: session['counted_minor'],
      expected: session['expected_minor'],
    },
    credit: rows.credit,
    ledger: rows.ledger,
  };
}

/** The same, of the paper. */
export function viewOfPaper(paper: Paper): ReturnType<typeof viewOfRows> {
  const { open, balance } = paper.drawer;
  return {
    status: statusNow(paper),
    paid: paper.paid,
    credited: paper.credited,
    elsewherePaid: paper.elsewherePaid,
    stock: paper.stock,
    visitPaidBy: paper.visit.payment,
    otherVisit: paper.visit.otherOpen,
    payments: paper.payments.map((payment) => without(payment, ['via', 'isTransfer'])),
    attempts: paper.attempts,
    refunds: paper.refunds.map((refund) => without(refund, ['posted'])),
    receipts: paper.receipts,
    acts: paper.acts.map((act) => without(act, ['elsewhere', 'cash'])),
    reversals: paper.reversals,
    drawer: {
      open,
      balance,
      ledger: balance,
      counted: open ? null : balance,
      expected: open ? null : balance,
    },
    credit: paper.credit,
    ledger: paper.ledger,
  };
}

function without<T extends object, K extends keyof T>(whole: T, names: readonly K[]): Omit<T, K> {
  const part = { ...whole };
  for (const name of names) delete part[name];
  return part;
}
