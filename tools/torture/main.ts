import { endEverything } from '../stack/index.js';
import { describe, readCommand, USAGE, UsageError } from './cli.js';
import { tortureAll } from './cli.run.js';

/** Ctrl-C and a supervisor's stop: nothing of ours keeps running. */
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    endEverything();
    process.exit(code);
  });
}

try {
  const command = readCommand(process.argv.slice(2));
  process.exitCode = command ? await tortureAll(command) : 0;
  if (!command) process.stdout.write(`${USAGE}\n`);
} catch (error) {
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n${USAGE}\n` : `${describe(error)}\n`,
  );
  process.exitCode = 2;
} finally {
  endEverything();
}
