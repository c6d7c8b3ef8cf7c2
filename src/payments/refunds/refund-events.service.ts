import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { gatewayActor, type Money, randomToken } from '../../common/index.js';
import { change, Outbox } from '../../database/index.js';
import type { WebhookEvent } from '../../providers/index.js';
import type { AttemptRow } from '../payment.entity.js';
import { isPaid } from '../payment.state.js';
import { Settlement } from '../settlement/settlement.service.js';
import type { Settled } from '../settlement/settlement.types.js';
import type { RefundRow } from './refund.entity.js';
import { RefundRepository } from './refund.repository.js';
import { REFUND_EXECUTE } from './refund-routes.service.js';
import { RefundSteps } from './refund-steps.service.js';

type Told = NonNullable<WebhookEvent['refund']>;
type Applied = Pick<Settled, 'disposition' | 'reason'>;

const UNKNOWN: Applied = { disposition: 'parked', reason: 'unknown_refund' };

/**
 * What verified notifications say of refunds: those asked for here move; one made at the gateway itself
 * (in its dashboard, say) is taken into the books like any other.
 */
@Injectable()
export class RefundEvents {
  constructor(
    private readonly refunds: RefundRepository,
    private readonly steps: RefundSteps,
    private readonly settlement: Settlement,
    private readonly outbox: Outbox,
  ) {}

  async apply(manager: EntityManager, attempt: AttemptRow, said: Told): Promise<Applied> {
    const known =
      said.reference === null && said.gatewayRefundId === null
        ? null
        : await this.refunds.findNamed(manager, attempt.id, said.reference, said.gatewayRefundId);
    if (known) return this.steps.reported(manager, known, said);
    // The id of one of ours may not have come back yet: then this may be about that one.
    const open = await this.refunds.openOf(manager, attempt.id);
    for (const id of open) await this.outbox.hasten(manager, REFUND_EXECUTE, String(id));
    if (open.length > 0) {
      return said.gatewayRefundId === null
        ? { disposition: 'no_change', reason: 'asked_about_refunds' }
        : UNKNOWN;
    }
    const adoptable = said.state === 'completed' || said.state === 'processing';
    if (said.reference !== null || said.gatewayRefundId === null || !said.amount || !adoptable) {
      return UNKNOWN;
    }
    return this.adopt(manager, attempt, { ...said, amount: said.amount });
  }

  /** Nobody asked for it here, and the gateway has proven that it happened. */
  private async adopt(
    manager: EntityManager,
    attempt: AttemptRow,
    said: Told & { amount: Money },
  ): Promise<Applied> {
    const { payment } = await this.settlement.lockRows(manager, attempt.payment_id);
    if (said.amount.currency.code !== payment.currency || attempt.overpayment) return UNKNOWN;
    const left =
      BigInt(payment.amount_minor) -
      BigInt(payment.refunded_minor) -
      BigInt(payment.refunding_minor) -
      BigInt(payment.moved_minor);
    if (!isPaid(payment.status) || said.amount.minor > left) {
      return { disposition: 'parked', reason: 'refund_exceeds_payment' };
    }
    await change(
      manager,
      `UPDATE payments SET refunding_minor = refunding_minor + $2, version = version + 1,
         updated_at = now() WHERE id = $1 RETURNING id`,
      [payment.id, said.amount.minor.toString()],
    );
    const refund = await this.write(manager, attempt, said);
    return this.steps.reported(manager, refund, said);
  }

  private async write(
    manager: EntityManager,
    attempt: AttemptRow,
    said: Told & { amount: Money },
  ): Promise<RefundRow> {
    const row = await this.refunds.insert(
      manager,
      {
        payment_id: attempt.payment_id,
        transaction_id: attempt.id,
        account_id: attempt.account_id,
        provider: attempt.provider,
        reference: `rf-${randomToken()}`,
        currency: attempt.currency,
        amount_minor: said.amount.minor.toString(),
        reason: 'Refunded at the gateway',
        status: 'processing',
        approval: 'not_needed',
        requested_by: null,
        idempotency_claim_id: null,
      },
      gatewayActor(attempt.provider),
    );
    const [sent] = await change<RefundRow>(
      manager,
      `UPDATE refunds SET sent_at = app_now(), gateway_refund_id = $2 WHERE id = $1 RETURNING *`,
      [row.id, said.gatewayRefundId],
    );
    if (!sent) throw new Error(`refund ${row.id} does not exist`);
    // Its further way is followed like that of a refund sent from here.
    await this.outbox.add(manager, {
      topic: REFUND_EXECUTE,
      key: String(row.id),
      payload: { refundId: row.id },
      delayS: 60,
    });
    return sent;
  }
}
