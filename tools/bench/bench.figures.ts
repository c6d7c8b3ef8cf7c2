import type { Section } from './bench.options.js';

/** One thing measured, several times. */
export interface Figure {
  section: Section;
  /** Stable, for reports and reaches: `create`, `create.pgbench`. */
  key: string;
  title: string;
  /** Payments in the tables, null where that does not matter. */
  rows: number | null;
  unit: string;
  samples: number[];
  /** Of one core, where a process was watched: the generator, the product. */
  cores?: Record<string, number[]>;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** All that was measured so far. */
export class Figures {
  readonly all: Figure[] = [];
  readonly notes: string[] = [];

  /** Adds a sample to the figure of this key and size, which begins with it. */
  add(
    figure: Omit<Figure, 'samples' | 'cores'>,
    sample: number,
    cores: Record<string, number> = {},
  ): void {
    let found = this.find(figure.key, figure.rows);
    if (!found) {
      found = { ...figure, samples: [] };
      this.all.push(found);
    }
    found.samples.push(sample);
    for (const [name, share] of Object.entries(cores)) {
      found.cores ??= {};
      (found.cores[name] ??= []).push(share);
    }
  }

  find(key: string, rows: number | null): Figure | undefined {
    return this.all.find((figure) => figure.key === key && figure.rows === rows);
  }

  /** NaN when it was not measured. */
  median(key: string, rows: number | null): number {
    return median(this.find(key, rows)?.samples ?? []);
  }

  /** A remark under the table, once. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}
