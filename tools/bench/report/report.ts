import { type Figure, type Figures, median } from '../bench.figures.js';
import type { BenchOptions } from '../bench.options.js';
import { GROWTH, growthOf, kindOf } from './growth.js';
import { digits, shortRows } from './number.text.js';
import { reachesOf } from './reaches.js';

/** The report in markdown: ratios first, then every figure, then what was to be reached. */
export function writeReport(options: BenchOptions, figures: Figures, machine: string): string {
  const rows = options.rows;
  const lines = [
    `## Measured ${machine}`,
    '',
    `Load, product and database share these cores. ${options.connections} connections; medians of ` +
      `${options.rounds} interleaved rounds of ${options.seconds} s.`,
    '',
    ...reachTable(figures, rows),
    ...figureTable(figures, rows),
    ...figures.notes.map((note) => `- ${note}`),
    '',
  ];
  return lines.join('\n');
}

function reachTable(figures: Figures, rows: number[]): string[] {
  const reaches = reachesOf(figures, rows);
  if (reaches.length === 0) return [];
  return [
    '| what is to be reached | wanted | measured | |',
    '| --- | --- | --- | --- |',
    ...reaches.map(
      ({ what, wanted, got, met }) =>
        `| ${what} | ${wanted} | ${got} | ${met ? 'met' : '**not met**'} |`,
    ),
    '',
  ];
}

function figureTable(figures: Figures, rows: number[]): string[] {
  const keys = [...new Set(figures.all.map(({ key }) => key))];
  const sized = keys.filter((key) => figures.all.some((f) => f.key === key && f.rows !== null));
  const others = keys.filter((key) => !sized.includes(key));
  const first = rows[0] ?? 0;
  return [
    ...(sized.length > 0
      ? [
          `| payments in the tables | ${rows.map(shortRows).join(' | ')} | range at ${shortRows(first)} | cores taken: load, server |`,
          `| --- | ${rows.map(() => '--- ').join('| ')}| --- | --- |`,
          ...sized.map((key) => sizedRow(figures, key, rows)),
          '',
        ]
      : []),
    ...(others.length > 0
      ? [
          '| besides | |',
          '| --- | --- |',
          ...others.map((key) => {
            const figure = figures.find(key, null);
            return figure ? `| ${figure.title} | ${shown(figure)} |` : '';
          }),
          '',
        ]
      : []),
  ];
}

function sizedRow(figures: Figures, key: string, rows: number[]): string {
  const all = rows.map((size) => figures.find(key, size));
  const [base] = all;
  const cells = all.map((figure, i) => {
    if (!figure) return '–';
    return i === 0 || !base
      ? shown(figure)
      : `${shown(figure)} ${grown(figures, base, rows[i] ?? 0)}`;
  });
  const range = base
    ? `${digits(Math.min(...base.samples))}–${digits(Math.max(...base.samples))}`
    : '–';
  const cores = base?.cores
    ? Object.values(base.cores)
        .map((shares) => median(shares).toFixed(2))
        .join(', ')
    : '';
  const title = base?.title ?? key;
  return `| ${title} | ${cells.join(' | ')} | ${range} | ${cores} |`;
}

/** `(1.05 ×, met)`: the cost against that with the smallest tables. */
function grown(figures: Figures, { key, rows: first }: Figure, rows: number): string {
  const growth = growthOf(figures, key, first ?? 0, rows);
  if (!growth) return '';
  const { ratio, from, to } = growth;
  const verdict = {
    floor: '',
    counted: ', with count, as the documents want it',
    ours: ratio <= GROWTH ? ', met' : ', **not met**',
  }[kindOf(key)];
  return `(cost ${ratio.toFixed(2)} ×, ${from.toFixed(2)}–${to.toFixed(2)}${verdict})`;
}

function shown(figure: Figure): string {
  return `${digits(median(figure.samples))} ${figure.unit}`.replace(' /s', '/s');
}
