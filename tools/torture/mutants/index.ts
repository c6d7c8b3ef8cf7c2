import { PostgresCluster } from '../../stack/index.js';
import type { TortureContext, TorturePart, Verdict } from '../torture.part.js';
import type { Mutant } from './mutant.types.js';
import { CONTROL, MUTANTS } from './mutants.list.js';
import { TemplateDatabase } from './template.database.js';
import { type Outcome, type Trials, tryMutant } from './trial.js';

/** Trials at once: most of each is waiting. */
const TOGETHER = 3;

async function run(context: TortureContext): Promise<Verdict> {
  const { dist, folder, seed } = context;
  const cluster = await PostgresCluster.create();
  try {
    const database = await TemplateDatabase.create(cluster, dist, folder);
    const outcomes = await tryAll({ dist, folder, seed, database }, [CONTROL, ...MUTANTS]);
    return verdictOf(outcomes);
  } finally {
    await cluster.remove();
  }
}

async function tryAll(trials: Trials, mutants: Mutant[]): Promise<Outcome[]> {
  const outcomes = new Map<Mutant, Outcome>();
  const waiting = [...mutants];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      outcomes.set(mutant, await tryMutant(trials, mutant).catch(failure(mutant)));
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return mutants.flatMap((mutant) => outcomes.get(mutant) ?? []);
}

/** One that could not be tried is not caught. */
function failure(mutant: Mutant): (error: unknown) => Outcome {
  return (error) => ({
    mutant,
    foundBy: [],
    problems: [],
    stumbles: [error instanceof Error ? error.message : String(error)],
    tookMs: 0,
  });
}

/** By a judgement that is there to find it: a mutant that breaks something else proves nothing. */
function caughtBy({ mutant, foundBy }: Outcome): string[] {
  return foundBy.filter((name) => mutant.caughtBy.includes(name));
}

function table(outcomes: Outcome[]): string[] {
  return outcomes.map((outcome) => {
    const { mutant, foundBy, tookMs } = outcome;
    const found = mutant === CONTROL ? foundBy : caughtBy(outcome);
    const said =
      mutant === CONTROL
        ? found.length === 0
          ? 'nothing found'
          : `found by ${found.join(', ')}`
        : found.length > 0
          ? `caught by ${found.join(', ')}`
          : 'NOT CAUGHT';
    return `${mutant.name.padEnd(30)} ${said} (${(tookMs / 1000).toFixed(1)} s)`;
  });
}

function verdictOf(outcomes: Outcome[]): Verdict {
  const mutants = outcomes.filter(({ mutant }) => mutant !== CONTROL);
  const missed = mutants.filter((outcome) => caughtBy(outcome).length === 0);
  const control = outcomes.find(({ mutant }) => mutant === CONTROL);
  const flaws = [...(control?.problems ?? []), ...(control?.stumbles ?? [])];
  return {
    part: 'mutants',
    counts: [
      {
        what: 'seeded mutants that nobody caught',
        tried: mutants.length,
        failures: missed.length,
        unit: 'mutants',
      },
    ],
    problems: [
      ...flaws.map((flaw) => `without any mutant: ${flaw}`),
      ...missed.map(
        ({ mutant, foundBy, stumbles }) =>
          `mutant ${mutant.name} (${mutant.bug}) was not caught by ${mutant.caughtBy.join(' or ')}` +
          `; found by ${foundBy.join(', ') || 'nobody'}; ${stumbles.join('; ') || 'it went through'}`,
      ),
    ],
    notes: table(outcomes),
  };
}

/** The judge must find bugs that were planted, else its zeros mean nothing; and nothing where there are none. */
export const part: TorturePart = { name: 'mutants', backends: 'once', run };
