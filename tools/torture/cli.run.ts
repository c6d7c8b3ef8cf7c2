import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command, PartName } from './cli.js';
import { countLine } from './cli.bounds.js';
import type { Backend, TortureContext, TorturePart, Verdict } from './torture.part.js';

const run = promisify(execFile);

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Turn {
  part: TorturePart;
  backend: Backend;
}

/** Runs what the command names, one part after the other; answers the exit code. */
export async function tortureAll(command: Command): Promise<number> {
  say(`seed ${command.seed}, commit ${await commit()}, scale ${command.scale}`);
  if (!existsSync(join(command.dist, 'src', 'main.js'))) {
    throw new Error(
      `there is no build in ${command.dist}: run \`npm run build\`, or name one by --dist`,
    );
  }
  const turns = await planned(command);
  const root = await mkdtemp(join(tmpdir(), 'malipo-torture-'));
  say(`evidence in ${root}`);
  const startedAt = Date.now();
  const failed: { turn: Turn; verdict: Verdict }[] = [];
  let tries = 0;
  for (const turn of turns) {
    const verdict = await tryOne(turn, command, root);
    tries += verdict.counts.reduce((sum, { tried }) => sum + tried, 0);
    report(turn, verdict);
    if (verdict.problems.length > 0) failed.push({ turn, verdict });
  }
  for (const { turn, verdict } of failed) repeat(command, turn, verdict);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const passed = failed.length === 0;
  if (passed && !command.keep) await rm(root, { recursive: true, force: true });
  const names = [...new Set(failed.map(({ turn }) => turn.part.name))].join(', ');
  say(
    `torture: ${passed ? 'passed' : 'failed'} (${turns.length} runs, ${tries} tries, ${seconds} s, ` +
      `seed ${command.seed}${passed ? '' : `; ${names}`})`,
  );
  return passed ? 0 : 1;
}

/** Parts that a backend makes no difference to come once, with the first. */
async function planned(command: Command): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const name of command.parts) {
    const part = await load(name);
    const backends = part.backends === 'each' ? command.backends : command.backends.slice(0, 1);
    turns.push(...backends.map((backend) => ({ part, backend })));
  }
  return turns;
}

/** Loaded by name, so that a part that is not there is missed only by who asks for it. */
async function load(name: PartName): Promise<TorturePart> {
  const module = (await import(new URL(`${name}/index.js`, import.meta.url).href)) as {
    part: TorturePart;
  };
  return module.part;
}

async function tryOne(turn: Turn, command: Command, root: string): Promise<Verdict> {
  const { part, backend } = turn;
  const title = titleOf(turn);
  const folder = join(root, title.replace(' on ', '-'));
  await mkdir(folder, { recursive: true });
  say(`\n== ${title}`);
  const startedAt = Date.now();
  const context: TortureContext = {
    scale: command.scale,
    seed: command.seed,
    backend,
    folder,
    dist: command.dist,
    say: (line) => say(`   ${line}`),
  };
  try {
    const verdict = await part.run(context);
    return { ...verdict, notes: [...verdict.notes, `took ${(Date.now() - startedAt) / 1000} s`] };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { part: part.name, counts: [], problems: [`it broke off: ${text}`], notes: [] };
  }
}

function titleOf({ part, backend }: Turn): string {
  return part.backends === 'each' ? `${part.name} on ${backend}` : part.name;
}

function report(turn: Turn, { counts, notes, problems }: Verdict): void {
  for (const count of counts) say(`   ${countLine(count)}`);
  for (const note of notes) say(`   note: ${note}`);
  say(
    `== ${titleOf(turn)}: ${problems.length === 0 ? 'passed' : `failed, ${problems.length} problems`}`,
  );
}

/** Last, so that nobody has to search: what failed, and how to see it again. */
function repeat(command: Command, turn: Turn, { problems }: Verdict): void {
  say(`\n${titleOf(turn)} failed:`);
  for (const problem of problems) say(` - ${problem}`);
  say(
    `again: npm run torture -- --scale ${command.scale} --seed ${command.seed} ` +
      `--backend ${turn.backend} --only ${turn.part.name}`,
  );
}

async function commit(): Promise<string> {
  const git = (...args: string[]): Promise<string> =>
    run('git', args).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  const name = await git('rev-parse', '--short=12', 'HEAD');
  if (name === '') return 'unknown';
  return (await git('status', '--porcelain')) === '' ? name : `${name} with changes`;
}
