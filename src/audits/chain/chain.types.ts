import type { EntryText } from './seal.hash.js';

/**
 * What is wrong with the trail:
 * - `entry_altered`: the entry no longer has the hash that was sealed.
 * - `entry_removed`: sealed, or waiting to be, and gone.
 * - `entry_unsealed`: neither sealed nor waiting: its seal was cut off the end, or it was slipped in.
 * - `entry_unsealed_too_long`: waiting for longer than any sealer takes.
 * - `seal_altered`: the seal itself was changed, its entry was not.
 * - `seal_removed`: a number is missing in the chain.
 * - `order_changed`: seals or their entries changed places.
 * - `head_differs`: the head noted elsewhere is not in this chain.
 */
export const CHAIN_FAULTS = [
  'entry_altered',
  'entry_removed',
  'entry_unsealed',
  'entry_unsealed_too_long',
  'seal_altered',
  'seal_removed',
  'order_changed',
  'head_differs',
] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];

/** The first broken row; a number is null where there is no such row. */
export interface BrokenRow {
  entryId: string | null;
  seq: string | null;
  reason: ChainFault;
}

/** A head of the chain; hash in hex. An empty chain has seq 0 and 64 zeros. */
export interface ChainHead {
  seq: string;
  hash: string;
}

export interface ChainVerdict {
  /** Seals found sound. */
  checked: number;
  /** Entries that wait for their seal. */
  pending: number;
  head: ChainHead;
  broken: BrokenRow | null;
}

/** A seal with the entry it names; hashes in hex. */
export interface SealedRow {
  seq: string;
  entryId: string;
  prevHash: string;
  hash: string;
  sealedAt: string;
  /** Null when the entry is gone. */
  entry: EntryText | null;
}
