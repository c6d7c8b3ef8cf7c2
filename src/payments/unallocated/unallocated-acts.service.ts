import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  actorOf,
  DomainError,
  formatMinor,
  Money,
  type ObjectId,
  type Principal,
} from '../../common/index.js';
import { CONFIG, type Config, needsSecondPerson } from '../../config/index.js';
import { change, Transactions } from '../../database/index.js';
import { ActExecution } from './act-execution.service.js';
import { ActTrail } from './act.trail.js';
import type { ActRow, ReceiptRow, WantedAct } from './unallocated.entity.js';
import { UnallocatedReceipts } from './unallocated-receipts.service.js';

/**
 * People decide what becomes of money that nobody owed. Its amount is taken out of the queue when it is
 * proposed; above the limit it moves only when somebody else confirms.
 */
@Injectable()
export class UnallocatedActs {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'approvalLimits'>,
    private readonly transactions: Transactions,
    private readonly receipts: UnallocatedReceipts,
    private readonly execution: ActExecution,
    private readonly trail: ActTrail,
  ) {}

  /** @throws DomainError 404, 400 more than is left or owed. */
  async propose(
    caller: Principal,
    id: ObjectId,
    wanted: WantedAct,
    claimId: string | null,
  ): Promise<ActRow> {
    return this.transactions.run(async (manager) => {
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      const seen = await this.receipts.find(manager, caller.accountId, id);
      const target = await this.execution.prepare(manager, caller, seen, wanted);
      const receipt = await this.receipts.lock(manager, seen.id);
      const free = target.freeMinor(receipt);
      const amountMinor = readAmount(wanted, receipt, free);
      const waits = needsSecondPerson(this.config.approvalLimits, receipt.currency, amountMinor);
      await this.receipts.take(manager, receipt, amountMinor);
      const act = await this.insert(manager, caller, receipt, {
        ...target.columns,
        kind: wanted.kind,
        // Carried out in this commit unless it waits; what carrying out writes is added by it.
        status: 'waiting',
        amount_minor: amountMinor.toString(),
        reason: wanted.reason,
        idempotency_claim_id: claimId,
      });
      await this.trail.write(manager, act, actorOf(caller), 'unallocated.proposed');
      return waits ? act : this.execution.carryOut(manager, act, receipt, caller, null);
    });
  }

  /**
   * The second person; repeated by the same one it changes nothing.
   * @throws DomainError 403 for whoever proposed it, 409 unless it waits.
   */
  async confirm(caller: Principal, id: ObjectId): Promise<ActRow> {
    return this.transactions.run(async (manager) => {
      const seen = await this.find(manager, caller, id);
      const seenReceipt = await this.receipts.find(manager, caller.accountId, {
        id: seen.receipt_id,
      });
      await this.execution.lockTarget(manager, seen, seenReceipt);
      const receipt = await this.receipts.lock(manager, seen.receipt_id);
      const act = await this.lockAct(manager, seen.id);
      if (act.status === 'done' && act.decided_by === caller.userId) return act;
      assertWaiting(act);
      if (act.proposed_by === caller.userId) {
        throw new DomainError(
          'forbidden',
          'second_person_needed',
          'Somebody else than whoever proposed it has to confirm it',
        );
      }
      return this.execution.carryOut(manager, act, receipt, caller, caller.userId);
    });
  }

  /** Also by whoever proposed it. The amount is back in the queue. */
  async reject(caller: Principal, id: ObjectId): Promise<ActRow> {
    return this.transactions.run(async (manager) => {
      const seen = await this.find(manager, caller, id);
      const seenReceipt = await this.receipts.find(manager, caller.accountId, {
        id: seen.receipt_id,
      });
      await this.execution.lockPayment(manager, seenReceipt);
      const receipt = await this.receipts.lock(manager, seen.receipt_id);
      const act = await this.lockAct(manager, seen.id);
      if (act.status === 'rejected' && act.decided_by === caller.userId) return act;
      assertWaiting(act);
      await this.receipts.take(manager, receipt, -BigInt(act.amount_minor));
      const [row] = await change<ActRow>(
        manager,
        `UPDATE unallocated_acts SET status = 'rejected', decided_by = $2, decided_at = now()
         WHERE id = $1 RETURNING *`,
        [act.id, caller.userId],
      );
      if (!row) throw new Error(`act ${act.id} does not exist`);
      await this.trail.write(manager, row, actorOf(caller), 'unallocated.rejected');
      return row;
    });
  }

  private async madeByClaim(
    manager: EntityManager,
    claimId: string | null,
  ): Promise<ActRow | null> {
    if (!claimId) return null;
    const rows: ActRow[] = await manager.query(
      'SELECT * FROM unallocated_acts WHERE idempotency_claim_id = $1',
      [claimId],
    );
    return rows[0] ?? null;
  }

  private async find(manager: EntityManager, caller: Principal, id: ObjectId): Promise<ActRow> {
    const [column, value] = 'id' in id ? ['id', id.id] : ['uuid', id.uuid];
    const rows: ActRow[] = await manager.query(
      `SELECT * FROM unallocated_acts WHERE ${column} = $1 AND account_id = $2`,
      [value, caller.accountId],
    );
    if (!rows[0]) throw new DomainError('not_found', 'act_not_found', 'Act not found');
    return rows[0];
  }

  private async lockAct(manager: EntityManager, id: number): Promise<ActRow> {
    const rows: ActRow[] = await manager.query(
      'SELECT * FROM unallocated_acts WHERE id = $1 FOR UPDATE',
      [id],
    );
    const act = rows[0];
    if (!act) throw new Error(`act ${id} does not exist`);
    return act;
  }

  private async insert(
    manager: EntityManager,
    caller: Principal,
    receipt: ReceiptRow,
    values: Partial<ActRow> & { idempotency_claim_id: string | null },
  ): Promise<ActRow> {
    const row = {
      receipt_id: receipt.id,
      account_id: receipt.account_id,
      currency: receipt.currency,
      proposed_by: caller.userId,
      ...values,
    };
    const columns = Object.keys(row);
    const marks = columns.map((_, index) => `$${index + 1}`).join(', ');
    const rows: ActRow[] = await manager.query(
      `INSERT INTO unallocated_acts (${columns.join(', ')}) VALUES (${marks}) RETURNING *`,
      Object.values(row),
    );
    if (!rows[0]) throw new Error('the act was not written');
    return rows[0];
  }
}

function assertWaiting({ status }: ActRow): void {
  if (status === 'waiting') return;
  throw new DomainError(
    'conflict',
    'act_not_waiting',
    `Only an act that waits for a second person can be decided; this one is ${status}`,
  );
}

/** @throws DomainError 400 naming `amount`. */
function readAmount(wanted: WantedAct, receipt: ReceiptRow, freeMinor: bigint): bigint {
  const amount =
    wanted.amount === null ? freeMinor : Money.parse(wanted.amount, receipt.currency).minor;
  if (amount > 0n && amount <= freeMinor) return amount;
  const text = formatMinor(freeMinor, receipt.currency);
  throw new DomainError(
    'refused',
    freeMinor === 0n ? 'nothing_left' : 'amount_exceeds_left',
    `At most ${text} ${receipt.currency} can be taken from this receipt for that`,
    { errors: { amount: [`must be at most ${text}`] } },
  );
}
