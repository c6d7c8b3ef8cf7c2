import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import type { CheckoutOrder } from '../checkout/checkout.types.js';
import { assertPayable, titled } from '../payable.rules.js';
import type { Payable } from '../payable.port.js';
import { Payables } from '../payables.registry.js';
import type { PaymentRow } from '../payment.entity.js';
import { alreadyCompleted } from '../payment.errors.js';
import { PaymentMaking } from '../payment-making.service.js';
import { PaymentRepository } from '../payment.repository.js';
import { assertMayTakeCash, CashPayments } from './cash-payments.service.js';

/** `provider: "cash"`: what is owed is paid at once, into the drawer of whoever takes it. */
@Injectable()
export class CashCheckouts {
  constructor(
    private readonly transactions: Transactions,
    private readonly payables: Payables,
    private readonly repository: PaymentRepository,
    private readonly making: PaymentMaking,
    private readonly cash: CashPayments,
  ) {}

  /** The same claim again answers the attempt that it made before. */
  async start(order: CheckoutOrder): Promise<{ attemptId: number }> {
    const cashier = order.caller;
    assertMayTakeCash(cashier);
    return this.transactions.run(async (manager) => {
      const port = this.payables.get(order.payable.kind);
      const payable = await port.lock(manager, { id: order.payable.id });
      if (!payable) {
        const message = `${titled(order.payable.kind)} not found`;
        throw new DomainError('not_found', 'payable_not_found', message);
      }
      const earlier = await this.cash.takenByClaim(manager, order.claimId);
      if (earlier) return { attemptId: earlier.id };
      const amountMinor = order.amountMinor ?? payable.owedMinor;
      if (payable.owedMinor === 0n && payable.paidMinor > 0n) throw alreadyCompleted();
      assertPayable(payable, amountMinor);
      const payment =
        (await this.announced(manager, payable, amountMinor)) ??
        (await this.make(manager, payable, order, amountMinor));
      const rows = { port, payable, payment };
      const attempt = await this.cash.take(manager, cashier, rows, order.claimId);
      if (!attempt) throw alreadyCompleted();
      return { attemptId: attempt.id };
    });
  }

  /** A payment of the same amount that was announced as cash. */
  private async announced(
    manager: EntityManager,
    payable: Payable,
    amountMinor: bigint,
  ): Promise<PaymentRow | null> {
    const rows: { id: number }[] = await manager.query(
      `SELECT id FROM payments WHERE payable_kind = $1 AND payable_id = $2 AND amount_minor = $3
         AND deleted_at IS NULL AND status = 'pending' AND payment_method IN ('cash', 'COD')
       ORDER BY id LIMIT 1`,
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
      method: 'cash',
      network: null,
      notes: '',
      claimId: order.claimId,
      payer: order.payer,
    });
  }
}
