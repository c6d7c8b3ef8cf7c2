import type { Verdict } from './evidence.types.js';
import { judge } from './judge.js';

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: main.js FOLDER\nJudges the evidence of a run.\n');
  process.exitCode = 2;
} else {
  try {
    const verdict = await judge(folder);
    process.stdout.write(`${printed(verdict)}\n${JSON.stringify(verdict)}\n`);
    process.exitCode = verdict.problems.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 2;
  }
}

/** For people: what was looked at, then what is wrong. */
function printed({ part, counts, problems, notes }: Verdict): string {
  const lines = counts.map(({ what, tried, failures, unit }) => {
    const outcome = tried === 0 ? 'nothing to look at' : `${tried} ${unit ?? ''}`;
    return `  ${failures > 0 ? 'WRONG' : tried > 0 ? 'ok   ' : '-    '} ${what.padEnd(24)} ${outcome}${failures > 0 ? `, ${failures} wrong` : ''}`;
  });
  return [
    `judged ${part}:`,
    ...lines,
    ...notes.map((note) => `  note: ${note}`),
    ...problems.map((problem) => `  problem: ${problem}`),
  ].join('\n');
}
