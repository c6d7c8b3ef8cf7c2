import type { Verdict } from '../torture.part.js';
import type { Crash, CrashRun } from './crash.run.js';
import { pointKey, type PointCount } from './point.plan.js';

/** ms from a crash until every lane of its round was where it should be; null when one never was. */
export function resolvedMs({ hit, lanes }: Crash): number | null {
  if (lanes.some(({ problem, endedAt }) => problem !== null || endedAt === null)) return null;
  return Math.max(0, ...lanes.map(({ endedAt }) => (endedAt ?? 0) - hit.t));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** `point → crashes, resolved p50/max`, one line each. */
export function tableOf(points: readonly PointCount[], crashes: readonly Crash[]): string[] {
  const head = `${'crashes'.padStart(7)} ${'p50 ms'.padStart(7)} ${'max ms'.padStart(7)}  point`;
  const lines = points.map((count) => {
    const key = pointKey(count.point);
    const times = crashes
      .filter(({ hit }) => pointKey({ role: hit.role, name: hit.point }) === key)
      .map(resolvedMs)
      .filter((ms) => ms !== null);
    const figure = (ms: number): string => (times.length > 0 ? String(ms) : '-').padStart(7);
    const most = Math.max(0, ...times);
    return `${String(count.hits).padStart(7)} ${figure(median(times))} ${figure(most)}  ${key}`;
  });
  return [head, ...lines];
}

export function countsOf({ crashes, lanes }: CrashRun): Verdict['counts'] {
  return [
    {
      what: 'crashes at enumerated points that were not resolved',
      tried: crashes.length,
      failures: crashes.filter((crash) => resolvedMs(crash) === null).length,
      unit: 'crashes',
    },
    {
      what: 'payments that did not end as they should, exactly once',
      tried: lanes.length,
      failures: lanes.filter(({ problem }) => problem !== null).length,
      unit: 'payments',
    },
  ];
}
