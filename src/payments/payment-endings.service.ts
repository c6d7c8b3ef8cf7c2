import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../audits/index.js';
import { actorOf, type Principal } from '../common/index.js';
import { change, Transactions } from '../database/index.js';
import type { PaymentRow } from './payment.entity.js';
import { attemptInProgress, paymentNotFound, wrongState } from './payment.errors.js';
import { PaymentRepository, PAYMENT_COLUMNS } from './payment.repository.js';
import { transition } from './payment.state.js';
import { Releases } from './settlement/releases.service.js';
import { Settlement } from './settlement/settlement.service.js';

/** Payments as people withdraw them before any money moved. What they were for is let go of. */
@Injectable()
export class PaymentEndings {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: PaymentRepository,
    private readonly settlement: Settlement,
    private readonly releases: Releases,
    private readonly audits: Audits,
  ) {}

  /** Hides a payment that nothing was tried for; its audit trail stays. */
  async remove(caller: Principal, seen: PaymentRow): Promise<void> {
    await this.transactions.run(async (manager) => {
      const payment = await this.lock(manager, seen.id);
      if (payment.status !== 'pending') throw wrongState(payment.status, 'deleted');
      if (await this.repository.findOpenAttempt(manager, payment.id)) throw attemptInProgress(30);
      await change(
        manager,
        'UPDATE payments SET deleted_at = now(), version = version + 1, updated_at = now() WHERE id = $1 RETURNING id',
        [payment.id],
      );
      await this.ended(manager, caller, payment, 'payment.deleted', {});
    });
  }

  /** Ends a payment that has not been handed to a gateway. */
  async cancel(caller: Principal, seen: PaymentRow): Promise<PaymentRow> {
    return this.transactions.run(async (manager) => {
      const payment = await this.lock(manager, seen.id);
      if (payment.status === 'cancelled') return payment;
      if (await this.repository.findOpenAttempt(manager, payment.id)) throw attemptInProgress(30);
      if (!transition(payment.status, 'cancelled', 'cancellation').allowed) {
        throw wrongState(payment.status, 'cancelled');
      }
      const [row] = await change<PaymentRow>(
        manager,
        `UPDATE payments p SET status = 'cancelled', processed_at = now(), version = version + 1,
           updated_at = now() WHERE p.id = $1 RETURNING ${PAYMENT_COLUMNS}`,
        [payment.id],
      );
      await this.ended(manager, caller, payment, 'payment.cancelled', {
        status: [payment.status, 'cancelled'],
      });
      return row ?? payment;
    });
  }

  private async lock(manager: EntityManager, id: number): Promise<PaymentRow> {
    const { payment } = await this.settlement.lockRows(manager, id);
    if (payment.deleted_at) throw paymentNotFound();
    return payment;
  }

  private async ended(
    manager: EntityManager,
    caller: Principal,
    payment: PaymentRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    const actor = actorOf(caller);
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
    await this.releases.afterEnd(manager, payment, { outcome: 'cancelled', actor });
  }
}
