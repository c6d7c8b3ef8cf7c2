import { waitFor } from '../../stack/index.js';
import { OPEN_BOOKINGS } from '../world/seeding.js';
import type { World } from '../world/world.js';
import { openAttempts } from '../world/open.attempts.js';
import { type BenchContext, inTurn } from './bench.context.js';
import { createRequests, measured } from './product.load.js';
import { callbackRequests, untilDrained } from './webhook.measure.js';

const MOST_ROUNDS = 3;
/** Long enough that the last drain counts for little. */
const LEAST_SECONDS = 8;
/** Callbacks per round: some seconds' worth. */
const CALLBACKS = 3_000;
const DRAIN_MS = 120_000;
/** Times the connections of the load: as many as it takes to leave no processor waiting for the disk. */
const CONNECTIONS_FACTOR = 2;

/**
 * What one machine sustains, work behind the answers included. Creating leaves entries to be sealed into the
 * trail; a callback leaves its own processing, the settlement, its entries in the trail, and the job that
 * confirms to the payer, which here has no mail server to send by.
 */
export async function measureProcessed(context: BenchContext): Promise<void> {
  const { options, worlds, say, figures } = context;
  for (let round = 1; round <= Math.min(options.rounds, MOST_ROUNDS); round += 1) {
    for (const world of inTurn(context, round)) {
      await created(context, world);
      await paid(context, world);
    }
    const last = (key: string): number =>
      Math.round(figures.find(key, worlds[0]?.rows ?? 0)?.samples.at(-1) ?? NaN);
    say(
      `round ${round}: created ${last('processed.created')}, paid ${last('processed.paid')} per second`,
    );
  }
}

async function created(context: BenchContext, world: World): Promise<void> {
  const before = await newest(world);
  const begun = performance.now();
  const result = await measured(context, 'create', world.product, {
    requests: createRequests(world),
    connections: CONNECTIONS_FACTOR * context.options.connections,
    warmUpMs: 0,
    measureMs: Math.max(LEAST_SECONDS, context.options.seconds) * 1000,
    rate: null,
    limit: null,
  });
  await untilNothingIsLeft(world);
  const seconds = (performance.now() - begun) / 1000;
  await lookAtAll(world, before, result.sent);
  context.figures.add(
    {
      section: 'processed',
      key: 'processed.created',
      title: 'created and fully processed: jobs done, trail sealed, twice the connections',
      rows: world.rows,
      unit: '/s',
    },
    result.sent / seconds,
    result.shares,
  );
}

/** No entry unsealed, and no job open but the questions that fall due later. */
async function untilNothingIsLeft(world: World): Promise<void> {
  await waitFor(
    'the jobs to be done and the trail to be sealed',
    async () => {
      const [row] = await world.query<{ left: boolean }>(
        `SELECT EXISTS (SELECT FROM audit_unsealed) OR EXISTS (SELECT FROM outbox
           WHERE done_at IS NULL AND parked_at IS NULL
             AND (topic <> 'attempt.check' OR next_at <= app_now())) AS left`,
      );
      return row?.left === false;
    },
    DRAIN_MS,
    50,
  );
}

interface Newest {
  payment: number;
  entry: string;
}

async function newest(world: World): Promise<Newest> {
  const [row] = await world.query<Newest>(
    `SELECT (SELECT max(id) FROM payments WHERE id < ${OPEN_BOOKINGS.from}) AS payment,
       (SELECT max(id) FROM audit_entries) AS entry`,
  );
  return row ?? { payment: 0, entry: '0' };
}

/** @throws Error when an answer was given that no row stands for, an entry lacks its seal, or a job was given up. */
async function lookAtAll(world: World, before: Newest, answered: number): Promise<void> {
  const [row] = await world.query<{ made: number; unsealed: number; parked: number }>(
    `SELECT (SELECT count(*)::int FROM payments WHERE id > $1 AND id < ${OPEN_BOOKINGS.from}) AS made,
       (SELECT count(*)::int FROM audit_entries e WHERE id > $2
          AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id)) AS unsealed,
       (SELECT count(*)::int FROM outbox WHERE parked_at IS NOT NULL) AS parked`,
    [before.payment, before.entry],
  );
  if (row?.made !== answered || row.unsealed !== 0 || row.parked !== 0) {
    throw new Error(`${answered} creates were answered; afterwards: ${JSON.stringify(row)}`);
  }
}

async function paid(context: BenchContext, world: World): Promise<void> {
  const attempts = await openAttempts(world, CALLBACKS);
  const begun = performance.now();
  const result = await measured(context, 'webhook', world.product, {
    requests: callbackRequests(attempts),
    connections: CONNECTIONS_FACTOR * context.options.connections,
    warmUpMs: 0,
    measureMs: 120_000,
    rate: null,
    limit: CALLBACKS,
    offset: 0,
  });
  await untilDrained(world, attempts);
  await untilNothingIsLeft(world);
  const seconds = (performance.now() - begun) / 1000;
  context.figures.add(
    {
      section: 'processed',
      key: 'processed.paid',
      title:
        'paid by webhook and fully processed: settled, booked, sealed (no mail server), twice the connections',
      rows: world.rows,
      unit: '/s',
    },
    CALLBACKS / seconds,
    result.shares,
  );
}
