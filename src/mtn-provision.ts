import { Logger } from '@nestjs/common';
import { describeError } from './boot/boot.error.js';
import { traceSources } from './common/stack.traces.js';
import { processEnvironment } from './config/index.js';
import { mtnProvision } from './providers/index.js';

traceSources();
// What is printed goes into a file of settings: no log lines between.
Logger.overrideLogger(false);
try {
  process.stdout.write(`${await mtnProvision(process.argv.slice(2), processEnvironment())}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
