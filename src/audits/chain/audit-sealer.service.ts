import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Transactions } from '../../database/index.js';
import { ENTRY_TEXT_SQL, type EntryText, GENESIS_HASH, momentText, sealHash } from './seal.hash.js';

/** Entries per transaction. */
export const SEAL_BATCH = 1_000;
/** Advisory lock that makes one sealer at a time, over all processes on this database. */
const SEALER_LOCK = 1_795_219_202;

interface Link {
  entryId: string | null;
  prevHash: string;
  hash: string;
}

/** Chains entries that are not sealed yet. Safe to call from any number of processes at once. */
@Injectable()
export class AuditSealer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
  ) {}

  /** Seals up to `SEAL_BATCH` entries and answers how many; 0 also while another sealer is at work. */
  async sealBatch(): Promise<number> {
    const [state]: { waiting: boolean }[] = await this.dataSource.query(
      'SELECT EXISTS (SELECT FROM audit_unsealed) AS waiting',
    );
    if (!state?.waiting) return 0;
    return this.transactions.run(async (manager) => {
      const [lock]: { taken: boolean }[] = await manager.query(
        'SELECT pg_try_advisory_xact_lock($1) AS taken',
        [SEALER_LOCK],
      );
      // The head is read by a later statement, whose snapshot holds all that the last sealer committed.
      return lock?.taken ? this.seal(manager) : 0;
    });
  }

  private async seal(manager: EntityManager): Promise<number> {
    const [head = { seq: '0', hash: GENESIS_HASH }]: { seq: string; hash: string }[] =
      await manager.query(
        `SELECT seq, encode(hash, 'hex') AS hash FROM audit_seals ORDER BY seq DESC LIMIT 1`,
      );
    const { entries, sealedAt } = await this.take(manager);
    if (entries.length === 0) return 0;
    const links: Link[] = [];
    let { hash } = head;
    let seq = BigInt(head.seq);
    for (const entry of entries) {
      seq += 1n;
      const prevHash = hash;
      hash = sealHash({ seq, prevHash, sealedAt }, entry);
      links.push({ entryId: entry.id, prevHash, hash });
    }
    await manager.query(
      `INSERT INTO audit_seals (seq, entry_id, prev_hash, hash, sealed_at)
       SELECT $1::bigint + link.place, link.entry_id, decode(link.prev_hash, 'hex'),
         decode(link.hash, 'hex'), $2
       FROM unnest($3::bigint[], $4::text[], $5::text[])
         WITH ORDINALITY AS link (entry_id, prev_hash, hash, place)`,
      [
        head.seq,
        sealedAt,
        links.map((link) => link.entryId),
        links.map((link) => link.prevHash),
        links.map((link) => link.hash),
      ],
    );
    return entries.length;
  }

  /**
   * Takes the oldest entries off the list. A mark without its entry stays: verification reports it.
   * Entries and seals are looked up one by one by their keys: what is waiting is little beside all there is.
   */
  private async take(manager: EntityManager): Promise<{ entries: EntryText[]; sealedAt: string }> {
    const rows: (EntryText & { sealed_at: string })[] = await manager.query(
      `WITH next AS MATERIALIZED (
         SELECT u.ctid AS place, e.* FROM audit_unsealed u CROSS JOIN LATERAL (
           SELECT * FROM audit_entries WHERE audit_entries.id = u.entry_id LIMIT 1) AS e
         ORDER BY u.entry_id LIMIT $1
       ), taken AS (
         DELETE FROM audit_unsealed WHERE ctid = ANY (ARRAY(SELECT place FROM next))
       )
       SELECT ${ENTRY_TEXT_SQL}, (SELECT ${momentText('now()')}) AS sealed_at
       FROM next e LEFT JOIN LATERAL (
         SELECT true AS sealed FROM audit_seals s WHERE s.entry_id = e.id LIMIT 1) AS s ON true
       WHERE s.sealed IS NULL
       ORDER BY e.id`,
      [SEAL_BATCH],
    );
    return { entries: rows, sealedAt: rows[0]?.sealed_at ?? '' };
  }
}
