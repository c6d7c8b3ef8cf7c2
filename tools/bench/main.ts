import { writeFile } from 'node:fs/promises';
import { endEverything, PostgresCluster } from '../stack/index.js';
import { Figures } from './bench.figures.js';
import { readOptions, USAGE, type BenchOptions, type Section } from './bench.options.js';
import type { BenchContext } from './measures/bench.context.js';
import { measureCreate } from './measures/create.measure.js';
import { measureInstall } from './measures/install.measure.js';
import { measureMemory } from './measures/memory.measure.js';
import { measureProcessed } from './measures/processed.measure.js';
import { measureList, measureRead } from './measures/read.measure.js';
import { measureStartup } from './measures/startup.measure.js';
import { measureWebhook } from './measures/webhook.measure.js';
import { machineOf } from './report/machine.js';
import { writeReport } from './report/report.js';
import { World } from './world/world.js';

type Measure = (context: BenchContext, cluster: PostgresCluster) => Promise<void>;

const MEASURES: Record<Section, Measure> = {
  startup: async (context, cluster) =>
    measureStartup(context, await cluster.createDatabase(context.options.dist, 'bench_startup')),
  create: measureCreate,
  read: measureRead,
  list: measureList,
  webhook: measureWebhook,
  processed: measureProcessed,
  memory: measureMemory,
  install: measureInstall,
};
/** What is measured without tables full of payments. */
const WITHOUT_ROWS: readonly Section[] = ['startup', 'install'];

/** Progress goes to the error stream, so that the report alone can be kept. */
function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

async function bench(options: BenchOptions): Promise<void> {
  const cluster = await PostgresCluster.create({
    // As the embedded server has it; commit times, to see when a webhook's effect was there.
    settings: { shared_buffers: '128MB', wal_init_zero: 'off', track_commit_timestamp: 'on' },
  });
  const context: BenchContext = {
    options,
    worlds: [],
    figures: new Figures(),
    say,
    offsets: new Map(),
  };
  try {
    if (options.sections.some((section) => !WITHOUT_ROWS.includes(section))) {
      for (const rows of options.rows) {
        const begun = performance.now();
        context.worlds.push(await World.open(cluster, { ...options, rows }));
        say(`${rows} payments are there after ${Math.round((performance.now() - begun) / 1000)} s`);
      }
    }
    for (const section of options.sections) {
      say(`measuring ${section}`);
      await MEASURES[section](context, cluster);
    }
    for (const world of context.worlds) await countRows(world, context.figures);
    const machine = await machineOf(cluster.adminUrl);
    process.stdout.write(writeReport(options, context.figures, machine));
    if (options.json !== null) {
      const { all, notes } = context.figures;
      await writeFile(
        options.json,
        `${JSON.stringify({ machine, figures: all, notes }, null, 2)}\n`,
      );
    }
  } finally {
    await Promise.all(context.worlds.map((world) => world.close()));
    await cluster.remove();
  }
}

/** Measuring adds rows: the smallest tables do not stay as small as they are called. */
async function countRows(world: World, figures: Figures): Promise<void> {
  const [row] = await world.query<{ payments: number }>(
    'SELECT count(*)::int AS payments FROM payments',
  );
  figures.note(
    `Of ${world.rows.toLocaleString('en-US')} payments the measurements made ${row?.payments.toLocaleString('en-US')}.`,
  );
}

process.once('SIGINT', () => {
  endEverything();
  process.exit(130);
});
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else await bench(options);
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
} finally {
  endEverything();
}
