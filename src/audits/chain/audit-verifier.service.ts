import { Injectable } from '@nestjs/common';
import { ChainReader } from './chain.reader.js';
import type { BrokenRow, ChainFault, ChainHead, ChainVerdict, SealedRow } from './chain.types.js';
import { type EntryText, GENESIS_HASH, sealHash } from './seal.hash.js';

/** Sealers take seconds; an entry that waits longer means that none runs, or that it was kept from them. */
const MAX_WAIT_S = 15 * 60;

/** Where a walk along the chain stands. */
interface Expected {
  seq: bigint;
  prevHash: string;
}

/** Recomputes the whole chain and names the first row that is not as it was written. */
@Injectable()
export class AuditVerifier {
  private walking: Promise<ChainVerdict> | null = null;

  constructor(private readonly chain: ChainReader) {}

  /**
   * Callers at the same time share one walk. `noted` is a head that was kept outside the database: only
   * that can show a chain which was rewritten as a whole, or cut off at its end.
   */
  async verify(noted: ChainHead | null = null): Promise<ChainVerdict> {
    this.walking ??= this.walk().finally(() => {
      this.walking = null;
    });
    const verdict = await this.walking;
    if (verdict.broken || !noted) return verdict;
    const hash = noted.seq === '0' ? GENESIS_HASH : await this.chain.hashAt(noted.seq);
    if (hash === noted.hash) return verdict;
    return { ...verdict, broken: { entryId: null, seq: noted.seq, reason: 'head_differs' } };
  }

  private async walk(): Promise<ChainVerdict> {
    const head = await this.chain.head();
    const expected: Expected = { seq: 1n, prevHash: GENESIS_HASH };
    let broken: BrokenRow | null = null;
    let rows = await this.chain.sealsAfter('0', head.seq);
    while (rows.length > 0 && !broken) {
      broken = await this.firstBroken(rows, expected);
      if (!broken) rows = await this.chain.sealsAfter((expected.seq - 1n).toString(), head.seq);
    }
    const waiting = await this.chain.waiting(MAX_WAIT_S);
    broken ??= await this.brokenOutside(waiting);
    return { checked: Number(expected.seq - 1n), pending: waiting.pending, head, broken };
  }

  /** Moves `expected` along as far as `rows` are sound. */
  private async firstBroken(rows: SealedRow[], expected: Expected): Promise<BrokenRow | null> {
    for (const row of rows) {
      if (BigInt(row.seq) !== expected.seq) {
        const lost = await this.chain.findUnsealedEntry();
        return {
          entryId: lost?.id ?? null,
          seq: expected.seq.toString(),
          reason: 'seal_removed',
        };
      }
      const reason = await this.faultOf(row, rows, expected);
      if (reason) return { entryId: row.entryId, seq: row.seq, reason };
      expected.prevHash = row.hash;
      expected.seq += 1n;
    }
    return null;
  }

  private async faultOf(
    row: SealedRow,
    rows: SealedRow[],
    expected: Expected,
  ): Promise<ChainFault | null> {
    if (row.prevHash !== expected.prevHash) {
      const moved = await this.chain.isFollowed(expected.prevHash);
      return moved ? 'order_changed' : 'seal_altered';
    }
    const fits = (entry: EntryText | null): boolean =>
      entry !== null && hashOf(row, entry) === row.hash;
    if (fits(row.entry)) return null;
    if (rows.some((other) => fits(other.entry))) return 'order_changed';
    if (fits(await this.chain.findUnsealedEntry())) return 'seal_altered';
    if (!row.entry) return 'entry_removed';
    // The next seal repeats the hash that was written here: it tells which of the two was changed.
    const repeated = await this.chain.prevHashAt(expected.seq + 1n);
    return repeated === hashOf(row, row.entry) ? 'seal_altered' : 'entry_altered';
  }

  /** Faults of entries that no seal names. */
  private async brokenOutside(waiting: {
    removed: string | null;
    overdue: string | null;
  }): Promise<BrokenRow | null> {
    const unsealed = await this.chain.findUnsealedEntry();
    if (unsealed) return { entryId: unsealed.id, seq: null, reason: 'entry_unsealed' };
    if (waiting.removed) {
      return { entryId: waiting.removed, seq: null, reason: 'entry_removed' };
    }
    if (waiting.overdue) {
      return { entryId: waiting.overdue, seq: null, reason: 'entry_unsealed_too_long' };
    }
    return null;
  }
}

function hashOf(row: SealedRow, entry: EntryText): string {
  const { prevHash, sealedAt } = row;
  return sealHash({ seq: BigInt(row.seq), prevHash, sealedAt }, entry);
}
