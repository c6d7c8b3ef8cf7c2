import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { linkTo } from './control.link.js';
import { patchAnswers, patchCalls, patchDatabase, patchFetch } from './patches.js';
import { PointGate } from './point.gate.js';

/**
 * Loaded into the product's processes before its own program, by `node --import`: shows the run where the
 * program stands and kills it where the run wants. Without the run's socket it does nothing.
 */
const folder = process.env['CRASH_POINTS_FOLDER'];
// The program refuses settings that it does not know.
delete process.env['CRASH_POINTS_FOLDER'];

const program = process.argv[1];
if (folder && program) {
  const role = process.env['ROLE'] ?? 'all';
  const gate = new PointGate({
    record: (point, round) =>
      appendFileSync(
        join(folder, 'hits.jsonl'),
        `${JSON.stringify({ t: Date.now(), pid: process.pid, role, round, point })}\n`,
      ),
    kill: () => process.kill(process.pid, 'SIGKILL'),
  });
  const require = createRequire(program);
  const writers = new Set<string>();
  patchDatabase(require, gate, writers);
  patchCalls(require, gate);
  patchFetch(gate);
  patchAnswers(gate);
  const port = Number(process.env['PORT'] ?? 0);
  linkTo(join(folder, 'control.sock'), gate, writers, { role, port });
}
