import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { AttemptOpening, type OpenedAttempt } from '../attempts/attempt-opening.service.js';
import { attemptInProgress } from '../payment.errors.js';
import { assertPayable, titled } from '../payable.rules.js';
import type { Payable } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { AttemptRow, PaymentRow } from '../payment.entity.js';
import { PaymentMaking } from '../payment-making.service.js';
import { PaymentRepository } from '../payment.repository.js';
import type { CheckoutOrder } from './checkout.types.js';

/** Finds or makes the payment of a checkout under the payable's lock, and opens its attempt. */
@Injectable()
export class CheckoutOpening {
  constructor(
    private readonly dataSource: DataSource,
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly making: PaymentMaking,
    private readonly opening: AttemptOpening,
  ) {}

  async open(manager: EntityManager, order: CheckoutOrder): Promise<OpenedAttempt> {
    const { kind, id } = order.payable;
    const payable = await this.payables.get(kind).lock(manager, { id });
    if (!payable)
      throw new DomainError('not_found', 'payable_not_found', `${titled(kind)} not found`);
    const running = await this.running(manager, payable);
    if (running) return this.resume(manager, payable, running, order);
    assertSomethingOwed(payable);
    const amountMinor = order.amountMinor ?? payable.owedMinor;
    if (order.amountMinor !== null) assertPayable(payable, order.amountMinor);
    const payment =
      (await this.reusable(manager, payable, amountMinor)) ??
      (await this.make(manager, payable, order, amountMinor));
    return this.opening.openLocked(manager, payable, payment, {
      actor: order.actor,
      claimId: order.claimId,
      provider: order.provider,
      network: order.network,
      phone: () => order.phone,
      payer: order.payer,
      returnUrl: order.returnUrl,
    });
  }

  /** The attempt under way for this payable, whoever started it; read without a lock. */
  runningNow(payable: Payable): Promise<AttemptRow | null> {
    return this.running(this.dataSource, payable);
  }

  private async running(
    manager: Pick<EntityManager, 'query'>,
    payable: Payable,
  ): Promise<AttemptRow | null> {
    const rows: AttemptRow[] = await manager.query(
      `SELECT t.* FROM payment_transactions t JOIN payments p ON p.id = t.payment_id
       WHERE p.payable_kind = $1 AND p.payable_id = $2
         AND p.status IN ('pending', 'processing', 'failed', 'expired')
         AND t.status IN ('initiated', 'pending', 'unknown')
       ORDER BY t.id DESC LIMIT 1`,
      [payable.kind, payable.id],
    );
    return rows[0] ?? null;
  }

  /** The same gateway again: the running attempt, once its page or prompt is there. */
  private async resume(
    manager: EntityManager,
    payable: Payable,
    attempt: AttemptRow,
    order: CheckoutOrder,
  ): Promise<OpenedAttempt> {
    const payment = await this.repository.lockPayment(manager, attempt.payment_id);
    if (!payment || attempt.provider !== order.provider.code) throw attemptInProgress(5);
    if (attempt.status === 'initiated') throw attemptInProgress(1);
    return { payable, payment, attempt, toBeSent: false };
  }

  /** A payment of this amount that was tried before, or announced and not tried. */
  private async reusable(
    manager: EntityManager,
    payable: Payable,
    amountMinor: bigint,
  ): Promise<PaymentRow | null> {
    const rows: { id: number }[] = await manager.query(
      `SELECT id FROM payments WHERE payable_kind = $1 AND payable_id = $2 AND amount_minor = $3
         AND deleted_at IS NULL AND status IN ('pending', 'failed', 'expired')
         AND payment_method <> 'cash' ORDER BY id DESC LIMIT 1`,
      [payable.kind, payable.id, amountMinor.toString()],
    );
    return rows[0] ? this.repository.lockPayment(manager, rows[0].id) : null;
  }

  private make(
    manager: EntityManager,
    payable: Payable,
    order: CheckoutOrder,
    amountMinor: bigint,
  ): Promise<PaymentRow> {
    return this.making.make(manager, payable, {
      actor: order.actor,
      amountMinor,
      method: order.method,
      network: order.network,
      notes: '',
      claimId: order.claimId,
      payer: order.payer,
    });
  }
}

function assertSomethingOwed(payable: Payable): void {
  if (payable.owedMinor > 0n) return;
  throw payable.paidMinor > 0n
    ? new DomainError(
        'refused',
        'payment_already_completed',
        `Payment already completed for this ${payable.kind}`,
      )
    : new DomainError('refused', 'nothing_owed', `Nothing is owed for this ${payable.kind}`);
}
