import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../config/index.js';
import {
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../../database/index.js';
import { type ProviderCode, Providers } from '../../providers/index.js';
import { RECONCILIATION_DAILY } from '../reconciliation.types.js';
import { GatewayRuns } from './gateway-runs.service.js';

const DAY_S = 86_400;

/** Starts a run a day for each account and each gateway that can be asked, and for its bank. */
@Injectable()
export class DailyRuns implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'reconciliation'>,
    private readonly handlers: OutboxHandlers,
    private readonly transactions: Transactions,
    private readonly providers: Providers,
    private readonly runs: GatewayRuns,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: RECONCILIATION_DAILY,
      leaseS: 60,
      handle: (row) => this.day(row),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.reconciliation.daily) await this.transactions.run((each) => this.enrol(each));
  }

  /** A row for each account and gateway. Those that exist keep their hour. */
  private async enrol(manager: EntityManager): Promise<void> {
    await manager.query(
      `INSERT INTO outbox (topic, key, payload, next_at)
       SELECT $1, a.id || ':' || code, jsonb_build_object('accountId', a.id, 'provider', code),
         app_now() + make_interval(secs => $3)
       FROM accounts a CROSS JOIN unnest($2::text[]) AS code
       ON CONFLICT (topic, key) DO UPDATE SET done_at = NULL, next_at = excluded.next_at
         WHERE outbox.done_at IS NOT NULL`,
      [RECONCILIATION_DAILY, this.codes(), DAY_S],
    );
  }

  private codes(): ProviderCode[] {
    const asked = this.providers.enabled().filter(({ code }) => this.runs.canBeAsked(code));
    return [...asked.map(({ code }) => code), 'manual'];
  }

  /** Switched off, the row ends here; the next start with the switch on brings it back. */
  private async day({ payload }: OutboxRow): Promise<OutboxVerdict> {
    if (!this.config.reconciliation.daily) return { done: true };
    const accountId = Number(payload['accountId']);
    const code = this.codes().find((each) => each === payload['provider']);
    if (!code) return { done: true };
    await this.transactions.run(async (manager) => {
      if (await this.anythingToDo(manager, accountId, code)) {
        await this.runs.startScheduled(manager, accountId, code);
      }
      await this.enrol(manager);
    });
    return { done: false, againInS: DAY_S };
  }

  /** A quiet gateway makes no empty runs, and a bank none before its first statement. */
  private async anythingToDo(
    manager: EntityManager,
    accountId: number,
    code: ProviderCode,
  ): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      code === 'manual'
        ? `SELECT 1 FROM reconciliation_runs
           WHERE account_id = $1 AND provider = $2 AND source = 'file' LIMIT 1`
        : `SELECT 1 FROM payment_transactions WHERE account_id = $1 AND provider = $2
             AND sent_at IS NOT NULL AND (status IN ('initiated', 'pending', 'unknown')
               OR updated_at > app_now() - make_interval(days => ${this.config.reconciliation.lookbackDays}))
           LIMIT 1`,
      [accountId, code],
    );
    return rows.length > 0;
  }
}
