import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits, type NewAuditEntry } from '../../audits/index.js';
import { gatewayActor } from '../../common/index.js';
import { change, Outbox } from '../../database/index.js';
import type { InitiateResult, PaymentProvider, StatusResult } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { Settled } from '../settlement/settlement.types.js';
import { ATTEMPT_CHECK } from './attempt-opening.service.js';
import { nextCheckInS } from './poll-schedule.js';

/** Writes what a gateway said about an attempt. Facts about money go through the settle path. */
@Injectable()
export class AttemptOutcome {
  constructor(
    private readonly settlement: Settlement,
    private readonly audits: Audits,
    private readonly outbox: Outbox,
  ) {}

  /** The gateway took the order; the payer decides next. A callback may have been faster. */
  async accepted(
    manager: EntityManager,
    provider: PaymentProvider,
    attempt: AttemptRow,
    result: Extract<InitiateResult, { outcome: 'accepted' }>,
  ): Promise<void> {
    await manager.query(
      `UPDATE payments SET transaction_ref = coalesce(transaction_ref, $2), updated_at = now()
       WHERE id = $1 AND status = 'processing'`,
      [attempt.payment_id, result.gatewayTransactionId],
    );
    const moved = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET status = 'pending', review_reason = NULL, failure_reason = NULL,
         updated_at = now()
       WHERE id = $1 AND status IN ('initiated', 'unknown') RETURNING id`,
      [attempt.id],
    );
    await manager.query(
      `UPDATE payment_transactions SET
         gateway_transaction_id = coalesce(gateway_transaction_id, $2), gateway_data = $3,
         request_payload = $4, checkout_url = $5, answered_at = coalesce(answered_at, app_now()),
         updated_at = now()
       WHERE id = $1`,
      [
        attempt.id,
        result.gatewayTransactionId,
        JSON.stringify(result.gatewayData),
        JSON.stringify(result.request),
        result.checkoutUrl,
      ],
    );
    if (moved.length === 0) return;
    await this.audits.append(manager, [
      this.entry(attempt, 'transaction.pending', {
        status: [attempt.status, 'pending'],
        gateway_transaction_id: result.gatewayTransactionId,
      }),
    ]);
    const { pollScheduleS, lifetimeS, statusQuery } = provider.capabilities;
    const delayS = nextCheckInS(statusQuery ? pollScheduleS : [], lifetimeS, 0, Math.random());
    await this.outbox.reschedule(manager, ATTEMPT_CHECK, String(attempt.id), delayS ?? lifetimeS);
  }

  /** Sent, and no trustworthy answer: never failed, never pending, and visible to people. */
  async unknown(manager: EntityManager, attempt: AttemptRow, why: string): Promise<void> {
    const moved = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET status = 'unknown', review_reason = 'outcome_unknown',
         failure_reason = $2, updated_at = now()
       WHERE id = $1 AND status = 'initiated' RETURNING id`,
      [attempt.id, why],
    );
    if (moved.length > 0) await this.lost(manager, attempt, 'initiated', why);
  }

  /** Was pending, and the gateway cannot say how it stands: a person has to find out. */
  async handedOver(manager: EntityManager, attempt: AttemptRow, reason: string): Promise<void> {
    const moved = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET status = 'unknown', updated_at = now()
       WHERE id = $1 AND status = 'pending' RETURNING id`,
      [attempt.id],
    );
    if (moved.length > 0) await this.lost(manager, attempt, 'pending', reason);
    await this.flag(manager, attempt, reason, null);
  }

  /**
   * What a query or a verified notification says. `unknown` moves nothing; `reversed` is for a person, since
   * what it means is not documented by the gateways that say it.
   */
  async reported(
    manager: EntityManager,
    attempt: AttemptRow,
    result: StatusResult,
  ): Promise<Pick<Settled, 'disposition' | 'reason'>> {
    const actor = gatewayActor(attempt.provider);
    switch (result.state) {
      case 'paid':
        return this.settlement.settle(manager, {
          kind: 'paid',
          transactionId: attempt.id,
          cause: 'evidence',
          gatewayTransactionId: result.gatewayTransactionId,
          amount: result.amount,
          wireStatus: result.wireStatus,
          actor,
        });
      case 'failed':
      case 'cancelled':
      case 'expired':
        return this.settlement.settle(manager, {
          kind: 'failed',
          transactionId: attempt.id,
          outcome: result.state,
          code: result.failure?.code ?? result.state,
          reason: result.failure?.message ?? `The gateway reports ${result.wireStatus}`,
          wireStatus: result.wireStatus,
          actor,
        });
      case 'pending':
        return (await this.heardOf(manager, attempt, result))
          ? { disposition: 'applied', reason: null }
          : { disposition: 'no_change', reason: 'still_pending' };
      case 'reversed':
        await this.flag(manager, attempt, 'reversed_at_gateway', result.wireStatus);
        return { disposition: 'parked', reason: 'reversed_at_gateway' };
      default:
        return { disposition: 'parked', reason: 'unknown_status' };
    }
  }

  /**
   * The gateway has an order whose answer was lost: no person has to find that out any more. Looks at it go on,
   * also where they had ended. False for one that was not unknown.
   */
  private async heardOf(
    manager: EntityManager,
    attempt: AttemptRow,
    { gatewayTransactionId, wireStatus }: StatusResult,
  ): Promise<boolean> {
    const moved = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET status = 'pending', review_reason = NULL, failure_reason = NULL,
         gateway_transaction_id = coalesce(gateway_transaction_id, $2), wire_status = $3,
         updated_at = now()
       WHERE id = $1 AND status = 'unknown' RETURNING id`,
      [attempt.id, gatewayTransactionId, wireStatus],
    );
    if (moved.length === 0) return false;
    await this.audits.append(manager, [
      this.entry(attempt, 'transaction.pending', {
        status: ['unknown', 'pending'],
        gateway_transaction_id: gatewayTransactionId,
      }),
    ]);
    await this.outbox.hasten(manager, ATTEMPT_CHECK, String(attempt.id));
    return true;
  }

  private async lost(
    manager: EntityManager,
    attempt: AttemptRow,
    from: 'initiated' | 'pending',
    why: string,
  ): Promise<void> {
    await this.audits.append(manager, [
      this.entry(attempt, 'transaction.outcome_unknown', { status: [from, 'unknown'], why }),
    ]);
  }

  /** Puts the attempt on the list that people look at, without moving it. */
  async flag(
    manager: EntityManager,
    attempt: AttemptRow,
    reason: string,
    wireStatus: string | null,
  ): Promise<void> {
    const flagged = await change<{ id: number }>(
      manager,
      `UPDATE payment_transactions SET review_reason = $2, wire_status = coalesce($3, wire_status),
         updated_at = now()
       WHERE id = $1 AND review_reason IS DISTINCT FROM $2 RETURNING id`,
      [attempt.id, reason, wireStatus],
    );
    if (flagged.length === 0) return;
    await this.audits.append(manager, [
      this.entry(attempt, 'transaction.needs_review', { reason, wire_status: wireStatus }),
    ]);
  }

  private entry(
    attempt: AttemptRow,
    action: string,
    changes: Record<string, unknown>,
  ): NewAuditEntry {
    return {
      accountId: attempt.account_id,
      actor: gatewayActor(attempt.provider),
      action,
      objectType: 'transaction',
      objectId: attempt.id,
      paymentId: attempt.payment_id,
      changes,
    };
  }
}
