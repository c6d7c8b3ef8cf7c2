import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Actor, DomainError, gatewayActor } from '../../common/index.js';
import { change } from '../../database/index.js';
import type { LedgerCode } from '../../ledger/index.js';
import type { RefundStatus } from '../../providers/index.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { Settled } from '../settlement/settlement.types.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';

/** Takes the money out of where it lies, once the rows are locked; answers that ledger account. */
export type PaidOut = (manager: EntityManager, refund: RefundRow) => Promise<LedgerCode>;

type Said = Partial<Pick<RefundStatus, 'gatewayRefundId' | 'wireStatus' | 'failure'>>;
type Moved = Pick<Settled, 'disposition' | 'reason'>;

const APPLIED: Moved = { disposition: 'applied', reason: null };
const DONE_BEFORE: Moved = { disposition: 'no_change', reason: 'already_so' };

/**
 * How a refund moves, in the caller's transaction. Locks are taken payable → payment → refund; a step that
 * was taken before changes nothing.
 */
@Injectable()
export class RefundSteps {
  constructor(
    private readonly settlement: Settlement,
    private readonly refunds: RefundRepository,
  ) {}

  /** The money is back with the payer; `paidOut` where it did not leave through the provider. */
  async complete(
    manager: EntityManager,
    id: number,
    said: Said,
    actor: Actor,
    paidOut?: PaidOut,
  ): Promise<Moved> {
    const refund = await this.lock(manager, id);
    if (refund.status === 'completed') return DONE_BEFORE;
    const ledgerAccount = await paidOut?.(manager, refund);
    const settled = await this.settlement.settle(manager, {
      kind: 'refunded',
      paymentId: refund.payment_id,
      refundId: String(refund.id),
      provider: refund.provider,
      amountMinor: BigInt(refund.amount_minor),
      // A refund that had failed gave its reservation back.
      reserved: refund.status !== 'failed',
      ...(ledgerAccount ? { ledgerAccount } : {}),
      reason: refund.reason,
      actor,
    });
    // It was done once and its money came back: this is the old news again.
    if (settled.disposition !== 'applied') return DONE_BEFORE;
    await this.refunds.move(manager, refund, 'completed', said, actor);
    return APPLIED;
  }

  /** It did not happen; or, after it had completed, the money came back to us. */
  async fail(manager: EntityManager, id: number, said: Said, actor: Actor): Promise<Moved> {
    const refund = await this.lock(manager, id);
    if (refund.status === 'failed') return DONE_BEFORE;
    if (refund.status === 'completed') {
      await this.settlement.settle(manager, {
        kind: 'reversed',
        of: 'refund',
        paymentId: refund.payment_id,
        sourceId: String(refund.id),
        provider: refund.provider,
        amountMinor: BigInt(refund.amount_minor),
        reason: said.failure?.message ?? 'The refund came back',
        actor,
      });
    } else {
      await this.unreserve(manager, refund);
    }
    await this.refunds.move(manager, refund, 'failed', said, actor);
    return APPLIED;
  }

  /** Under its lock, one that never left: what it had reserved is free again. */
  async abandon(
    manager: EntityManager,
    refund: RefundRow,
    said: Said,
    actor: Actor,
  ): Promise<void> {
    await this.unreserve(manager, refund);
    await this.refunds.move(manager, refund, 'failed', said, actor);
  }

  private async unreserve(manager: EntityManager, refund: RefundRow): Promise<void> {
    await change(
      manager,
      `UPDATE payments SET refunding_minor = refunding_minor - $2, version = version + 1,
         updated_at = now() WHERE id = $1 RETURNING id`,
      [refund.payment_id, refund.amount_minor],
    );
  }

  /** The gateway has it, or perhaps has it; or nobody can do it but a person. */
  async wait(
    manager: EntityManager,
    id: number,
    to: 'processing' | 'needs_attention',
    said: Said,
    actor: Actor,
  ): Promise<Moved> {
    const refund = await this.lock(manager, id);
    if (refund.status === 'completed' || refund.status === 'failed') return DONE_BEFORE;
    await this.refunds.move(manager, refund, to, said, actor);
    return APPLIED;
  }

  /** What a query or a verified notification says of a refund. */
  async reported(manager: EntityManager, refund: RefundRow, said: RefundStatus): Promise<Moved> {
    const actor = gatewayActor(refund.provider);
    if (said.amount && said.amount.minor !== BigInt(refund.amount_minor)) {
      return { disposition: 'parked', reason: 'refund_amount_mismatch' };
    }
    const { settled_by: byPerson } = await this.lock(manager, refund.id);
    switch (said.state) {
      case 'completed':
        // The payer has it twice.
        if (byPerson !== null) return { disposition: 'parked', reason: 'refund_paid_by_hand_too' };
        return this.completeIfLeft(manager, refund.id, said, actor);
      case 'failed':
        // What the gateway could not do, a person has done.
        return byPerson === null ? this.fail(manager, refund.id, said, actor) : DONE_BEFORE;
      case 'processing':
        return this.wait(manager, refund.id, 'processing', said, actor);
      default:
        return { disposition: 'parked', reason: 'unknown_refund_status' };
    }
  }

  /** Of one that had failed, the money may have been promised or paid back otherwise since. */
  private async completeIfLeft(
    manager: EntityManager,
    id: number,
    said: Said,
    actor: Actor,
  ): Promise<Moved> {
    try {
      return await this.complete(manager, id, said, actor);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'refund_exceeds_payment') throw error;
      return { disposition: 'parked', reason: error.code };
    }
  }

  private async lock(manager: EntityManager, id: number): Promise<RefundRow> {
    const head = await this.refunds.find(manager, id);
    if (!head) throw new Error(`refund ${id} does not exist`);
    await this.settlement.lockRows(manager, head.payment_id);
    return this.refunds.lock(manager, id);
  }
}
