import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { change, Transactions } from '../../database/index.js';
import { PaymentReader, viewOf } from '../../payments/index.js';
import {
  type AttemptState,
  Providers,
  ProviderUnsupportedError,
  type StatusResult,
} from '../../providers/index.js';
import type { ItemRow, LineState, RunRow } from '../reconciliation.types.js';
import { MOST_TRIES } from './healing.service.js';
import { COMPARE_AGAIN } from './matching.sql.js';

const BATCH = 10;
const STATES: Record<AttemptState, LineState> = {
  pending: 'pending',
  paid: 'paid',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  reversed: 'reversed',
  not_found: 'not_found',
  unknown: 'unknown',
};

type Asked = Pick<ItemRow, 'id' | 'heal_tries'> & { transaction_id: number };

/** Lets a gateway say how each attempt of a run stands, and compares that with what stands here. */
@Injectable()
export class Asking {
  private readonly logger = new Logger(Asking.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly reader: PaymentReader,
  ) {}

  /** A few attempts. `waiting`: the gateway does not answer now. */
  async step(run: RunRow): Promise<'more' | 'waiting' | 'over'> {
    const items: Asked[] = await this.dataSource.query(
      `SELECT id, transaction_id, heal_tries FROM reconciliation_items
       WHERE run_id = $1 AND outcome IS NULL ORDER BY heal_tries, id LIMIT $2`,
      [run.id, BATCH],
    );
    let failed = 0;
    for (const item of items) if (!(await this.ask(run, item))) failed += 1;
    if (items.length === 0) return 'over';
    return failed === items.length ? 'waiting' : 'more';
  }

  private async ask(run: RunRow, item: Asked): Promise<boolean> {
    const { attempt } = await this.reader.started(item.transaction_id);
    let said: StatusResult | null = null;
    try {
      said = (await this.providers.get(run.provider).fetchStatus?.(viewOf(attempt))) ?? null;
    } catch (error) {
      this.logger.warn(`item ${item.id}: the gateway could not be asked: ${String(error)}`);
      const known = !(error instanceof ProviderUnsupportedError);
      if (known && item.heal_tries + 1 < MOST_TRIES) {
        await this.dataSource.query(
          'UPDATE reconciliation_items SET heal_tries = heal_tries + 1 WHERE id = $1',
          [item.id],
        );
        return false;
      }
    }
    await this.keep(item.id, said);
    return true;
  }

  private async keep(itemId: number, said: StatusResult | null): Promise<void> {
    await this.transactions.run(async (manager) => {
      await manager.query(
        `UPDATE reconciliation_items SET line_status = $2, wire_status = $3,
           gateway_id = coalesce($4, gateway_id), amount_minor = $5, currency = $6, detail = $7
         WHERE id = $1 AND outcome IS NULL`,
        [
          itemId,
          said ? STATES[said.state] : 'unknown',
          said?.wireStatus ?? null,
          said?.gatewayTransactionId ?? null,
          said?.amount?.minor.toString() ?? null,
          said?.amount?.currency.code ?? null,
          said ? null : 'gateway_did_not_answer',
        ],
      );
      await change(manager, COMPARE_AGAIN, [itemId, 0]);
    });
  }
}
