import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, DomainError, formatMinor } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { LedgerCode } from '../../ledger/index.js';
import type { Payable } from '../payable.port.js';
import type { PaymentRow } from '../payment.entity.js';
import { wrongState } from '../payment.errors.js';
import { PaymentMaking, type PaymentMaker } from '../payment-making.service.js';
import { PAYMENT_COLUMNS, PaymentRepository } from '../payment.repository.js';
import { transition } from '../payment.state.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { Settled } from '../settlement/settlement.types.js';
import { TenderAttempts } from './tender-attempts.service.js';

/**
 * Transfers that a payer says were made and a reviewer approves. Everything happens in the caller's
 * transaction, under the locks of payable and payment (`Settlement.lockRows`); who may review, and what,
 * is decided by the caller.
 */
@Injectable()
export class ManualTender {
  constructor(
    private readonly making: PaymentMaking,
    private readonly attempts: TenderAttempts,
    private readonly repository: PaymentRepository,
    private readonly settlement: Settlement,
    private readonly audits: Audits,
  ) {}

  /** A payment that waits for approval. The payable is locked and what is owed was checked. */
  async submit(
    manager: EntityManager,
    payable: Payable,
    maker: PaymentMaker,
  ): Promise<{ payment: PaymentRow; transactionId: number }> {
    const made = await this.making.make(manager, payable, maker);
    const attempt = await this.attempts.write(manager, made, {
      provider: 'manual',
      actor: maker.actor,
      claimId: null,
      gatewayTransactionId: null,
    });
    const payment = await this.move(
      manager,
      made,
      `status = 'pending_approval', provider = 'manual'`,
    );
    await this.audit(manager, payment, maker.actor, 'payment.pending_approval', {
      status: ['pending', 'pending_approval'],
    });
    return { payment, transactionId: attempt.id };
  }

  /** The claim was changed: whoever had read the version before must read again. */
  async revise(
    manager: EntityManager,
    payment: PaymentRow,
    { amountMinor = BigInt(payment.amount_minor), notes = payment.notes, actor }: Revision,
  ): Promise<PaymentRow> {
    assertWaiting(payment, 'changed');
    const attempt = await this.waiting(manager, payment);
    await change(
      manager,
      `UPDATE payment_transactions SET amount_minor = $2, updated_at = now()
       WHERE id = $1 RETURNING id`,
      [attempt, amountMinor.toString()],
    );
    const next = await this.move(manager, payment, 'amount_minor = $2, notes = $3', [
      amountMinor.toString(),
      notes,
    ]);
    await this.audit(manager, payment, actor, 'payment.updated', {
      version: [payment.version, next.version],
      ...(amountMinor === BigInt(payment.amount_minor)
        ? {}
        : {
            amount: [payment.amount_minor, next.amount_minor].map((minor) =>
              formatMinor(minor, payment.currency),
            ),
          }),
    });
    return next;
  }

  /**
   * The money is on the account: what was received becomes the payment's amount; what exceeds the owed is
   * unallocated. `reference` is the bank's, unique among completed transfers.
   */
  async approve(
    manager: EntityManager,
    payment: PaymentRow,
    { receivedMinor, reference, ledgerAccount, actor }: Approval,
  ): Promise<Settled> {
    assertWaiting(payment, 'approved');
    const current =
      receivedMinor === BigInt(payment.amount_minor)
        ? payment
        : await this.revise(manager, payment, { amountMinor: receivedMinor, actor });
    return this.settlement.settle(manager, {
      kind: 'paid',
      transactionId: await this.waiting(manager, current),
      cause: 'approval',
      gatewayTransactionId: reference,
      amount: null,
      wireStatus: null,
      ...(ledgerAccount ? { ledgerAccount } : {}),
      actor,
    });
  }

  async reject(
    manager: EntityManager,
    payment: PaymentRow,
    { code, reason, actor }: { code: string; reason: string; actor: Actor },
  ): Promise<Settled> {
    assertWaiting(payment, 'rejected');
    return this.end(manager, payment, { outcome: 'failed', code, reason, actor });
  }

  /** The submitter takes the claim back. */
  async withdraw(manager: EntityManager, payment: PaymentRow, actor: Actor): Promise<Settled> {
    assertWaiting(payment, 'withdrawn');
    return this.end(manager, payment, {
      outcome: 'cancelled',
      code: 'withdrawn',
      reason: 'Withdrawn by whoever submitted it',
      actor,
    });
  }

  /** An approved transfer was recalled. `sourceId` is the reversal's own id: posted once. */
  async reverse(
    manager: EntityManager,
    payment: PaymentRow,
    { sourceId, amountMinor, reason, actor }: Reversal,
  ): Promise<Settled> {
    return this.settlement.settle(manager, {
      kind: 'reversed',
      of: 'payment',
      paymentId: payment.id,
      sourceId,
      provider: 'manual',
      amountMinor,
      reason,
      actor,
    });
  }

  private async end(
    manager: EntityManager,
    payment: PaymentRow,
    ended: { outcome: 'failed' | 'cancelled'; code: string; reason: string; actor: Actor },
  ): Promise<Settled> {
    const transactionId = await this.waiting(manager, payment);
    return this.settlement.settle(manager, {
      kind: 'failed',
      transactionId,
      wireStatus: null,
      ...ended,
    });
  }

  private async waiting(manager: EntityManager, payment: PaymentRow): Promise<number> {
    const attempt = await this.repository.findOpenAttempt(manager, payment.id);
    if (attempt?.provider === 'manual') return attempt.id;
    throw new DomainError('conflict', 'not_manual', 'Only a manual payment is reviewed by people');
  }

  private async move(
    manager: EntityManager,
    payment: PaymentRow,
    set: string,
    values: unknown[] = [],
  ): Promise<PaymentRow> {
    const [row] = await change<PaymentRow>(
      manager,
      `UPDATE payments p SET ${set}, version = version + 1, updated_at = now()
       WHERE p.id = $1 RETURNING ${PAYMENT_COLUMNS}`,
      [payment.id, ...values],
    );
    if (!row) throw new Error(`payment ${payment.id} does not exist`);
    return row;
  }

  private async audit(
    manager: EntityManager,
    payment: PaymentRow,
    actor: Actor,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await this.audits.append(manager, [
      {
        accountId: payment.account_id,
        actor,
        action,
        objectType: 'payment',
        objectId: payment.id,
        paymentId: payment.id,
        changes,
      },
    ]);
  }
}

export interface Revision {
  amountMinor?: bigint;
  notes?: string;
  actor: Actor;
}

export interface Approval {
  receivedMinor: bigint;
  reference: string | null;
  /** Where the money lay, when it was here before. */
  ledgerAccount?: LedgerCode;
  actor: Actor;
}

export interface Reversal {
  sourceId: string;
  amountMinor: bigint;
  reason: string;
  actor: Actor;
}

function assertWaiting(payment: PaymentRow, act: string): void {
  const waits = transition(payment.status, 'completed', 'approval');
  if (waits.allowed && waits.changes) return;
  throw wrongState(payment.status, act);
}
