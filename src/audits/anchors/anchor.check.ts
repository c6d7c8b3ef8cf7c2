import type { DataSource } from 'typeorm';
import { GENESIS_HASH } from '../chain/seal.hash.js';
import type { Anchor } from './anchor.file.js';

const PER_READ = 1_000;

export interface BrokenAnchor {
  anchor: Anchor;
  /** What the chain has at that number now; null: the chain ends before it, or the seal is gone. */
  found: string | null;
}

/**
 * Holds the chain against heads that were published earlier. One that is not in it any more means that the
 * trail was cut off at its end, or rewritten: neither can be seen in the chain itself.
 */
export async function checkAnchors(
  dataSource: DataSource,
  anchors: readonly Anchor[],
): Promise<BrokenAnchor[]> {
  const broken: BrokenAnchor[] = [];
  for (let from = 0; from < anchors.length; from += PER_READ) {
    const portion = anchors.slice(from, from + PER_READ);
    const rows: { seq: string; hash: string }[] = await dataSource.query(
      `SELECT seq, encode(hash, 'hex') AS hash FROM audit_seals WHERE seq = ANY ($1::bigint[])`,
      [portion.map(({ seq }) => seq)],
    );
    const hashes = new Map(rows.map(({ seq, hash }) => [Number(seq), hash]));
    hashes.set(0, GENESIS_HASH);
    for (const anchor of portion) {
      const found = hashes.get(anchor.seq) ?? null;
      if (found !== anchor.hash) broken.push({ anchor, found });
    }
  }
  return broken;
}
