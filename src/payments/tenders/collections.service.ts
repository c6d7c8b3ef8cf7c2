import { Injectable } from '@nestjs/common';
import { DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { Transactions } from '../../database/index.js';
import type { PaymentRow } from '../payment.entity.js';
import { paymentNotFound } from '../payment.errors.js';
import { PaymentReader } from '../payment-reader.service.js';
import { Settlement } from '../settlement/settlement.service.js';
import { CashPayments } from './cash-payments.service.js';

const COLLECTED: ReadonlySet<string> = new Set(['cash', 'COD']);

/** Cash received for a payment that was announced as cash or cash on delivery. */
@Injectable()
export class Collections {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: PaymentReader,
    private readonly settlement: Settlement,
    private readonly cash: CashPayments,
  ) {}

  /** Repeated, it answers the payment that was collected. */
  async collect(cashier: Principal, id: ObjectId, claimId: string | null): Promise<PaymentRow> {
    const seen = await this.reader.payment(cashier, id);
    if (!COLLECTED.has(seen.payment_method)) {
      throw new DomainError(
        'refused',
        'method_not_collected',
        `A ${seen.payment_method} payment is not collected in cash: set payment_method to cash first`,
        { errors: { payment_method: ['must be cash or COD'] } },
      );
    }
    await this.transactions.run(async (manager) => {
      const rows = await this.settlement.lockRows(manager, seen.id);
      if (rows.payment.deleted_at) throw paymentNotFound();
      await this.cash.take(manager, cashier, rows, claimId);
    });
    return this.reader.payment(cashier, { id: seen.id });
  }
}
