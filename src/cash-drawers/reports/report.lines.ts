import type { Direction, EventType } from '../cash.types.js';
import type { Queries } from '../sessions/session.query.js';

/** Events of a session that have everything in common, added up. */
export interface ReportLine {
  currency: string;
  type: EventType;
  direction: Direction;
  actor_id: number;
  actor_name: string;
  /** Payment method of a sale or refund. */
  tender: string | null;
  count: number;
  /** Minor units as text, never negative. */
  amount_minor: string;
  last_event_id: string;
}

/** All events of the session, in one statement: they are of one moment. */
export function readLines(manager: Queries, sessionId: number): Promise<ReportLine[]> {
  return manager.query(
    `SELECT e.currency, e.type, e.direction, e.actor_id, u.name AS actor_name,
       CASE WHEN e.type IN ('sale', 'refund') THEN coalesce(p.payment_method, 'cash') END AS tender,
       count(*)::int AS count, sum(e.amount_minor)::text AS amount_minor,
       max(e.id) AS last_event_id
     FROM cash_events e JOIN users u ON u.id = e.actor_id
     LEFT JOIN payments p ON p.id = e.payment_id
     WHERE e.session_id = $1
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 6`,
    [sessionId],
  );
}

/** Payments by other tenders that the session's cashier began and that were paid while it was open. */
export interface OtherTender {
  tender: string;
  currency: string;
  count: number;
  amount_minor: string;
}

export function readOtherTenders(manager: Queries, sessionId: number): Promise<OtherTender[]> {
  return manager.query(
    `SELECT p.payment_method AS tender, p.currency, count(*)::int AS count,
       sum(p.amount_minor)::text AS amount_minor
     FROM cash_sessions s JOIN payments p ON p.account_id = s.account_id
       AND p.created_by = s.cashier_id AND p.created_at >= s.opened_at
     WHERE s.id = $1 AND p.paid_at IS NOT NULL
       AND p.processed_at BETWEEN s.opened_at AND coalesce(s.closed_at, clock_timestamp())
       AND NOT EXISTS (SELECT 1 FROM cash_events e WHERE e.payment_id = p.id AND e.type = 'sale')
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [sessionId],
  );
}

/** What must lie in the drawer, per currency, minor units. */
export function expectedOf(lines: readonly ReportLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { currency, direction, amount_minor: amount } of lines) {
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(direction) * BigInt(amount));
  }
  return sums;
}
