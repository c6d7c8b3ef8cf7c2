import { waitFor } from '../../stack/index.js';
import type { LoadDesk } from '../desk/load.desk.js';
import type { HotPayment } from './hot.client.js';
import type { FinalRow } from './hot.judge.js';

const DRAINED_MS = 30_000;

const FINAL = `
  SELECT p.id, p.status, p.version, p.amount_minor::float8 AS amount, p.applied_minor::float8 AS applied,
    p.excess_minor::float8 AS excess, p.refunded_minor::float8 AS refunded, p.moved_minor::float8 AS moved,
    a.captured, a.captured_twice, r.done, r.reserved, r.refunds
  FROM payments p,
    LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE NOT overpayment), 0)::float8 AS captured,
        coalesce(sum(amount_minor) FILTER (WHERE overpayment), 0)::float8 AS captured_twice
      FROM payment_transactions WHERE payment_id = p.id AND status = 'completed') AS a,
    LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE status = 'completed'), 0)::float8 AS done,
        coalesce(sum(amount_minor) FILTER (WHERE status <> 'failed'), 0)::float8 AS reserved,
        count(*)::int AS refunds
      FROM refunds WHERE payment_id = p.id) AS r
  WHERE p.id = ANY ($1)`;

const TRAIL = `
  SELECT payment_id, changes->'status'->>0 AS before, changes->'status'->>1 AS after
  FROM audit_entries
  WHERE payment_id = ANY ($1) AND object_type = 'payment' AND jsonb_typeof(changes->'status') = 'array'
    AND changes->'status'->>0 IS NOT NULL AND changes->'status'->>0 <> changes->'status'->>1
  ORDER BY id`;

const ATTEMPTS = `SELECT payment_id, reference, status FROM payment_transactions WHERE payment_id = ANY ($1)`;
const WAITING = `SELECT count(*)::int AS waiting FROM webhook_events WHERE status = 'received'`;

interface FinalSql extends Record<string, unknown> {
  id: number;
  status: string;
  version: number;
  amount: number;
  applied: number;
  excess: number;
  refunded: number;
  moved: number;
  captured: number;
  captured_twice: number;
  done: number;
  reserved: number;
  refunds: number;
}
interface AttemptSql extends Record<string, unknown> {
  payment_id: number;
  reference: string;
  status: string;
}

/**
 * What database and phone say of these payments once every notification is worked on. An approval that stays
 * without its completed attempt after half a minute shows in the rows.
 */
export async function evidenceOf(
  desk: LoadDesk,
  payments: readonly HotPayment[],
): Promise<FinalRow[]> {
  const ids = payments.map(({ id }) => id);
  await waitFor(
    'all notifications to be worked on',
    async () => {
      const { waiting } = await desk.database.one(WAITING);
      return (
        waiting === 0 &&
        (await approvals(desk, ids)).every(({ here, approved }) => here || !approved)
      );
    },
    DRAINED_MS,
    100,
  ).catch(() => undefined);
  const rows = await desk.database.rows<FinalSql>(FINAL, [ids]);
  const trail = await desk.database.rows(TRAIL, [ids]);
  const seen = await approvals(desk, ids);
  return rows.map((row) => {
    const own = seen.filter(({ payment }) => payment === row.id);
    return {
      ...row,
      capturedTwice: row.captured_twice,
      refundsDone: row.done,
      refundsReserved: row.reserved,
      refundsAnswered: payments.find(({ id }) => id === row.id)?.refundsAnswered ?? 0,
      approved: own.filter(({ approved }) => approved).length,
      approvedHere: own.filter(({ here }) => here).length,
      trail: trail
        .filter((entry) => entry['payment_id'] === row.id)
        .map((entry): [string, string] => [String(entry['before']), String(entry['after'])]),
    };
  });
}

interface Approval {
  payment: number;
  /** On the phone. */
  approved: boolean;
  /** By a completed attempt of ours. */
  here: boolean;
}

async function approvals(desk: LoadDesk, ids: readonly number[]): Promise<Approval[]> {
  const attempts = await desk.database.rows<AttemptSql>(ATTEMPTS, [ids]);
  return Promise.all(
    attempts.map(async ({ payment_id: payment, reference, status }) => {
      const prompts = await desk.sandbox.prompts(reference);
      const approved = prompts.some((prompt) => prompt.status === 'approved');
      return { payment, approved, here: status === 'completed' };
    }),
  );
}

/** What a person would look at first: what came in for a payment, and what its attempts say. */
export async function detailsOf(desk: LoadDesk, payment: number): Promise<string> {
  const attempts = await desk.database.rows(
    `SELECT reference, status, sent_at, wire_status, failure_code FROM payment_transactions
     WHERE payment_id = $1 ORDER BY id`,
    [payment],
  );
  const events = await desk.database.rows(
    `SELECT e.reference, e.verification, e.status, e.reason, e.wire_status, e.last_error
     FROM webhook_events e JOIN payment_transactions t ON t.reference = e.reference
     WHERE t.payment_id = $1 ORDER BY e.id`,
    [payment],
  );
  const prompts = await Promise.all(
    attempts.map(({ reference }) => desk.sandbox.prompts(String(reference))),
  );
  return JSON.stringify({ attempts, events, prompts: prompts.flat() });
}
