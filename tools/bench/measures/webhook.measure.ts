import { Figures } from '../bench.figures.js';
import type { RequestPlan } from '../load/load.plan.js';
import { LoadFailure } from '../load/run.load.js';
import { waitFor } from '../../stack/index.js';
import { type OpenAttempts, openAttempts, progressOf } from '../world/open.attempts.js';
import type { World } from '../world/world.js';
import { type BenchContext, inTurn } from './bench.context.js';
import { measured } from './product.load.js';

/** Callbacks per second, whatever the answers do. */
const RATE = 500;
const CONNECTIONS = 64;
const DRAIN_MS = 120_000;

export function callbackRequests(attempts: OpenAttempts): RequestPlan[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/payments/webhook/azam-pay/',
      headers: {},
      body: '{{callback}}',
      vary: { callback: { list: attempts.callbacks } },
      expect: 200,
    },
  ];
}

/** A gateway's signed callbacks at a fixed rate: until they are acknowledged, and until the payment is paid. */
export async function measureWebhook(context: BenchContext): Promise<void> {
  // A first round that nobody counts: a process that has just started compiles what it runs often.
  for (const world of context.worlds) await oneRound({ ...context, figures: new Figures() }, world);
  for (let round = 1; round <= context.options.rounds; round += 1) {
    for (const world of inTurn(context, round)) await oneRound(context, world);
    const [first] = context.worlds;
    const last = (key: string): string =>
      (context.figures.find(key, first?.rows ?? 0)?.samples.at(-1) ?? NaN).toFixed(1);
    context.say(
      `round ${round}: acknowledged p50 ${last('webhook.ack.p50')} p99 ${last('webhook.ack.p99')} ms, ` +
        `completed p50 ${last('webhook.completed.p50')} p99 ${last('webhook.completed.p99')} ms`,
    );
  }
}

async function oneRound(context: BenchContext, world: World): Promise<void> {
  const { options, figures } = context;
  const warmUp = options.warmUpSeconds * RATE;
  const count = warmUp + options.seconds * RATE;
  const attempts = await openAttempts(world, count);
  const result = await measured(context, 'webhook', world.product, {
    requests: callbackRequests(attempts),
    connections: CONNECTIONS,
    warmUpMs: options.warmUpSeconds * 1000,
    measureMs: options.seconds * 1000,
    rate: RATE,
    limit: count,
    offset: 0,
  });
  const sent = { from: attempts.from, to: attempts.from + result.sent - 1 };
  await untilDrained(world, sent);
  const waits = (await waitsOf(world, attempts, result.dueAt)).slice(warmUp);
  if (waits.length === 0) throw new LoadFailure('webhook: no event was concluded');
  waits.sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.floor(waits.length * share)] ?? NaN;
  const add = (key: string, title: string, value: number, shares?: Record<string, number>): void =>
    figures.add({ section: 'webhook', key, title, rows: world.rows, unit: 'ms' }, value, shares);
  const rate = `at ${RATE}/s`;
  add('webhook.ack.p50', `webhook acknowledged, p50 ${rate}`, result.p50, result.shares);
  add('webhook.ack.p99', `webhook acknowledged, p99 ${rate}`, result.p99);
  add('webhook.completed.p50', `webhook to completed, p50 ${rate}`, at(0.5));
  add('webhook.completed.p99', `webhook to completed, p99 ${rate}`, at(0.99));
}

/** @throws Error when the payments do not all get their money. */
export async function untilDrained(
  world: World,
  range: Pick<OpenAttempts, 'from' | 'to'>,
): Promise<void> {
  await waitFor(
    'the webhooks to be applied',
    async () => {
      const { completed, due } = await progressOf(world, range);
      return completed === range.to - range.from + 1 && due === 0;
    },
    DRAIN_MS,
    50,
  );
}

/** From when each callback should have been sent until the commit that concluded it, ms, in their order. */
async function waitsOf(world: World, attempts: OpenAttempts, dueAt: number[]): Promise<number[]> {
  const rows = await world.query<{ reference: string; at: number }>(
    `SELECT reference, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS at
     FROM webhook_events WHERE status = 'processed' AND reference = ANY ($1)`,
    [attempts.references],
  );
  const concluded = new Map(rows.map(({ reference, at }) => [reference, at]));
  return dueAt.flatMap((due, i) => {
    const at = concluded.get(attempts.references[i] ?? '');
    return at === undefined ? [] : [at - due];
  });
}
