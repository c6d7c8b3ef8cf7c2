import { median } from '../bench.figures.js';
import { residentMb } from '../world/cpu.clock.js';
import type { World } from '../world/world.js';
import type { BenchContext } from './bench.context.js';
import { createRequests, measured } from './product.load.js';
import { pageRequests } from './read.measure.js';

const SAMPLES = 120;
/** Leaves most of the machine idle: what grows, grows by requests and not by their haste. */
const CONNECTIONS = 4;

/** What the product holds after all the load so far; and, when asked for, over a long one. */
export async function measureMemory(context: BenchContext): Promise<void> {
  const { figures, worlds, options } = context;
  for (const world of worlds) {
    const figure = {
      section: 'memory',
      key: 'memory.loaded',
      rows: world.rows,
      unit: 'MB',
    } as const;
    figures.add({ ...figure, title: 'memory after the load' }, await residentMb(world.product.pid));
  }
  const [world] = worlds;
  if (world && options.soakMinutes > 0) await soak(context, world);
}

async function soak(context: BenchContext, world: World): Promise<void> {
  const { figures, options, say } = context;
  const measureMs = options.soakMinutes * 60_000;
  const samples: number[] = [];
  const sample = async (): Promise<void> => {
    samples.push(await residentMb(world.product.pid));
  };
  const timer = setInterval(() => void sample(), measureMs / SAMPLES);
  const result = await measured(context, 'soak', world.product, {
    requests: createRequests(world).flatMap((create) => [
      create,
      ...pageRequests(world).slice(0, 2),
    ]),
    connections: CONNECTIONS,
    warmUpMs: 10_000,
    measureMs,
    rate: null,
    limit: null,
  });
  clearInterval(timer);
  const quarter = Math.floor(samples.length / 4);
  const second = median(samples.slice(quarter, 2 * quarter));
  const last = median(samples.slice(-quarter));
  say(`memory by sample, MB: ${samples.map(Math.round).join(' ')}`);
  const minutes = `${Number(options.soakMinutes.toFixed(1))} minutes of load`;
  const add = (key: string, title: string, unit: string, value: number): void =>
    figures.add({ section: 'memory', key, title, rows: null, unit }, value);
  add('soak.requests', `requests in ${minutes}`, '', result.counted);
  add('soak.second', `memory in the second quarter of ${minutes}`, 'MB', second);
  add('soak.last', `memory in the last quarter of ${minutes}`, 'MB', last);
}
