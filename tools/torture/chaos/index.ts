import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiSession, startStack, type Stack } from '../../stack/index.js';
import { SeededRandom } from '../desk/seeded.random.js';
import { collectTables, journalOf, judge, verifyBooks } from '../evidence/index.js';
import { FaultyRoutes } from '../faults/index.js';
import { History } from '../history/index.js';
import type { TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { Caller } from './caller.js';
import { CHAOS_SCALES } from './chaos.scale.js';
import { runClients } from './clients.js';
import { drain, type Drained } from './drain.js';
import { Load, type LoadUser } from './load.js';
import { Monkey } from './monkey.js';
import { Payers } from './payers.js';
import { Stock } from './stock.js';

const DRAIN_LIMIT_MS = 30_000;
const USERS: readonly LoadUser[] = ['customer', 'customer2', 'cashier', 'staff', 'staff2', 'admin'];

/** Short enough that what was lost is looked for within the drain; the payer's time is over by then, too. */
const SETTINGS = {
  // Below the price of what is sold online: who pays that twice is given it back by two people.
  APPROVAL_LIMITS: 'USD=20,TZS=1000000,UGX=1500000,XOF=250000',
  AZAMPAY_POLL_SCHEDULE_S: '1,2,4,7,10,14,18,22',
  AZAMPAY_PROMPT_LIFETIME_S: '24',
  MTN_CURRENCY: 'UGX',
  MTN_POLL_SCHEDULE_S: '1,2,4,7,10,14,18,22',
  MTN_PROMPT_LIFETIME_S: '24',
  WAVE_POLL_SCHEDULE_S: '1,2,4,7,10,14,18,22,26,30',
};
const SANDBOX_SETTINGS = {
  SANDBOX_PROMPT_LIFETIME_MS: '8000',
  SANDBOX_LATE_DELAY_MS: '4000',
  SANDBOX_HANG_MS: '10000',
  SANDBOX_REFUND_DELAY_MS: '2000',
  SANDBOX_CALLBACK_TIMEOUT_MS: '5000',
};

interface Course {
  load: Load;
  monkey: Monkey;
  startedAt: number;
  loadMs: number;
  drained: Drained;
}

async function run(context: TortureContext): Promise<Verdict> {
  const { dist, backend, folder } = context;
  const scale = CHAOS_SCALES[context.scale];
  const routes = new FaultyRoutes();
  const history = new History(join(folder, 'history.jsonl'));
  const stack = await startStack({
    dist,
    backend,
    apis: 2,
    workers: 2,
    routes,
    logs: join(folder, 'logs'),
    env: SETTINGS,
    sandboxEnv: { ...SANDBOX_SETTINGS, SANDBOX_JOURNAL_FILE: journalOf(folder) },
  });
  try {
    context.say(`the stack is up: ${stack.apiUrls.join(', ')}; ${scale.payments} payments to make`);
    const course = await takeCourse(stack, routes, history, context);
    await history.close();
    const books = await collect(context, stack, course);
    const verdict = await judge(folder);
    const fallen = stack.supervised.flatMap(({ unexpectedEnds }) => unexpectedEnds);
    return concluded(verdict, course, history, [
      ...(books === null ? [] : [books]),
      ...fallen
        .filter(({ wasReady }) => wasReady)
        .map(({ output }) => `a process fell by itself: ${output.slice(-2_000)}`),
    ]);
  } finally {
    await stack.stop();
  }
}

async function takeCourse(
  stack: Stack,
  routes: FaultyRoutes,
  history: History,
  context: TortureContext,
): Promise<Course> {
  const { seed } = context;
  const scale = CHAOS_SCALES[context.scale];
  const { payments } = scale;
  const stock = new Stock(stack.database);
  const session = new ApiSession(stack.apiUrls);
  const sessions = new Map<LoadUser, ApiSession>();
  for (const user of USERS) sessions.set(user, await session.login(user));
  const payers = new Payers(stack.sandboxUrl, new SeededRandom(seed, 0x7061));
  await payers.listen();
  const load = new Load(payments, seed, sessions, history, stock, payers);
  const monkey = new Monkey(stack, routes, load, seed);
  const startedAt = Date.now();
  const watch = setInterval(() => {
    const seconds = (Date.now() - startedAt) / 1000;
    context.say(
      `${Math.round(seconds)} s: ${load.made} payments (${(load.made / seconds).toFixed(1)}/s), ${counted(monkey)}`,
    );
  }, 10_000);
  try {
    await Promise.all([monkey.run(scale), runClients(load)]);
    load.check();
    await monkey.heal();
    await stack.untilReady();
    const loadMs = Date.now() - startedAt;
    await payers.leave();
    const drained = await drain(stack, payers.decided);
    context.say(
      `nothing due after ${drained.ms} ms, everything final after ${drained.finalMs} ms; ` +
        `the last of each after ms: ${JSON.stringify(drained.lastMs)}`,
    );
    return { load, monkey, startedAt, loadMs, drained };
  } finally {
    clearInterval(watch);
    load.stop();
    await session.close();
  }
}

/** Into the run folder; answers what the product's own check of its books says, null when they hold. */
async function collect(
  { scale, seed, backend, folder }: TortureContext,
  stack: Stack,
  { monkey, load, startedAt, drained, loadMs }: Course,
): Promise<string | null> {
  await Promise.all(stack.supervised.map((process) => process.stop()));
  await stack.sandbox.stop();
  await collectTables(stack.database.adminUrl, join(folder, 'tables'));
  await copyFile(stack.anchorFile, join(folder, 'audit-anchors.log')).catch(() => undefined);
  const { kill, crash, wipe, zombie, way, gateway } = monkey.done;
  const run = {
    part: 'chaos',
    seed,
    scale,
    backend,
    startedAt,
    collectedAt: Date.now(),
    drainMs: drained.ms,
    drainLimitMs: DRAIN_LIMIT_MS,
    finalMs: drained.finalMs,
    kills: kill,
    postgresCrashes: crash,
    redisWipes: wipe,
    zombies: zombie,
    brokenWays: way,
    gatewayFaults: gateway,
    mails: true,
    payments: load.made,
    loadMs,
  };
  await writeFile(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  return verifyBooks(stack, stack.anchorFile);
}

function concluded(
  verdict: Verdict,
  { load, monkey, loadMs, drained }: Course,
  history: History,
  found: string[],
): Verdict {
  const given = Caller.givenUp.splice(0);
  const refusals = [...load.refusals].map(([what, count]) => `${what} ×${count}`);
  return {
    part: 'chaos',
    counts: [
      ...verdict.counts,
      {
        what: 'questions repeated with their key and never answered definitely',
        tried: history.ends.ok + history.ends.fail + history.ends.info,
        failures: given.length,
        unit: 'requests',
      },
    ],
    problems: [
      ...verdict.problems,
      ...(drained.finalMs === null ? [`never final: ${JSON.stringify(drained.rest)}`] : []),
      ...given.map((question) => `never answered: ${question}`),
      ...found,
    ],
    notes: [
      ...verdict.notes,
      `${load.made} payments in ${Math.round(loadMs / 1000)} s, everything final ${drained.finalMs} ms after the last fault`,
      counted(monkey),
      `this program took ${Math.round(process.cpuUsage().user / 1e6)} s of processor time`,
      `answers: ${JSON.stringify(history.ends)}, by server error: ${JSON.stringify(Object.fromEntries(history.serverErrors))}`,
      `payers: ${JSON.stringify(load.payers.answers)}`,
      ...(refusals.length > 0 ? [`refused: ${refusals.join(', ')}`] : []),
    ],
  };
}

function counted({ done }: Monkey): string {
  return `${done.kill} kills, ${done.crash} database crashes, ${done.wipe} Redis wipes, ${done.zombie} zombies, ${done.way} broken ways, ${done.gateway} gateway faults`;
}

/** Everything breaks at once and again, while people pay; afterwards no money may be lost or doubled. */
export const part: TorturePart = { name: 'chaos', backends: 'each', run };
