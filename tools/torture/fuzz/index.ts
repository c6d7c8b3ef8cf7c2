import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiSession, type DemoUser, startStack, type Stack } from '../../stack/index.js';
import { booksProblems, chainProblems } from '../desk/books.js';
import { DatabaseDesk } from '../desk/database.desk.js';
import { OpenApiDocument } from '../desk/openapi.document.js';
import type { Scale, TortureContext, TorturePart, Verdict } from '../torture.part.js';
import { FuzzRun } from './fuzz.run.js';
import { type Memory, MemoryGauge } from './memory.gauge.js';

const REQUESTS: Record<Scale, number> = {
  push: 6_000,
  ci: 50_000,
  night: 1_000_000,
  soak: 5_000_000,
};
const USERS: readonly DemoUser[] = [
  'customer',
  'customer2',
  'owner',
  'cashier',
  'staff',
  'staff2',
  'admin',
  'outsider',
];
/** MB of reachable memory that an API may hold more after the run than after its first half. */
const MAY_GROW_MB = 10;

/** Malformed input on every route: nothing may break, leak, grow, or count as money. */
export const part: TorturePart = {
  name: 'fuzz',
  backends: 'once',
  run: async (context) => {
    const logs = join(context.folder, 'logs');
    const gauge = await MemoryGauge.open();
    const stack = await startStack({
      ...gauge.start,
      dist: context.dist,
      backend: context.backend,
      apis: 2,
      workers: 1,
      logs,
    });
    const desk = new DatabaseDesk(stack.database);
    try {
      return await fuzz(context, { stack, desk, logs, gauge });
    } finally {
      await desk.close();
      await stack.stop();
      await gauge.close();
    }
  },
};

interface Range {
  stack: Stack;
  desk: DatabaseDesk;
  logs: string;
  gauge: MemoryGauge;
}

async function fuzz(
  context: TortureContext,
  { stack, desk, logs, gauge }: Range,
): Promise<Verdict> {
  const document = await OpenApiDocument.fetch(stack.apiUrls[0] ?? '');
  const tokens = await login(stack);
  const run = new FuzzRun(stack, document, tokens, await columnsOf(desk), context.seed);
  const plain = await plainAnswers(stack, tokens);
  const requests = REQUESTS[context.scale];
  const progress = (sent: number): void => context.say(`${sent} requests sent`);
  const memory = (): Promise<Memory[]> =>
    Promise.all(stack.apis.map(({ pid }) => gauge.measure(pid)));
  const startedAt = Date.now();
  await run.send(0, requests / 2, progress);
  const before = await memory();
  await run.send(requests / 2, requests, progress);
  const seconds = (Date.now() - startedAt) / 1000;
  const after = await memory();
  await run.close();
  const { counts } = run;
  const growths = after.map(({ liveMb }, api) => liveMb - (before[api]?.liveMb ?? 0));
  const problems = [
    ...run.problems,
    ...unreached(run, document),
    ...growths
      .filter((mb) => mb > MAY_GROW_MB)
      .map((mb) => `an API holds ${mb.toFixed(0)} MB more than after half of the requests`),
    ...differences(plain, await plainAnswers(stack, tokens)),
    ...(await processProblems(stack, logs)),
    ...(await booksProblems(desk)),
    ...(await chainProblems(context.dist, stack.database)),
  ];
  return {
    part: 'fuzz',
    counts: [
      {
        what: 'malformed requests',
        tried: counts.sent,
        failures: counts.failures,
        unit: 'requests',
      },
      { what: 'malformed messages', tried: counts.noise, failures: 0, unit: 'connections' },
    ],
    problems,
    notes: [
      `${run.routes} routes, of which ${counts.succeeded.size} also succeeded; ${Math.round(counts.sent / seconds)} requests/s`,
      `answers ${JSON.stringify(counts.byClass)}, ${counts.unsent} not sendable or cut short`,
      `memory of the APIs after half and all of the requests, collected (resident): ${before
        .map((half, api) => `${told(half)} → ${told(after[api])}`)
        .join('; ')}`,
      ...[...counts.undocumented].map(
        ([what, times]) => `not in the document: ${what} (${times} times)`,
      ),
    ],
  };
}

function told(memory: Memory | undefined): string {
  return memory ? `${memory.liveMb.toFixed(1)} MB (${memory.rssMb.toFixed(0)} MB)` : 'none';
}

async function login(stack: Stack): Promise<Map<string, string>> {
  const session = new ApiSession(stack.apiUrls);
  const tokens = new Map<string, string>();
  for (const user of USERS) tokens.set(user, (await session.login(user)).token ?? '');
  await session.close();
  return tokens;
}

/** Names of all columns, of which none may be set from outside but through documented fields. */
async function columnsOf(desk: DatabaseDesk): Promise<string[]> {
  const rows = await desk.rows<{ column_name: string }>(
    `SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`,
  );
  return rows.map((row) => row.column_name);
}

/** Answers to plain questions: which properties they have, and how many rows a page holds. */
async function plainAnswers(stack: Stack, tokens: ReadonlyMap<string, string>): Promise<string[]> {
  const session = new ApiSession(stack.apiUrls, tokens.get('admin') ?? null);
  const answers: string[] = [];
  for (const path of [
    '/api/v1/payments/payments/',
    '/api/v1/bookings/',
    // Paid: it can neither be deleted nor cancelled in between.
    '/api/v1/payments/payments/2/',
    '/api/v1/payments/payments/999999999/',
    '/api/payments/999999999/status/',
    '/api/v1/payments/payments/?page=x',
  ]) {
    const { status, body } = await session.request('GET', path);
    const keys = Object.keys(body as object)
      .toSorted()
      .join();
    const { results } = body as { results?: unknown[] };
    answers.push(`${path} → ${status} ${keys} ${results ? 'with rows' : ''}`);
  }
  await session.close();
  return answers;
}

function differences(before: readonly string[], after: readonly string[]): string[] {
  return after
    .filter((answer, at) => answer !== before[at])
    .map((answer) => `a plain answer has another shape than before: ${answer}`);
}

function unreached(run: FuzzRun, document: OpenApiDocument): string[] {
  return document.routes
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !run.counts.routes.has(route))
    .map((route) => `no request reached ${route}`);
}

/** Ends that nobody asked for, and what the processes said of failures that nobody handled. */
async function processProblems(stack: Stack, logs: string): Promise<string[]> {
  const ends = stack.supervised.flatMap(({ unexpectedEnds }) => unexpectedEnds);
  const problems = ends.map(
    ({ ended, output }) =>
      `a process ended with ${ended.signal ?? ended.code}: ${output.slice(-1_000)}`,
  );
  for (const file of await readdir(logs)) {
    const lines = (await readFile(join(logs, file), 'utf8')).split('\n');
    const bad = lines.filter((line) => /unhandled|uncaught|MaxListeners|out of memory/i.test(line));
    problems.push(...bad.slice(0, 3).map((line) => `${file}: ${line.slice(0, 600)}`));
  }
  return problems;
}
