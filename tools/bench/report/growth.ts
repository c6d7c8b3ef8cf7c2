import { type Figures, median } from '../bench.figures.js';

/** By how much a figure may get dearer from the smallest tables to the largest. */
export const GROWTH = 1.3;

export interface Growth {
  /** How much dearer one request is than with the smaller tables: the median over the rounds, each with its own. */
  ratio: number;
  from: number;
  to: number;
}

/** What each round cost at `rows` against what it cost at `first` a moment before or after; null if not measured. */
export function growthOf(
  figures: Figures,
  key: string,
  first: number,
  rows: number,
): Growth | null {
  const small = figures.find(key, first);
  const large = figures.find(key, rows);
  if (!small || !large) return null;
  const rate = small.unit === '/s';
  const ratios = large.samples.flatMap((sample, round) => {
    const base = small.samples[round];
    return base === undefined ? [] : [rate ? base / sample : sample / base];
  });
  return { ratio: median(ratios), from: Math.min(...ratios), to: Math.max(...ratios) };
}

/** `floor`: PostgreSQL's and a bare handler's own. `counted`: pages with a number of all, which the documents ask for. */
export function kindOf(key: string): 'floor' | 'counted' | 'ours' {
  if (/\.(pgbench|bare)$/.test(key)) return 'floor';
  return key === 'list.counted' ? 'counted' : 'ours';
}
