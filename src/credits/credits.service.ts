import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { formatMinor } from '../common/index.js';
import { change } from '../database/index.js';
import { creditTooLow } from './credit.errors.js';
import type { NewCredit } from './credit.types.js';

interface Balance {
  id: number;
  balance_minor: string;
  version: number;
}

/**
 * Credit balances. Every processed payment of an invoice credits what it applied, every refund or reversal
 * takes back what it took from the invoice. A balance changes only together with an entry that says why.
 */
@Injectable()
export class Credits {
  constructor(private readonly audits: Audits) {}

  /**
   * Changes the balance in the caller's transaction, after the locks of payable and payment; its own lock
   * comes next, before the ledger. The same source again changes nothing.
   * @returns the balance afterwards, in minor units
   * @throws DomainError `credit_too_low`; Error when the same source is named with another amount.
   */
  async add(manager: EntityManager, credit: NewCredit): Promise<bigint> {
    const balance = await this.lock(manager, credit);
    const before = BigInt(balance.balance_minor);
    if (await this.isKnown(manager, credit)) return before;
    const after = before + credit.amountMinor;
    if (after < 0n) throw creditTooLow(formatMinor(before, credit.currency), credit.currency);
    await change(
      manager,
      `UPDATE credit_accounts SET balance_minor = $2, version = version + 1, updated_at = now()
       WHERE id = $1`,
      [balance.id, after.toString()],
    );
    await manager.query(
      `INSERT INTO credit_entries (credit_account_id, number, kind, amount_minor,
         balance_after_minor, payment_id, source_type, source_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        balance.id,
        balance.version + 1,
        credit.kind,
        credit.amountMinor.toString(),
        after.toString(),
        credit.paymentId,
        credit.sourceType,
        credit.sourceId,
      ],
    );
    await this.audit(manager, credit, balance.id, [before, after]);
    return after;
  }

  /** The balance's row, made now when there is none; both callers of a new one end at the same row. */
  private async lock(manager: EntityManager, credit: NewCredit): Promise<Balance> {
    const owner = [credit.accountId, credit.customerId, credit.currency];
    const read = (): Promise<Balance[]> =>
      manager.query(
        `SELECT id, balance_minor, version FROM credit_accounts
         WHERE account_id = $1 AND customer_id IS NOT DISTINCT FROM $2 AND currency = $3
         FOR UPDATE`,
        owner,
      );
    const [existing] = await read();
    if (existing) return existing;
    await manager.query(
      `INSERT INTO credit_accounts (account_id, customer_id, currency) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT credit_accounts_owner_key DO NOTHING`,
      owner,
    );
    const [opened] = await read();
    if (!opened) throw new Error(`no credit balance in ${credit.currency} could be opened`);
    return opened;
  }

  private async isKnown(manager: EntityManager, credit: NewCredit): Promise<boolean> {
    const [entry]: { amount_minor: string }[] = await manager.query(
      `SELECT amount_minor FROM credit_entries
       WHERE source_type = $1 AND source_id = $2 AND kind = $3`,
      [credit.sourceType, credit.sourceId, credit.kind],
    );
    if (entry && BigInt(entry.amount_minor) !== credit.amountMinor) {
      throw new Error(
        `${credit.sourceType} ${credit.sourceId} was credited ${entry.amount_minor} before, not ${credit.amountMinor}`,
      );
    }
    return entry !== undefined;
  }

  private async audit(
    manager: EntityManager,
    credit: NewCredit,
    creditAccountId: number,
    balances: [bigint, bigint],
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: credit.accountId,
        actor: credit.actor,
        action: credit.kind === 'reversal' ? 'credit.taken_back' : 'credit.added',
        objectType: 'credit',
        objectId: creditAccountId,
        paymentId: credit.paymentId,
        changes: {
          balance: balances.map((minor) => formatMinor(minor, credit.currency)),
          currency: credit.currency,
          source: `${credit.sourceType} ${credit.sourceId}`,
        },
      },
    ]);
  }
}
