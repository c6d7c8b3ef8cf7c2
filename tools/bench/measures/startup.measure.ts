import { ProductProcess, type ProductDatabase, waitFor, statusOf } from '../../stack/index.js';
import { residentMb } from '../world/cpu.clock.js';
import { measuredEnv } from '../world/world.js';
import type { BenchContext } from './bench.context.js';

const STARTS = 5;
/** By then what only the start needed is collected, as far as it ever is. */
const REST_MS = 3_000;

/** From the start of the process until it is ready, on a migrated database; and what it holds at rest. */
export async function measureStartup(
  context: BenchContext,
  database: ProductDatabase,
): Promise<void> {
  const { options, figures, say } = context;
  for (let start = 1; start <= STARTS; start += 1) {
    for (const role of ['api', 'all'] as const) {
      const env = { ...(await measuredEnv(database)), ROLE: role };
      const begun = performance.now();
      const product = ProductProcess.spawn({ dist: options.dist, entry: 'main', env });
      const ready = `${product.url}/health/ready`;
      await waitFor(ready, async () => (await statusOf(ready)) === 200, 60_000, 5);
      const tookMs = performance.now() - begun;
      const title = role === 'api' ? 'API' : 'API and jobs in one process';
      const add = (key: string, what: string, unit: string, value: number): void =>
        figures.add({ section: 'startup', key, title: what, rows: null, unit }, value);
      add(`startup.${role}`, `${title}: ready after`, 'ms', tookMs);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      add(`startup.${role}.rss`, `${title}: memory at rest`, 'MB', await residentMb(product.pid));
      await product.stop();
      if (role === 'api') say(`start ${start}: API ready after ${Math.round(tookMs)} ms`);
    }
  }
}
