import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, formatMinor, SYSTEM } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { Ledger, type Posting } from '../../ledger/index.js';
import type { ItemRow, RunRow } from '../reconciliation.types.js';
import { takeDesk } from '../runs/run.lock.js';
import { COMPARE_OLD, COUNT_RUNS } from './matching.sql.js';

type What = 'fee' | 'levy' | 'settlement';

interface Sum {
  what: What;
  currency: string;
  minor: string;
}

/**
 * What of a run's items the books are told: charges, payouts, and (of a bank, whose lines are the payout
 * themselves) what matched a payment, or went to the queue of unallocated money.
 */
const TO_POST = `i.run_id = $1 AND i.posting_id IS NULL AND i.origin = 'line' AND i.line_status = 'paid'
  AND ((i.kind IN ('fee', 'levy', 'settlement') AND i.outcome = 'matched')
    OR (i.provider = 'manual' AND i.kind IN ('payment', 'refund')
      AND (i.outcome = 'matched' OR i.receipt_id IS NOT NULL)))`;
const WHAT = `CASE WHEN i.kind IN ('fee', 'levy') THEN i.kind ELSE 'settlement' END`;

/** Empties clearing accounts as gateways and banks say that they have paid out. */
@Injectable()
export class Postings {
  constructor(
    private readonly transactions: Transactions,
    private readonly ledger: Ledger,
    private readonly audits: Audits,
  ) {}

  /** Posts the run and ends it. False while another run has the desk. */
  async finish(runId: number): Promise<boolean> {
    return this.transactions.run(async (manager) => {
      const [run]: [RunRow?] = await manager.query(
        'SELECT * FROM reconciliation_runs WHERE id = $1 FOR UPDATE',
        [runId],
      );
      if (!run || run.status === 'completed') return true;
      if (!(await takeDesk(manager, run.account_id, run.provider))) return false;
      const touched = [run.id, ...(await this.compareAgain(manager, run))];
      for (const id of touched) await this.post(manager, { ...run, id }, SYSTEM);
      await manager.query(COUNT_RUNS, [touched]);
      const [ended] = await change<RunRow>(
        manager,
        `UPDATE reconciliation_runs SET status = 'completed', completed_at = now()
         WHERE id = $1 RETURNING *`,
        [run.id],
      );
      await this.audits.append(manager, [
        {
          accountId: run.account_id,
          actor: SYSTEM,
          action: 'reconciliation.completed',
          objectType: 'reconciliation_run',
          objectId: run.id,
          changes: {
            provider: run.provider,
            matched: ended?.matched,
            missing_here: ended?.missing_here,
            missing_there: ended?.missing_there,
            amount_differs: ended?.amount_differs,
            status_differs: ended?.status_differs,
            healed: ended?.healed,
          },
        },
      ]);
      return true;
    });
  }

  /** Earlier lines that came right since: a transfer was approved, a callback arrived after all. */
  private async compareAgain(manager: EntityManager, run: RunRow): Promise<number[]> {
    const right = await change<Pick<ItemRow, 'id' | 'run_id' | 'payment_id'>>(
      manager,
      COMPARE_OLD,
      [run.account_id, run.provider, run.id],
    );
    await this.audits.append(
      manager,
      right.map(({ id, payment_id }) => ({
        accountId: run.account_id,
        actor: SYSTEM,
        action: 'reconciliation.healed',
        objectType: 'reconciliation_item',
        objectId: id,
        paymentId: payment_id,
        changes: { run: run.id },
      })),
    );
    return [...new Set(right.map(({ run_id: id }) => id))].filter((id) => id !== run.id);
  }

  async noteStopped(manager: EntityManager, run: RunRow, error: string): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: run.account_id,
        actor: SYSTEM,
        action: 'reconciliation.stopped',
        objectType: 'reconciliation_run',
        objectId: run.id,
        changes: { provider: run.provider, error },
      },
    ]);
  }

  /** Posts what is not posted yet, one journal per kind and currency, in the caller's transaction. */
  async post(
    manager: EntityManager,
    run: Pick<RunRow, 'id' | 'account_id' | 'provider'>,
    actor: Actor,
  ): Promise<void> {
    const sums: Sum[] = await manager.query(
      `SELECT ${WHAT} AS what, i.currency,
         sum(CASE i.kind WHEN 'refund' THEN -i.amount_minor ELSE i.amount_minor END)::text AS minor
       FROM reconciliation_items i WHERE ${TO_POST} GROUP BY 1, 2
       HAVING sum(CASE i.kind WHEN 'refund' THEN -i.amount_minor ELSE i.amount_minor END) <> 0
       ORDER BY 1, 2`,
      [run.id],
    );
    for (const sum of sums) await this.postSum(manager, run, sum, actor);
  }

  private async postSum(
    manager: EntityManager,
    run: Pick<RunRow, 'id' | 'account_id' | 'provider'>,
    { what, currency, minor }: Sum,
    actor: Actor,
  ): Promise<void> {
    const rows: { id: number }[] = await manager.query(
      `INSERT INTO reconciliation_postings (run_id, account_id, what, currency, amount_minor)
       VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [run.id, run.account_id, what, currency, minor],
    );
    const id = rows[0]?.id ?? 0;
    await change(
      manager,
      `UPDATE reconciliation_items i SET posting_id = $2
       WHERE ${TO_POST} AND ${WHAT} = $3 AND i.currency = $4 RETURNING i.id`,
      [run.id, id, what, currency],
    );
    await this.ledger.post(manager, {
      accountId: run.account_id,
      currency,
      fact: what === 'settlement' ? 'settled' : 'charged',
      sourceType: 'reconciliation_posting',
      sourceId: String(id),
      paymentId: null,
      memo: `${run.provider} ${what} of reconciliation ${run.id}`,
      postings: sidesOf(what, run.provider, BigInt(minor)),
    });
    await this.audits.append(manager, [
      {
        accountId: run.account_id,
        actor,
        action: 'reconciliation.posted',
        objectType: 'reconciliation_posting',
        objectId: id,
        changes: { run: run.id, what, amount: formatMinor(minor, currency), currency },
      },
    ]);
  }
}

/** A bank takes its charges out of what is there; a gateway out of what it owes us. */
function sidesOf(what: What, provider: string, amountMinor: bigint): Posting[] {
  const bank = `bank:${provider}` as const;
  const clearing = `clearing:${provider}` as const;
  if (what === 'settlement') {
    return [
      { code: bank, amountMinor },
      { code: clearing, amountMinor: -amountMinor },
    ];
  }
  return [
    { code: what === 'fee' ? 'expense:gateway_fees' : 'expense:gateway_levies', amountMinor },
    { code: provider === 'manual' ? bank : clearing, amountMinor: -amountMinor },
  ];
}
