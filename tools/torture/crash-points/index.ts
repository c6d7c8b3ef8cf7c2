import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { booksProblems } from '../desk/books.js';
import { collectTables, judge, verifyBooks } from '../evidence/index.js';
import { History } from '../history/history.js';
import type { TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { CrashDesk } from './crash.desk.js';
import { CrashRun } from './crash.run.js';
import { startCrashStack, type CrashStack } from './crash.stack.js';
import { countsOf, resolvedMs, tableOf } from './crash.table.js';
import { PointPlan } from './point.plan.js';
import { aShare } from './point.share.js';

interface Size {
  /** Crashes that each point must have had. */
  times: number;
  /** One of so many points is tried; which ones, the seed says. */
  oneOf: number;
  traces: number;
  /** ms for the rounds; what is not hit by then fails the run. */
  budgetMs: number;
}

const SIZES: Record<TortureContext['scale'], Size> = {
  push: { times: 1, oneOf: 3, traces: 1, budgetMs: 400_000 },
  ci: { times: 5, oneOf: 1, traces: 2, budgetMs: 1_200_000 },
  night: { times: 50, oneOf: 1, traces: 3, budgetMs: 6_000_000 },
  soak: { times: 200, oneOf: 1, traces: 3, budgetMs: 24_000_000 },
};

const TRACE_MS = 90_000;
/** Longer than allowed: what comes in late is still worth judging. */
const RESOLVE_MS = 240_000;
/** How long after its process is up again whatever a crash left may take. */
const RESOLVED_WITHIN_MS = 60_000;

/** Enumerated crash points: before and after every commit, call to a gateway and acknowledgement. */
export const part: TorturePart = {
  name: 'crash-points',
  backends: 'once',
  run: async (context) => {
    const startedAt = Date.now();
    const crashStack = await startCrashStack(context);
    try {
      return await tryAll(context, crashStack, startedAt);
    } finally {
      await crashStack.stop();
    }
  },
};

async function tryAll(
  context: TortureContext,
  { stack, control, database }: CrashStack,
  startedAt: number,
): Promise<Verdict> {
  const size = SIZES[context.scale];
  const history = new History(join(context.folder, 'history.jsonl'));
  const desk = new CrashDesk(stack, database, history);
  const plan = new PointPlan();
  const run = new CrashRun(stack, control, desk, plan);
  // Without any crash nothing takes long, but on a crowded machine.
  desk.patienceMs = TRACE_MS;
  await run.warmUp();
  for (let pass = 0; pass < size.traces; pass += 1) await run.trace((line) => context.say(line));
  desk.patienceMs = RESOLVE_MS;
  const share = aShare(plan.points, size.oneOf, context.seed);
  context.say(
    `${plan.points.length} points, ${share.length} of them tried by seed, each ${size.times}×`,
  );
  const until = Date.now() + size.budgetMs;
  const wanting = () => plan.wanting(size.times).filter((count) => share.includes(count));
  for (let left = wanting(); left.length > 0 && Date.now() < until; left = wanting()) {
    await run.crashOnce(left);
    context.say(
      `round ${run.rounds}: ${run.crashes.length} crashes, ${left.length} points wanting`,
    );
  }
  const loadEndedAt = Date.now();
  await run.end();
  await desk.close();
  await history.close();
  const problems = [
    ...plan.shortfalls(size.times, share),
    ...run.lanes.flatMap(({ problem }) => problem ?? []),
    ...run.crashes
      .filter((crash) => (resolvedMs(crash) ?? 0) > RESOLVED_WITHIN_MS)
      .map((crash) => `${crash.hit.point} was resolved only after ${resolvedMs(crash)} ms`),
    ...run.unknownHits.map(({ point }) => `${point} was hit, but no trace showed it`),
    ...stack.supervised.flatMap(({ unexpectedEnds }) =>
      unexpectedEnds
        .filter(({ ended }) => ended.signal !== 'SIGKILL')
        .map(
          ({ ended, output }) =>
            `a process ended by itself with ${ended.code}: ${output.slice(-500)}`,
        ),
    ),
    ...(await booksProblems(database)),
  ];
  const judged = await judgeAll(context, stack, {
    startedAt,
    drainMs: Date.now() - loadEndedAt,
    kills: stack.supervised.reduce((sum, { restarts }) => sum + restarts, 0),
    crashes: run.crashes.length,
  });
  const table = tableOf(plan.points, run.crashes);
  await writeFile(join(context.folder, 'points.txt'), `${table.join('\n')}\n`);
  for (const line of table) context.say(line);
  return {
    part: 'crash-points',
    counts: [...countsOf(run), ...judged.counts],
    problems: [...problems, ...judged.problems],
    notes: [
      `${share.length} of ${plan.points.length} points, ${run.rounds} rounds, ${stack.supervised.reduce((sum, { restarts }) => sum + restarts, 0)} restarts`,
      ...judged.notes,
    ],
  };
}

/** The common judge over everything that was left behind, and the product's own check of its books. */
async function judgeAll(
  context: TortureContext,
  stack: CrashStack['stack'],
  more: Record<string, unknown>,
): Promise<Pick<Verdict, 'counts' | 'problems' | 'notes'>> {
  const { folder, seed, scale, backend } = context;
  await collectTables(stack.database.adminUrl, join(folder, 'tables'));
  const books = await verifyBooks(stack, stack.anchorFile);
  await writeFile(
    join(folder, 'run.json'),
    JSON.stringify({
      part: 'crash-points',
      seed,
      scale,
      backend,
      collectedAt: Date.now(),
      drainLimitMs: 180_000,
      mails: true,
      ...more,
    }),
  );
  const verdict = await judge(folder);
  return { ...verdict, problems: [...verdict.problems, ...(books === null ? [] : [books])] };
}
