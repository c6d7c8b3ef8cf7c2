import type { Figures } from '../bench.figures.js';
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

/** What must not get dearer with the tables, and by how much it may. */
const GROWING = [
  'create',
  'read',
  'list',
  'webhook.ack.p99',
  'webhook.completed.p50',
  'processed.created',
];
const GROWTH = 1.3;

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
  {
    what: 'memory over a sustained load, last quarter of the second',
    value: (figures) => figures.median('soak.last', null) / figures.median('soak.second', null),
    wanted: '≤ 1.10',
    met: (value) => value <= 1.1,
    show: asRatio,
  },
];

/** What of the reaches was measured, at the smallest size and as growth against it. */
export function reachesOf(figures: Figures, rows: number[]): Reached[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const fixed = REACHES.flatMap(({ what, wanted, value, met, show }) => {
    const got = value(figures, first);
    return Number.isFinite(got) ? [{ what, wanted, got: show(got), met: met(got) }] : [];
  });
  return last === first
    ? fixed
    : [...fixed, ...GROWING.flatMap((key) => growth(figures, key, first, last))];
}

function growth(figures: Figures, key: string, first: number, last: number): Reached[] {
  const figure = figures.find(key, last);
  const ratio = figures.median(key, last) / figures.median(key, first);
  if (!figure || !Number.isFinite(ratio)) return [];
  const dearer = figure.unit === 'ms' ? ratio : 1 / ratio;
  return [
    {
      what: `${figure.title}: cost at ${shortRows(last)} against ${shortRows(first)}`,
      wanted: `≤ ${GROWTH.toFixed(2)} ×`,
      got: `${dearer.toFixed(2)} ×`,
      met: dearer <= GROWTH,
    },
  ];
}
