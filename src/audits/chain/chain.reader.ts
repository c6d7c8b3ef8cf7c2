import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ChainHead, SealedRow } from './chain.types.js';
import { ENTRY_TEXT_SQL, type EntryText, GENESIS_HASH, momentText } from './seal.hash.js';

const SEALS_PER_READ = 1_000;
const ENTRIES_PER_READ = 10_000;

type SealColumns = Omit<SealedRow, 'entry'>;

/**
 * Reads the chain in portions. Each is one statement with its own snapshot and no transaction is held:
 * seals and entries never change, and an entry, its mark and its seal come and go in the same commits.
 */
@Injectable()
export class ChainReader {
  constructor(private readonly dataSource: DataSource) {}

  async head(): Promise<ChainHead> {
    const rows: ChainHead[] = await this.dataSource.query(
      `SELECT seq, encode(hash, 'hex') AS hash FROM audit_seals ORDER BY seq DESC LIMIT 1`,
    );
    return rows[0] ?? { seq: '0', hash: GENESIS_HASH };
  }

  /** Seals after `afterSeq` up to `lastSeq`, with their entries; empty at the end. */
  async sealsAfter(afterSeq: string, lastSeq: string): Promise<SealedRow[]> {
    const rows: (EntryText & SealColumns)[] = await this.dataSource.query(
      `SELECT s.seq::text AS seq, s.entry_id::text AS "entryId",
         encode(s.prev_hash, 'hex') AS "prevHash", encode(s.hash, 'hex') AS hash,
         ${momentText('s.sealed_at')} AS "sealedAt", ${ENTRY_TEXT_SQL}
       FROM audit_seals s LEFT JOIN audit_entries e ON e.id = s.entry_id
       WHERE s.seq > $1 AND s.seq <= $2 ORDER BY s.seq LIMIT ${SEALS_PER_READ}`,
      [afterSeq, lastSeq],
    );
    return rows.map(({ seq, entryId, prevHash, hash, sealedAt, ...entry }) => ({
      seq,
      entryId,
      prevHash,
      hash,
      sealedAt,
      entry: entry.id === null ? null : entry,
    }));
  }

  /** Hash of seal `seq`; null when there is none. */
  async hashAt(seq: string): Promise<string | null> {
    const rows: { hash: string }[] = await this.dataSource.query(
      `SELECT encode(hash, 'hex') AS hash FROM audit_seals WHERE seq = $1`,
      [seq],
    );
    return rows[0]?.hash ?? null;
  }

  /** What seal `seq` says stands before it; null when there is none. */
  async prevHashAt(seq: bigint): Promise<string | null> {
    const rows: { hash: string }[] = await this.dataSource.query(
      `SELECT encode(prev_hash, 'hex') AS hash FROM audit_seals WHERE seq = $1`,
      [seq.toString()],
    );
    return rows[0]?.hash ?? null;
  }

  /** Whether some seal claims to follow the one with this hash. */
  async isFollowed(hash: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM audit_seals WHERE prev_hash = decode($1, 'hex')`,
      [hash],
    );
    return rows.length > 0;
  }

  /** The first entry that is neither sealed nor waiting. */
  async findUnsealedEntry(): Promise<EntryText | null> {
    let afterId = '0';
    for (;;) {
      const [portion]: { last: string | null; lost: string | null }[] = await this.dataSource.query(
        `SELECT max(e.id)::text AS last,
           min(e.id) FILTER (WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id)
             AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.entry_id = e.id))::text AS lost
         FROM (SELECT id FROM audit_entries WHERE id > $1 ORDER BY id LIMIT ${ENTRIES_PER_READ}) e`,
        [afterId],
      );
      if (portion?.lost) return this.entry(portion.lost);
      if (!portion?.last) return null;
      afterId = portion.last;
    }
  }

  /** Waiting entries: how many, the first that is gone, and the first that is older than `maxWaitS`. */
  async waiting(
    maxWaitS: number,
  ): Promise<{ pending: number; removed: string | null; overdue: string | null }> {
    const [row]: { pending: string; removed: string | null; overdue: string | null }[] =
      await this.dataSource.query(
        `SELECT count(*)::text AS pending,
           min(u.entry_id) FILTER (WHERE e.id IS NULL)::text AS removed,
           min(u.entry_id) FILTER (WHERE e.at < now() - make_interval(secs => $1))::text AS overdue
         FROM audit_unsealed u LEFT JOIN audit_entries e ON e.id = u.entry_id`,
        [maxWaitS],
      );
    return {
      pending: Number(row?.pending ?? 0),
      removed: row?.removed ?? null,
      overdue: row?.overdue ?? null,
    };
  }

  private async entry(id: string): Promise<EntryText | null> {
    const rows: EntryText[] = await this.dataSource.query(
      `SELECT ${ENTRY_TEXT_SQL} FROM audit_entries e WHERE e.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }
}
