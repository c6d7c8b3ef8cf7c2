import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../bench.figures.js';
import { runLoad } from '../load/run.load.js';
import type { LoadPlan } from '../load/load.plan.js';
import { digits } from '../report/number.text.js';
import { slopeOf } from '../report/slope.js';
import { residentMb } from '../world/cpu.clock.js';
import { openAttempts } from '../world/open.attempts.js';
import { WatchedProcess } from '../world/watched.process.js';
import { login, type World } from '../world/world.js';
import type { BenchContext } from './bench.context.js';
import { createRequests } from './product.load.js';
import { pageRequests, somePayments, readRequests } from './read.measure.js';
import { callbackRequests, untilDrained } from './webhook.measure.js';

const SAMPLES = 60;
/** Most of the machine stays idle: what grows, grows by requests and not by their haste. */
const REQUESTS_PER_SECOND = 150;
const CALLBACKS_PER_SECOND = 20;
const CONNECTIONS = 8;
/** Callbacks: the last may be sent a little late. */
const SPARE = 100;

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

/** An API and a worker under a mixed load: what they hold once garbage is gone, and the memory they take. */
async function soak(context: BenchContext, world: World): Promise<void> {
  const { options, say } = context;
  await world.product.stop();
  const watched = [
    await WatchedProcess.start('api', options.dist, world.database),
    await WatchedProcess.start('worker', options.dist, world.database),
  ];
  try {
    const load = soakLoad(context, world, watched);
    const samples = watched.map(() => ({ reachable: [] as number[], resident: [] as number[] }));
    const everyMs = (options.soakMinutes * 60_000) / SAMPLES;
    // A load that fails ends the watch.
    const ended = load.then(() => undefined);
    ended.catch(() => undefined);
    for (let i = 0; i < SAMPLES; i += 1) {
      await Promise.race([delay(everyMs), ended.then(() => delay(everyMs))]);
      for (const [place, one] of watched.entries()) {
        samples[place]?.resident.push(await one.resident());
        samples[place]?.reachable.push(await one.reachable());
      }
    }
    for (const [place, { role }] of watched.entries()) {
      const { reachable = [], resident = [] } = samples[place] ?? {};
      say(`${role}: reachable MB by sample: ${reachable.map((mb) => mb.toFixed(1)).join(' ')}`);
      say(`${role}: resident MB by sample: ${resident.map(Math.round).join(' ')}`);
      tell(context, role, { reachable, resident });
    }
    const requests = await load;
    context.figures.add(
      {
        section: 'memory',
        key: 'soak.requests',
        title: `requests in ${digits(options.soakMinutes)} minutes of load`,
        rows: null,
        unit: '',
      },
      requests,
    );
  } finally {
    await Promise.all(watched.map(({ product }) => product.stop()));
  }
}

/** Payments made, read and listed, and others paid by callbacks. Answers how many requests that were. */
async function soakLoad(
  { options }: BenchContext,
  world: World,
  [api]: WatchedProcess[],
): Promise<number> {
  const url = api?.product.url ?? '';
  const tokens = await login(url);
  const measureMs = options.soakMinutes * 60_000;
  const attempts = await openAttempts(
    world,
    Math.ceil((measureMs / 1000) * CALLBACKS_PER_SECOND) + SPARE,
  );
  const reads = readRequests({ tokens }, await somePayments(world));
  const pages = pageRequests({ tokens });
  const shared = { url, connections: CONNECTIONS, warmUpMs: 0, measureMs, offset: 0, limit: null };
  const mixed: LoadPlan = {
    ...shared,
    rate: REQUESTS_PER_SECOND,
    requests: createRequests({ tokens }).flatMap((create, i) => [
      create,
      ...reads.slice(i % reads.length).slice(0, 1),
      ...pages.slice(i % pages.length).slice(0, 1),
    ]),
  };
  const callbacks: LoadPlan = {
    ...shared,
    rate: CALLBACKS_PER_SECOND,
    requests: callbackRequests(attempts),
  };
  const [some, others] = await Promise.all([
    runLoad('soak', mixed),
    runLoad('soak by callbacks', callbacks),
  ]);
  await untilDrained(world, { from: attempts.from, to: attempts.from + others.sent - 1 });
  return some.sent + others.sent;
}

/** The second half of the samples: by then what is filled once is filled. */
function tell(
  { figures, options }: BenchContext,
  role: string,
  samples: Record<'reachable' | 'resident', number[]>,
): void {
  const name = role === 'api' ? 'API' : 'worker';
  const half = options.soakMinutes / 2;
  for (const [kind, values] of Object.entries(samples)) {
    const later = values.slice(Math.floor(values.length / 2));
    const slope = slopeOf(later, half);
    const what =
      kind === 'reachable' ? 'memory still reachable after collecting garbage' : 'resident memory';
    const add = (key: string, title: string, unit: string, value: number): void =>
      figures.add(
        { section: 'memory', key: `soak.${role}.${kind}${key}`, title, rows: null, unit },
        value,
      );
    add('', `${name}, second half of the load: ${what}`, 'MB', median(later));
    add('.rise', `${name}, second half: growth of ${what}`, 'MB', slope.perMinute * half);
    figures.note(
      `${name}: ${what} grew by ${slope.perMinute.toFixed(3)} MB/min in the second half ` +
        `(${slope.from.toFixed(3)} to ${slope.to.toFixed(3)}); by half minutes, MB: ` +
        `${values
          .filter((_, i) => i % Math.ceil(values.length / 20) === 0)
          .map((mb) => mb.toFixed(0))
          .join(' ')}.`,
    );
  }
}
