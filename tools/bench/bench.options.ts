import { parseArgs } from 'node:util';
import { ownDist } from '../stack/index.js';

/** What can be measured, in the order in which it is. */
export const SECTIONS = [
  'startup',
  'create',
  'read',
  'list',
  'webhook',
  'processed',
  'memory',
  'install',
] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  /** Payments in the tables; the first is what the others are compared with. */
  rows: number[];
  sections: readonly Section[];
  /** Each candidate is measured so often, in turn with the others. */
  rounds: number;
  /** For so long each time. */
  seconds: number;
  warmUpSeconds: number;
  connections: number;
  /** The build that is measured: a folder with `src/main.js`. */
  dist: string;
  /** Where all figures are written to as JSON, null for nowhere. */
  json: string | null;
  /** How long memory is watched under load, minutes; 0: not at all. */
  soakMinutes: number;
  /** Where CPU profiles of the product are put, null for none. */
  profiles: string | null;
}

export const USAGE = `npm run bench -- [options]
  --rows 10k,100k,1m   payments in the tables (10k with --quick)
  --quick              fewer and shorter rounds
  --only ${SECTIONS.join(',')}
  --seconds N          length of one measurement
  --rounds N           measurements of each candidate, of which the median counts
  --connections N      of the load (32)
  --soak 10m           watch memory under load for so long
  --dist DIR           the build to measure (its own)
  --json FILE          write all figures there as well
  --profile DIR        write CPU profiles of the product there (they slow it down)`;

/** @throws Error that says what is wrong with the arguments. */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      connections: { type: 'string', default: '32' },
      soak: { type: 'string', default: '0m' },
      dist: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const rows = (values.rows ?? (values.quick ? '10k' : '10k,100k,1m')).split(',').map(readRows);
  return {
    rows: rows.sort((a, b) => a - b),
    sections: readSections(values.only),
    rounds: readCount('rounds', values.rounds ?? (values.quick ? '3' : '5')),
    seconds: readCount('seconds', values.seconds ?? (values.quick ? '2' : '4')),
    warmUpSeconds: 1,
    connections: readCount('connections', values.connections),
    dist: values.dist ?? ownDist(),
    json: values.json ?? null,
    soakMinutes: readMinutes(values.soak),
    profiles: values.profile ?? null,
  };
}

function readRows(text: string): number {
  const [, digits, unit] = /^(\d+)(k|m)?$/i.exec(text.trim()) ?? [];
  const rows = Number(digits) * (unit?.toLowerCase() === 'm' ? 1_000_000 : unit ? 1_000 : 1);
  if (!(rows >= 1_000))
    throw new Error(`--rows: ${text} is not a number from 1k, such as 10k or 1m`);
  return rows;
}

function readSections(text: string | undefined): readonly Section[] {
  if (text === undefined) return SECTIONS;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !SECTIONS.some((section) => section === name));
  if (unknown !== undefined) {
    throw new Error(`--only: ${unknown} is none of ${SECTIONS.join(', ')}`);
  }
  return SECTIONS.filter((section) => wanted.includes(section));
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--${name}: ${text} is not a number from 1`);
  return count;
}

function readMinutes(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m|s)?$/.exec(text) ?? [];
  if (digits === undefined) throw new Error(`--soak: ${text} is no duration such as 10m`);
  return unit === 's' ? Number(digits) / 60 : Number(digits);
}
