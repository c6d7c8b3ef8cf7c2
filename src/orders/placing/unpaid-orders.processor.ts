import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SYSTEM } from '../../common/index.js';
import {
  OutboxHandlers,
  type OutboxRow,
  type OutboxVerdict,
  Transactions,
} from '../../database/index.js';
import { PaymentReader } from '../../payments/index.js';
import { OrderPayable } from './order.payable.js';
import { OrderReader } from './order.reader.js';
import { ORDER_UNPAID } from './unpaid-orders.service.js';

/** An attempt that is under way decides by itself; this is how often one looks whether it has. */
const AGAIN_S = 300;

/** Puts the goods of orders back on sale that nobody paid in time. They can still be paid while there are some. */
@Injectable()
export class UnpaidOrdersProcessor implements OnModuleInit {
  constructor(
    private readonly handlers: OutboxHandlers,
    private readonly transactions: Transactions,
    private readonly reader: OrderReader,
    private readonly payments: PaymentReader,
    private readonly payable: OrderPayable,
  ) {}

  onModuleInit(): void {
    this.handlers.register({
      kind: 'lease',
      topic: ORDER_UNPAID,
      leaseS: 30,
      handle: (row) => this.look(row),
    });
  }

  private look(row: OutboxRow): Promise<OutboxVerdict> {
    return this.transactions.run(async (manager) => {
      const id = Number(row.payload['orderId']);
      const order = await this.reader.find({ id }, manager, 'FOR UPDATE OF o');
      if (!order || order.method === 'COD') return { done: true };
      if (await this.payments.hasOpenAttempt('order', id, manager)) {
        return { done: false, againInS: AGAIN_S };
      }
      await this.payable.letGo(manager, order, {
        actor: SYSTEM,
        paymentId: null,
        reason: 'unpaid_too_long',
      });
      return { done: true };
    });
  }
}
