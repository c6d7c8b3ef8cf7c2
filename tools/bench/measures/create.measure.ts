import { findPgbench, runPgbench } from '../floors/pgbench.js';
import { pgbenchScript } from '../floors/floor.statements.js';
import type { World } from '../world/world.js';
import { traceCreate } from '../world/row.trace.js';
import { type BenchContext, inTurn } from './bench.context.js';
import { bareCreateRequests, createRequests, flatOut } from './product.load.js';

/** Creating a payment over HTTP, against the same rows by pgbench and by a bare handler. */
export async function measureCreate(context: BenchContext): Promise<void> {
  const { options, worlds, figures, say } = context;
  const [first] = worlds;
  if (!first) return;
  const trace = await traceCreate(first);
  figures.note(`One create leaves behind: ${trace.text}.`);
  const program = await findPgbench();
  if (!program)
    figures.note('pgbench: not found, so nothing is compared with it (Debian: postgresql-15).');
  const script = pgbenchScript(trace.answerApart);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const world of inTurn(context, round)) {
      await ours(context, world);
      if (program) await pgbench(context, world, program, script);
      await bare(context, world);
    }
    const line = ['create', 'create.pgbench', 'create.bare']
      .map((key) => `${key} ${Math.round(figures.find(key, first.rows)?.samples.at(-1) ?? NaN)}`)
      .join(', ');
    say(`round ${round}: ${line} per second`);
  }
}

async function ours(context: BenchContext, world: World): Promise<void> {
  const result = await flatOut(context, 'create', world.product, createRequests(world));
  context.figures.add(
    {
      section: 'create',
      key: 'create',
      title: 'create a payment over HTTP',
      rows: world.rows,
      unit: '/s',
    },
    result.perSecond,
    result.shares,
  );
  context.figures.add(
    {
      section: 'create',
      key: 'create.p99',
      title: 'create a payment, p99 at full load',
      rows: world.rows,
      unit: 'ms',
    },
    result.p99,
  );
}

async function pgbench(
  { options, figures }: BenchContext,
  world: World,
  program: string,
  script: string,
): Promise<void> {
  const perSecond = await runPgbench({
    program,
    script,
    url: world.database.appUrl,
    connections: options.connections,
    seconds: options.seconds,
  });
  figures.add(
    {
      section: 'create',
      key: 'create.pgbench',
      title: 'the same rows by pgbench, prepared, a round trip per statement',
      rows: world.rows,
      unit: '/s',
    },
    perSecond,
  );
}

async function bare(context: BenchContext, world: World): Promise<void> {
  const result = await flatOut(context, 'bare create', world.bare, bareCreateRequests());
  context.figures.add(
    {
      section: 'create',
      key: 'create.bare',
      title: 'the same rows by bare Fastify + pg, one round trip',
      rows: world.rows,
      unit: '/s',
    },
    result.perSecond,
    result.shares,
  );
}
