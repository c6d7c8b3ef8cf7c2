import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { kindOf, type Journal, type LedgerCode } from './ledger.types.js';

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
    const ids: number[] = [];
    for (const posting of postings) {
      ids.push(await this.accountId(manager, journal.accountId, posting.code, journal.currency));
    }
    await manager.query(
      `WITH journal AS (
         INSERT INTO ledger_journals (account_id, fact, source_type, source_id, payment_id, memo)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
       )
       INSERT INTO ledger_postings (journal_id, account_id, ledger_account_id, currency, amount_minor)
       SELECT journal.id, $1, line.ledger_account_id, $7, line.amount_minor
       FROM journal, unnest($8::int[], $9::bigint[]) AS line (ledger_account_id, amount_minor)`,
      [
        journal.accountId,
        journal.fact,
        journal.sourceType,
        journal.sourceId,
        journal.paymentId,
        journal.memo,
        journal.currency,
        ids,
        postings.map((posting) => posting.amountMinor.toString()),
      ],
    );
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
