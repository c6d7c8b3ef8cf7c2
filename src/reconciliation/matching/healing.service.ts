import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { SYSTEM } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { Verification } from '../../payments/index.js';
import type { ItemRow, RunRow } from '../reconciliation.types.js';
import { Asks } from './asks.repository.js';
import { COMPARE_AGAIN } from './matching.sql.js';

/** After so many tries a difference is left to people. */
export const MOST_TRIES = 3;
const BATCH = 10;

type Different = Pick<ItemRow, 'id' | 'heal_tries'> & { transaction_id: number };

/** `waiting`: another run is asking, or the gateway does not answer now. */
export type Healed = 'more' | 'waiting' | 'over';

/**
 * Asks the gateway about attempts that stand otherwise here than there. What it says goes the way of every
 * verification, so money moves once however many runs find the same line.
 */
@Injectable()
export class Healing {
  private readonly logger = new Logger(Healing.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly verification: Verification,
    private readonly asks: Asks,
    private readonly audits: Audits,
  ) {}

  /** Looks at a few differences; gateways are asked outside any transaction. */
  async step(run: RunRow): Promise<Healed> {
    const items: Different[] = await this.dataSource.query(
      `SELECT i.id, i.transaction_id, i.heal_tries
       FROM reconciliation_items i JOIN payment_transactions t ON t.id = i.transaction_id
       WHERE i.run_id = $1 AND i.outcome = 'status_differs' AND i.kind = 'payment'
         AND i.heal_tries < $2 AND i.resolved_at IS NULL AND i.provider <> 'manual'
         AND (t.status <> 'completed' OR i.line_status = 'paid')
       ORDER BY i.heal_tries, i.id LIMIT $3`,
      [run.id, MOST_TRIES, BATCH],
    );
    let waiting = false;
    for (const item of items) {
      if ((await this.look(run, item)) === 'waiting') waiting = true;
    }
    if (waiting) return 'waiting';
    return items.length > 0 ? 'more' : 'over';
  }

  private async look(run: RunRow, item: Different): Promise<'looked' | 'waiting'> {
    const claim = await this.asks.claim(item.transaction_id, run.id);
    if (claim === 'waiting') return 'waiting';
    if (claim === 'ours' && !(await this.ask(item))) {
      await this.compareAgain(run, item.id, item.heal_tries + 1);
      return item.heal_tries + 1 < MOST_TRIES ? 'waiting' : 'looked';
    }
    await this.compareAgain(run, item.id, MOST_TRIES);
    return 'looked';
  }

  /** False when the gateway did not answer. */
  private async ask({ id, transaction_id: transactionId }: Different): Promise<boolean> {
    try {
      await this.verification.verifyAttempt(transactionId);
    } catch (error) {
      this.logger.warn(`item ${id}: the gateway could not be asked: ${String(error)}`);
      await this.asks.giveBack(transactionId);
      return false;
    }
    await this.asks.answered(transactionId);
    return true;
  }

  private async compareAgain(run: RunRow, itemId: number, tries: number): Promise<void> {
    await this.transactions.run(async (manager) => {
      const [item] = await change<ItemRow>(manager, COMPARE_AGAIN, [itemId, tries]);
      if (!item?.healed_at) return;
      await this.audits.append(manager, [
        {
          accountId: item.account_id,
          actor: SYSTEM,
          action: 'reconciliation.healed',
          objectType: 'reconciliation_item',
          objectId: item.id,
          paymentId: item.payment_id,
          changes: { run: run.id, transaction: item.transaction_id },
        },
      ]);
    });
  }
}
