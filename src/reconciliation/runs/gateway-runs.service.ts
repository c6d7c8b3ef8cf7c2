import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, DomainError, type Principal, SYSTEM } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { change, Outbox, Transactions } from '../../database/index.js';
import { type ProviderCode, Providers } from '../../providers/index.js';
import { RECONCILIATION_RUN, type RunRow } from '../reconciliation.types.js';

/** Attempts that one run asks about at most; the rest waits for the next one. */
const MOST_ASKED = 5_000;

/** Runs without a file: a gateway's own API is asked, or (of a bank) our records gone through. */
@Injectable()
export class GatewayRuns {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'reconciliation'>,
    private readonly providers: Providers,
    private readonly transactions: Transactions,
    private readonly audits: Audits,
    private readonly outbox: Outbox,
  ) {}

  /** True when the gateway can be asked about a payment. */
  canBeAsked(code: ProviderCode): boolean {
    const provider = this.providers.get(code);
    return provider.capabilities.statusQuery && provider.fetchStatus !== undefined;
  }

  /** @throws DomainError 400 for a gateway that cannot be asked, 409 while one is under way. */
  async start(caller: Principal, code: ProviderCode, claimId: string | null): Promise<RunRow> {
    if (!this.canBeAsked(code)) {
      throw new DomainError(
        'refused',
        'gateway_cannot_be_asked',
        `${code} cannot be asked; upload its statement`,
        { errors: { provider: ['has no API to ask; upload its statement'] } },
      );
    }
    return this.transactions.run(async (manager) => {
      const made: RunRow[] = await manager.query(
        'SELECT * FROM reconciliation_runs WHERE idempotency_claim_id = $1',
        [claimId],
      );
      if (made[0]) return made[0];
      const run = await this.open(manager, {
        accountId: caller.accountId,
        code,
        caller,
        claimId,
      });
      if (!run) {
        throw new DomainError(
          'conflict',
          'run_under_way',
          'This gateway is being asked already; wait until that run is completed',
          { retryAfterS: 10 },
        );
      }
      return run;
    });
  }

  /** The day's run of an account, in the caller's transaction; null when there is nothing to look at. */
  async startScheduled(
    manager: EntityManager,
    accountId: number,
    code: ProviderCode,
  ): Promise<RunRow | null> {
    return this.open(manager, { accountId, code, caller: null, claimId: null });
  }

  private async open(
    manager: EntityManager,
    wanted: {
      accountId: number;
      code: ProviderCode;
      caller: Principal | null;
      claimId: string | null;
    },
  ): Promise<RunRow | null> {
    const { accountId, code, caller, claimId } = wanted;
    const rows: RunRow[] = await manager.query(
      `INSERT INTO reconciliation_runs (account_id, provider, source, scheduled, created_by,
         idempotency_claim_id)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (account_id, provider)
         WHERE source <> 'file' AND status IN ('matching', 'healing', 'posting') DO NOTHING
       RETURNING *`,
      [
        accountId,
        code,
        code === 'manual' ? 'records' : 'gateway',
        caller === null,
        caller?.userId ?? null,
        claimId,
      ],
    );
    const run = rows[0];
    if (!run) return null;
    const lines = code === 'manual' ? 0 : await this.gather(manager, run);
    const [ready] = await change<RunRow>(
      manager,
      'UPDATE reconciliation_runs SET lines = $2 WHERE id = $1 RETURNING *',
      [run.id, lines],
    );
    await this.audits.append(manager, [
      {
        accountId,
        actor: caller ? actorOf(caller) : SYSTEM,
        action: 'reconciliation.started',
        objectType: 'reconciliation_run',
        objectId: run.id,
        changes: { provider: code, lines },
      },
    ]);
    const payload = { runId: run.id };
    await this.outbox.add(manager, { topic: RECONCILIATION_RUN, key: String(run.id), payload });
    return ready ?? null;
  }

  /** What is open, and what was decided lately: everything that the gateway is to be asked about. */
  private async gather(manager: EntityManager, run: RunRow): Promise<number> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO reconciliation_items (run_id, account_id, provider, origin, kind, reference,
         gateway_id, transaction_id, payment_id, happened_at)
       SELECT $1, t.account_id, t.provider, 'query', 'payment', t.reference, t.gateway_transaction_id,
         t.id, t.payment_id, coalesce(t.sent_at, t.created_at)
       FROM payment_transactions t
       WHERE t.account_id = $2 AND t.provider = $3 AND t.sent_at IS NOT NULL
         AND (t.status IN ('initiated', 'pending', 'unknown')
           OR coalesce(t.completed_at, t.updated_at) > app_now() - make_interval(days => $4))
       ORDER BY t.id DESC LIMIT $5 RETURNING id`,
      [run.id, run.account_id, run.provider, this.config.reconciliation.lookbackDays, MOST_ASKED],
    );
    return rows.length;
  }
}
