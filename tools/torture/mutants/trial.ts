import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectTables } from '../evidence/index.js';
import { judge } from '../checker/judge.js';
import { breakBuild } from './broken.build.js';
import type { Mutant } from './mutant.types.js';
import { Stage } from './stage.js';
import type { TemplateDatabase } from './template.database.js';

/** What came of one mutant. */
export interface Outcome {
  mutant: Mutant;
  /** Names of judgements that found something. */
  foundBy: string[];
  problems: string[];
  /** What the acts stumbled over; a mutant may well make them. */
  stumbles: string[];
  tookMs: number;
}

export interface Trials {
  dist: string;
  folder: string;
  seed: number;
  database: TemplateDatabase;
}

/** Nothing due any more, and all of the trail sealed. */
const QUIET = `SELECT 1 AS found WHERE NOT EXISTS (SELECT FROM audit_unsealed)
  AND NOT EXISTS (SELECT FROM outbox
    WHERE done_at IS NULL AND parked_at IS NULL AND next_at <= app_now())`;

/** Plays a mutant's acts against a copy of the build with its bug, and has the evidence judged. */
export async function tryMutant(trials: Trials, mutant: Mutant): Promise<Outcome> {
  const begunAt = Date.now();
  const folder = join(trials.folder, mutant.name);
  await mkdir(folder, { recursive: true });
  const build = join(folder, 'build');
  const dist = await breakBuild(trials.dist, build, mutant);
  const database = await trials.database.copy();
  try {
    const startedAt = Date.now();
    const stumbles = await play(dist, database, folder, mutant);
    await collectTables(database.adminUrl, join(folder, 'tables'));
    const run = {
      part: `mutant ${mutant.name}`,
      seed: trials.seed,
      scale: 'push',
      backend: 'postgres',
      startedAt,
      collectedAt: Date.now(),
      mails: true,
      claims: mutant.caughtBy,
    };
    await writeFile(join(folder, 'run.json'), `${JSON.stringify(run)}\n`);
    const { counts, problems } = await judge(folder);
    const foundBy = counts.filter(({ failures }) => failures > 0).map(({ what }) => what);
    return { mutant, foundBy, problems, stumbles, tookMs: Date.now() - begunAt };
  } finally {
    await trials.database.drop(database);
    await rm(build, { recursive: true, force: true });
  }
}

async function play(
  dist: string,
  database: Parameters<typeof Stage.open>[1],
  folder: string,
  { acts }: Mutant,
): Promise<string[]> {
  const stumbles: string[] = [];
  const stage = await Stage.open(dist, database, folder);
  try {
    for (const act of acts) {
      await act.play(stage).catch((error: unknown) => {
        stumbles.push(`${act.name}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    await stage.until('everything to be done', QUIET, []).catch((error: unknown) => {
      stumbles.push(String(error));
    });
  } finally {
    await stage.close();
    await writeFile(join(folder, 'product.log'), stage.output);
  }
  return stumbles;
}
