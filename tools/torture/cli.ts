import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ownDist } from '../stack/index.js';
import { BACKENDS, SCALES, type Backend, type Scale } from './torture.part.js';

export const PARTS = [
  'chaos',
  'crash-points',
  'idempotency',
  'hot',
  'model',
  'fuzz',
  'access',
  'mutants',
] as const;
export type PartName = (typeof PARTS)[number];

export interface Command {
  scale: Scale;
  seed: number;
  backends: Backend[];
  parts: PartName[];
  dist: string;
  /** Leaves the evidence where it was collected, also when everything passed. */
  keep: boolean;
}

export class UsageError extends Error {}

export const USAGE = `usage: torture [--scale ${SCALES.join('|')}] [--seed N] [--backend ${BACKENDS.join('|')}|both]
               [--only PART,PART] [--dist DIR] [--keep] [--help]
parts: ${PARTS.join(', ')}`;

const SEEDS = 2 ** 31;

/** Null: help was asked for. @throws UsageError */
export function readCommand(args: string[]): Command | null {
  const values = parse(args);
  if (values.help) return null;
  const backend = oneOf('backend', values.backend ?? 'both', [...BACKENDS, 'both']);
  const seed = values.seed === undefined ? randomInt(SEEDS) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new UsageError(`--seed: "${values.seed}" is no whole number`);
  }
  const names = values.only?.split(',').map((name) => name.trim()) ?? [...PARTS];
  return {
    scale: oneOf('scale', values.scale ?? 'ci', SCALES),
    seed,
    backends: backend === 'both' ? [...BACKENDS] : [backend],
    parts: names.map((name) => oneOf('only', name, PARTS)),
    dist: values.dist === undefined ? ownDist() : resolve(values.dist),
    keep: values.keep ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        scale: { type: 'string' },
        seed: { type: 'string' },
        backend: { type: 'string' },
        only: { type: 'string' },
        dist: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(describe(error), { cause: error });
  }
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new UsageError(`--${option}: "${text}" is none of ${words.join(', ')}`);
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
