import type { Figures } from '../bench.figures.js';
import { GROWTH, growthOf, kindOf } from './growth.js';
import { digits, shortRows } from './number.text.js';

export interface Reached {
  what: string;
  wanted: string;
  got: string;
  met: boolean;
}

interface Reach {
  what: string;
  wanted: string;
  /** NaN when it was not measured. */
  value: (figures: Figures, rows: number) => number;
  met: (value: number) => boolean;
  show: (value: number) => string;
}

const ratio =
  (ours: string, floor: string) =>
  (figures: Figures, rows: number): number =>
    figures.median(ours, rows) / figures.median(floor, rows);
const asRatio = (value: number): string => value.toFixed(2);

const atLeast = (least: number): Pick<Reach, 'wanted' | 'met' | 'show'> => ({
  wanted: `≥ ${least.toFixed(2)}`,
  met: (value) => value >= least,
  show: asRatio,
});

const under = (mostMs: number): Pick<Reach, 'wanted' | 'met' | 'show'> => ({
  wanted: `< ${digits(mostMs)} ms`,
  met: (value) => value < mostMs,
  show: (value) => `${digits(value)} ms`,
});

const REACHES: Reach[] = [
  {
    what: 'create a payment, of pgbench with the same rows',
    value: ratio('create', 'create.pgbench'),
    ...atLeast(0.4),
  },
  {
    what: 'create a payment, of bare Fastify + pg with the same rows',
    value: ratio('create', 'create.bare'),
    ...atLeast(0.45),
  },
  {
    what: 'read a payment, of bare Fastify + pg',
    value: ratio('read', 'read.bare'),
    ...atLeast(0.5),
  },
  {
    what: 'created and fully processed, PostgreSQL alone',
    value: (figures, rows) => figures.median('processed.created', rows),
    wanted: '≥ 1,200/s',
    met: (value) => value >= 1_200,
    show: (value) => `${digits(value)}/s`,
  },
  {
    what: 'webhook acknowledged, p99 at 500/s',
    value: (figures, rows) => figures.median('webhook.ack.p99', rows),
    ...under(50),
  },
  {
    what: 'webhook to completed, p50 at 500/s',
    value: (figures, rows) => figures.median('webhook.completed.p50', rows),
    ...under(100),
  },
  {
    what: 'API ready on a migrated database',
    value: (figures) => figures.median('startup.api', null),
    ...under(2_000),
  },
  ...(['api', 'worker'] as const).map((role) => ({
    what: `memory of ${role === 'api' ? 'an API' : 'a worker'} under load, garbage collected: growth over the second half`,
    value: (figures: Figures) =>
      (figures.median(`soak.${role}.reachable.rise`, null) /
        figures.median(`soak.${role}.reachable`, null)) *
      100,
    wanted: '≤ 1 %',
    met: (percent: number) => percent <= 1,
    show: (percent: number) => `${percent.toFixed(1)} %`,
  })),
];

/** What of the reaches was measured, at the smallest size and as growth against it. */
export function reachesOf(figures: Figures, rows: number[]): Reached[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const fixed = REACHES.flatMap(({ what, wanted, value, met, show }) => {
    const got = value(figures, first);
    return Number.isFinite(got) ? [{ what, wanted, got: show(got), met: met(got) }] : [];
  });
  return last === first ? fixed : [...fixed, ...dearest(figures, first, last)];
}

/** Of all figures the one that grew most. */
function dearest(figures: Figures, first: number, last: number): Reached[] {
  const grown = figures.all
    .filter(({ key, rows }) => rows === last && kindOf(key) === 'ours')
    .flatMap(({ key, title }) => {
      const growth = growthOf(figures, key, first, last);
      return growth ? [{ title, ratio: growth.ratio }] : [];
    })
    .sort((a, b) => b.ratio - a.ratio);
  const [worst] = grown;
  if (!worst) return [];
  return [
    {
      what:
        `every figure at ${shortRows(last)} payments against ${shortRows(first)} (${grown.length}; dearest: ` +
        `${worst.title})`,
      wanted: `≤ ${GROWTH.toFixed(2)} ×`,
      got: `${worst.ratio.toFixed(2)} ×`,
      met: worst.ratio <= GROWTH,
    },
  ];
}
