import { Client } from 'pg';
import { waitFor, type Stack } from '../../stack/index.js';

/** What is still to be done, by what it is. */
export type Rest = Record<'due' | 'unsealed' | 'events' | 'attempts' | 'refunds', number>;

/** Longer than allowed: what comes in late is still worth judging. */
const DRAIN_PATIENCE_MS = 60_000;
const FINAL_PATIENCE_MS = 180_000;
const EVERY_MS = 250;

/**
 * Attempts that can be final: a prompt comes to its end by itself, a page when its payer decided. An order whose
 * answer was lost is final as soon as its gateway can be asked about it; AzamPay wants its own id for that, and
 * one that says it has no such order is believed only a minute later: what is left then is for people.
 */
const OPEN = `(status IN ('initiated', 'pending') AND review_reason IS NULL
  OR status = 'unknown' AND wire_status IS DISTINCT FROM 'not_found'
    AND (provider <> 'azampay' OR gateway_transaction_id IS NOT NULL))`;

export interface Drained {
  /** Until nothing was due any more; null when it never happened. */
  ms: number | null;
  /** Until everything that can be final was, too; null: never. */
  finalMs: number | null;
  /** When the last of each was seen (ms). */
  lastMs: Rest;
  /** What was left of all that. */
  rest: Rest;
}

/**
 * Waits until nothing is due, and then until everything is final that can be: every stored notification is dealt
 * with, every attempt whose payer decided and every refund is at its end, and the audit trail is sealed.
 */
export async function drain(stack: Stack, decided: ReadonlySet<string>): Promise<Drained> {
  const startedAt = Date.now();
  const client = new Client({ connectionString: stack.database.adminUrl });
  await client.connect();
  let rest = await restOf(client, [...decided]);
  const lastMs: Rest = { due: 0, unsealed: 0, events: 0, attempts: 0, refunds: 0 };
  const within = (patienceMs: number, isOver: () => boolean): Promise<number | null> =>
    waitFor(
      'the drain',
      async () => {
        rest = await restOf(client, [...decided]);
        for (const [what, count] of Object.entries(rest)) {
          if (count > 0) lastMs[what as keyof Rest] = Date.now() - startedAt;
        }
        return isOver();
      },
      patienceMs,
      EVERY_MS,
    ).then(
      () => Date.now() - startedAt,
      () => null,
    );
  try {
    const ms = await within(DRAIN_PATIENCE_MS, () => rest.due === 0);
    const finalMs = await within(FINAL_PATIENCE_MS, () =>
      Object.values(rest).every((count) => count === 0),
    );
    return { ms, finalMs, lastMs, rest };
  } finally {
    await client.end();
  }
}

async function restOf(client: Client, decided: string[]): Promise<Rest> {
  const { rows } = await client.query<Rest>(
    `SELECT
       (SELECT count(*)::int FROM outbox
        WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= app_now()) AS due,
       (SELECT count(*)::int FROM audit_unsealed) AS unsealed,
       (SELECT count(*)::int FROM webhook_events WHERE status = 'received') AS events,
       (SELECT count(*)::int FROM payment_transactions WHERE ${OPEN}
        AND (provider IN ('azampay', 'mtn_momo') OR reference = ANY ($1))) AS attempts,
       (SELECT count(*)::int FROM refunds WHERE status IN ('pending', 'processing')) AS refunds`,
    [decided],
  );
  const [row] = rows;
  if (!row) throw new Error('the database counted nothing');
  return row;
}
