import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ForMany, together } from '../database/index.js';
import { kindOf, type Journal, type LedgerCode } from './ledger.types.js';

/** A journal whose postings name accounts of the books by id. */
interface Entry extends Omit<Journal, 'postings'> {
  lines: { ledgerAccountId: number; amountMinor: bigint }[];
}

/** The books. The database refuses an unbalanced journal, a second one per fact, and any change. */
@Injectable()
export class Ledger {
  private readonly accountIds = new Map<string, number>();

  /**
   * Writes one journal in the caller's transaction. Zero postings are left out.
   * @throws a check or unique violation when it does not balance or the fact is posted already.
   */
  async post(manager: EntityManager, journal: Journal): Promise<void> {
    const postings = journal.postings.filter((posting) => posting.amountMinor !== 0n);
    const lines: Entry['lines'] = [];
    for (const { code, amountMinor } of postings) {
      const { accountId, currency } = journal;
      const ledgerAccountId = await this.accountId(manager, accountId, code, currency);
      lines.push({ ledgerAccountId, amountMinor });
    }
    await together(manager, writeEntries, { ...journal, lines });
  }

  /**
   * Accounts are opened when first used. Only ids seen committed may be remembered: one made in this
   * transaction could still be rolled back.
   */
  private async accountId(
    manager: EntityManager,
    accountId: number,
    code: LedgerCode,
    currency: string,
  ): Promise<number> {
    const key = `${accountId}/${code}/${currency}`;
    const known = this.accountIds.get(key);
    if (known) return known;
    const read = (): Promise<{ id: number; committed: boolean }[]> =>
      manager.query(
        `SELECT id, created_at < now() AS committed FROM ledger_accounts
         WHERE account_id = $1 AND code = $2 AND currency = $3`,
        [accountId, code, currency],
      );
    const [existing] = await read();
    if (existing) {
      if (existing.committed) this.accountIds.set(key, existing.id);
      return existing.id;
    }
    await manager.query(
      `INSERT INTO ledger_accounts (account_id, code, kind, currency) VALUES ($1, $2, $3, $4)
       ON CONFLICT (account_id, code, currency) DO NOTHING`,
      [accountId, code, kindOf(code), currency],
    );
    const [opened] = await read();
    if (!opened) throw new Error(`ledger account ${key} could not be opened`);
    return opened.id;
  }
}

const writeEntries: ForMany<Entry, void> = async (manager, entries) => {
  const lines = entries.flatMap((entry, place) => entry.lines.map((line) => ({ ...line, place })));
  await manager.query(
    `WITH entry AS (
       SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[],
         $7::text[]) WITH ORDINALITY
         AS entry (account_id, fact, source_type, source_id, payment_id, memo, currency, place)
     ), journal AS (
       INSERT INTO ledger_journals (account_id, fact, source_type, source_id, payment_id, memo)
       SELECT account_id, fact, source_type, source_id, payment_id, memo FROM entry ORDER BY place
       RETURNING id, fact, source_type, source_id
     )
     INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
     SELECT journal.id, entry.account_id, line.ledger_account_id, entry.currency, line.amount_minor
     FROM unnest($8::int[], $9::bigint[], $10::bigint[]) WITH ORDINALITY
         AS line (ledger_account_id, amount_minor, place, number)
       JOIN entry USING (place) JOIN journal USING (fact, source_type, source_id)
     ORDER BY line.number`,
    [
      entries.map(({ accountId }) => accountId),
      entries.map(({ fact }) => fact),
      entries.map(({ sourceType }) => sourceType),
      entries.map(({ sourceId }) => sourceId),
      entries.map(({ paymentId }) => paymentId),
      entries.map(({ memo }) => memo),
      entries.map(({ currency }) => currency),
      lines.map(({ ledgerAccountId }) => ledgerAccountId),
      lines.map(({ amountMinor }) => amountMinor.toString()),
      lines.map(({ place }) => place + 1),
    ],
  );
  return [];
};
