import type { Figures } from '../bench.figures.js';

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
];

/** What of the reaches was measured, at the smallest size and as growth against it. */
export function reachesOf(figures: Figures, rows: number[]): Reached[] {
  const [first] = rows;
  if (first === undefined) return [];
  return REACHES.flatMap(({ what, wanted, value, met, show }) => {
    const got = value(figures, first);
    return Number.isFinite(got) ? [{ what, wanted, got: show(got), met: met(got) }] : [];
  });
}
