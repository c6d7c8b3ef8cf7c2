import { waitFor } from '../../stack/index.js';
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

/**
 * What one machine sustains, work behind the answers included. Creating leaves entries to be sealed into the
 * trail; a callback leaves its own processing, the settlement, and the job that tells the payer.
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
  const begun = performance.now();
  const result = await measured(context, 'create', world.product, {
    requests: createRequests(world),
    connections: context.options.connections,
    warmUpMs: 0,
    measureMs: Math.max(LEAST_SECONDS, context.options.seconds) * 1000,
    rate: null,
    limit: null,
  });
  await waitFor('the trail to be sealed', () => nothingIsLeft(world), DRAIN_MS, 50);
  const seconds = (performance.now() - begun) / 1000;
  context.figures.add(
    {
      section: 'processed',
      key: 'processed.created',
      title: 'created and fully processed: jobs done, trail sealed',
      rows: world.rows,
      unit: '/s',
    },
    result.sent / seconds,
    result.shares,
  );
}

async function nothingIsLeft(world: World): Promise<boolean> {
  const [row] = await world.query<{ left: boolean }>(
    `SELECT EXISTS (SELECT FROM audit_unsealed) OR EXISTS (SELECT FROM outbox
       WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= app_now()) AS left`,
  );
  return row?.left === false;
}

async function paid(context: BenchContext, world: World): Promise<void> {
  const attempts = await openAttempts(world, CALLBACKS);
  const begun = performance.now();
  const result = await measured(context, 'webhook', world.product, {
    requests: callbackRequests(attempts),
    connections: context.options.connections,
    warmUpMs: 0,
    measureMs: 120_000,
    rate: null,
    limit: CALLBACKS,
    offset: 0,
  });
  await untilDrained(world, attempts);
  const seconds = (performance.now() - begun) / 1000;
  context.figures.add(
    {
      section: 'processed',
      key: 'processed.paid',
      title: 'paid by webhook and fully processed: settled, booked, payer told',
      rows: world.rows,
      unit: '/s',
    },
    CALLBACKS / seconds,
    result.shares,
  );
}
