import { startStack } from '../../stack/index.js';
import { booksProblems } from '../desk/books.js';
import { LoadDesk } from '../desk/load.desk.js';
import { SeededRandom } from '../desk/seeded.random.js';
import type { Scale, TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { KINDS } from './key.cases.js';
import { KeyRun } from './key.run.js';

const KEYS: Record<Scale, number> = { push: 96, ci: 1_000, night: 20_000, soak: 100_000 };
const AT_ONCE = 16;
/** More failures say nothing new, and each takes as long as a caller is patient. */
const ENOUGH = 20;
/** Of so many batches one has a process killed in the middle. */
const KILL_EVERY = 5;

/** One key, ten callers, two API processes: one effect, one answer. */
export const part: TorturePart = {
  name: 'idempotency',
  backends: 'each',
  run: async (context) => {
    const stack = await startStack({
      dist: context.dist,
      backend: context.backend,
      apis: 2,
      workers: 1,
      // Longer than any request takes, so that none is taken over while it still runs.
      env: { IDEMPOTENCY_LOCK_S: '10' },
    });
    const desk = new LoadDesk(stack);
    try {
      await desk.login('customer', 'staff', 'cashier');
      return await idempotency(context, desk);
    } finally {
      await desk.close();
      await stack.stop();
    }
  },
};

async function idempotency(context: TortureContext, desk: LoadDesk): Promise<Verdict> {
  const session = await desk.openDrawer('cashier');
  const run = new KeyRun(desk, { session }, new SeededRandom(context.seed));
  const keys = KEYS[context.scale];
  for (
    let from = 0, batch = 1;
    from < keys && run.counts.failures < ENOUGH;
    from += AT_ONCE, batch += 1
  ) {
    await run.batch(from, Math.min(AT_ONCE, keys - from), batch % KILL_EVERY === 0);
    if (batch % 20 === 0) context.say(`${from + AT_ONCE} keys`);
  }
  const { counts } = run;
  const ends = desk.stack.supervised.flatMap(({ unexpectedEnds }) => unexpectedEnds);
  return {
    part: 'idempotency',
    counts: [
      { what: 'one effect per key', tried: counts.keys, failures: counts.failures, unit: 'keys' },
      {
        what: 'another body under a used key',
        tried: counts.mismatches,
        failures: counts.mismatchFailures,
        unit: 'requests',
      },
    ],
    problems: [
      ...run.problems,
      ...ends.map(({ output }) => `a process ended by itself: ${output.slice(-800)}`),
      ...(await booksProblems(desk.database)),
    ],
    notes: [
      `10 callers each over ${KINDS.join(', ')}; ${counts.replays} replays, ${counts.kills} SIGKILLs`,
    ],
  };
}
