import { createHash } from 'node:crypto';

/** Every column of `audit_entries`, in the order in which they are hashed. */
export const ENTRY_COLUMNS = [
  'id',
  'account_id',
  'at',
  'actor_id',
  'actor_label',
  'actor_role',
  'action',
  'object_type',
  'object_id',
  'payment_id',
  'changes',
  'request_id',
] as const;
export type EntryColumn = (typeof ENTRY_COLUMNS)[number];

/** An entry as PostgreSQL prints it; `at` in UTC with microseconds. */
export type EntryText = Record<EntryColumn, string | null>;

export interface SealPosition {
  /** 1 for the first seal, then without gaps. */
  seq: bigint;
  /** Hash of the seal before, in hex. */
  prevHash: string;
  /** UTC with microseconds, as `momentText` prints it. */
  sealedAt: string;
}

/** What stands before the first seal. */
export const GENESIS_HASH = '0'.repeat(64);
const FORMAT = 'malipo-audit-1';

/** SQL that prints a timestamp the one way that is hashed, whatever the session's time zone. */
export function momentText(sql: string): string {
  return `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** SELECT list that yields an `EntryText` of the table alias `e`. */
export const ENTRY_TEXT_SQL = ENTRY_COLUMNS.map((column) =>
  column === 'at' ? `${momentText('e.at')} AS at` : `e.${column}::text AS ${column}`,
).join(', ');

/**
 * SHA-256, in hex, over the format's name, the position and all columns. Each value is written as
 * `<bytes in UTF-8>:<value>,` and NULL as `-,` so that no two different rows share their bytes, and so
 * that anyone can recompute the chain without this program.
 */
export function sealHash(position: SealPosition, entry: EntryText): string {
  const values = [
    FORMAT,
    position.prevHash,
    position.seq.toString(),
    position.sealedAt,
    ...ENTRY_COLUMNS.map((column) => entry[column]),
  ];
  return createHash('sha256').update(values.map(netstring).join('')).digest('hex');
}

function netstring(value: string | null): string {
  return value === null ? '-,' : `${Buffer.byteLength(value)}:${value},`;
}
