import { Client } from 'pg';
import { waitFor, type Stack } from '../../stack/index.js';

/** What is still to be done, by what it is. */
export type Rest = Record<'due' | 'unsealed' | 'events' | 'attempts' | 'refunds', number>;

/** Longer than allowed: what comes in late is still worth judging. */
const DRAIN_PATIENCE_MS = 60_000;
/** Longer than any lease that a killed process left behind, and a payer's time. */
const SETTLE_PATIENCE_MS = 180_000;
const EVERY_MS = 250;

const OPEN = `status IN ('initiated', 'pending', 'unknown') AND review_reason IS NULL`;

export interface Drained {
  /** Until nothing was due any more; null when it never happened. */
  ms: number | null;
  /** Until every decided attempt, stored notification and refund was at its end, too; null: never. */
  settledMs: number | null;
  /** What was left of all that. */
  rest: Rest;
}

/**
 * Waits until nothing is due, and then until what waits for the end of a dead process's lease is done as well:
 * every stored notification is dealt with, every attempt whose payer decided has come to an end or to a person,
 * and the audit trail is sealed.
 */
export async function drain(stack: Stack, decided: ReadonlySet<string>): Promise<Drained> {
  const startedAt = Date.now();
  const client = new Client({ connectionString: stack.database.adminUrl });
  await client.connect();
  let rest = await restOf(client, [...decided]);
  const within = (patienceMs: number, isOver: () => boolean): Promise<number | null> =>
    waitFor(
      'the drain',
      async () => {
        rest = await restOf(client, [...decided]);
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
    const settledMs = await within(SETTLE_PATIENCE_MS, () =>
      Object.values(rest).every((count) => count === 0),
    );
    return { ms, settledMs, rest };
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
