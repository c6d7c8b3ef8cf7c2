import { waitFor } from '../../stack/index.js';
import { runLoad } from '../load/run.load.js';
import { createRequests } from '../measures/product.load.js';
import type { World } from './world.js';

/** What so many creates change, so that what is left out of one is seen. */
const CREATES = 20;
/** Counters of the limits and of the login, which no payment is made of. */
const NOT_OF_THE_PAYMENT = [
  'rate_limits',
  'users',
  'outbox',
  'audit_seals',
  'refresh_tokens',
  'refresh_families',
];

/** Written by every create, whatever else is. */
const CERTAIN = ['payments', 'audit_entries', 'idempotency_claims'];

/** Rows inserted and updated by table. */
type Counts = Map<string, number[]>;

interface Counters {
  relname: string;
  n_tup_ins: string;
  n_tup_upd: string;
}

export interface Trace {
  /** Rows written per create, in words. */
  text: string;
  /** The answer is written under the claim by a statement of its own. */
  answerApart: boolean;
}

/** Counts which rows one create writes, from the database's own statistics. */
export async function traceCreate(world: World): Promise<Trace> {
  const before = await counters(world);
  await runLoad('trace', {
    url: world.product.url,
    connections: 1,
    warmUpMs: 0,
    measureMs: 10_000,
    rate: null,
    limit: CREATES,
    requests: createRequests(world),
    offset: 0,
  });
  const after = await reported(world, before);
  const written = [...after].flatMap(([table, counts]) => {
    const [inserted, updated] = counts.map((n, i) => (n - (before.get(table)?.[i] ?? 0)) / CREATES);
    return inserted || updated ? [{ table, inserted: inserted ?? 0, updated: updated ?? 0 }] : [];
  });
  const shown = written.filter(({ table }) => !NOT_OF_THE_PAYMENT.includes(table));
  return {
    text: shown
      .map(({ table, inserted, updated }) => {
        const parts = [inserted && `${inserted} inserted`, updated && `${updated} updated`];
        return `${table} (${parts.filter(Boolean).join(', ')})`;
      })
      .join(', '),
    answerApart: written.some(
      ({ table, updated }) => table === 'idempotency_claims' && updated >= 0.5,
    ),
  };
}

/** Backends report their counts when they have been idle for ten seconds at the latest. */
async function reported(world: World, before: Counts): Promise<Counts> {
  const written = (counts: Counts, table: string): number =>
    (counts.get(table)?.[0] ?? 0) - (before.get(table)?.[0] ?? 0);
  return waitFor(
    'the counts of what a create writes',
    async () => {
      const counts = await counters(world);
      const whole = CERTAIN.every((table) => written(counts, table) >= CREATES);
      return whole ? counts : null;
    },
    20_000,
    500,
  );
}

async function counters(world: World): Promise<Counts> {
  const rows = await world.query<Counters>(
    'SELECT relname, n_tup_ins, n_tup_upd FROM pg_stat_user_tables',
  );
  return new Map(rows.map((row) => [row.relname, [Number(row.n_tup_ins), Number(row.n_tup_upd)]]));
}
