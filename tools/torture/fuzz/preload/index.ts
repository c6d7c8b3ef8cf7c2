import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Loaded into the product's processes before its own program: on SIGUSR2 it collects the garbage and writes down
 * what is left. Needs `--expose-gc`; without the run's folder it does nothing.
 */
const folder = process.env['FUZZ_MEMORY_FOLDER'];
// The program refuses settings that it does not know.
delete process.env['FUZZ_MEMORY_FOLDER'];

if (folder) {
  process.on('SIGUSR2', () => {
    // What finalizers let go of is collected by the second.
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    const file = join(folder, `${process.pid}.json`);
    writeFileSync(
      `${file}.part`,
      JSON.stringify({ liveMb: (heapUsed + external) / 2 ** 20, rssMb: rss / 2 ** 20 }),
    );
    renameSync(`${file}.part`, file);
  });
}
