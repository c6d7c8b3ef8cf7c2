import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, type ObjectId, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { orderHasPayments, wrongOrderState } from '../order.errors.js';
import { OrderReader } from './order.reader.js';
import type { OrderRow } from './order.types.js';
import { PaymentsOfOrders } from './payments-of-orders.service.js';
import { Stock } from './stock.service.js';

/** Orders as people end them: called off, or handed over. Their money moves through `OrderPayable` alone. */
@Injectable()
export class Orders {
  constructor(
    private readonly transactions: Transactions,
    private readonly reader: OrderReader,
    private readonly stock: Stock,
    private readonly payments: PaymentsOfOrders,
    private readonly audits: Audits,
  ) {}

  /**
   * Its payments end with it. Money that arrives afterwards is kept as unallocated.
   * @throws DomainError `order_not_found`, `order_has_payments`, `invalid_order_state`,
   * `attempt_in_progress` while somebody is asked for money.
   */
  async cancel(caller: Principal, id: ObjectId, reason: string | null): Promise<OrderRow> {
    const seen = await this.reader.read(caller, id);
    assertCancellable(seen);
    await this.payments.withdraw(caller, seen);
    return this.transactions.run(async (manager) => {
      const order = await this.reader.read(caller, { id: seen.id }, manager, 'FOR UPDATE OF o');
      assertCancellable(order);
      await this.payments.assertNoneUnderWay(manager, order);
      await this.stock.move(manager, order, 'released');
      await change(
        manager,
        `UPDATE orders SET status = 'cancelled', stock_state = 'released', version = version + 1,
           updated_at = now() WHERE id = $1`,
        [order.id],
      );
      await this.audit(manager, caller, order, 'order.cancelled', {
        status: [order.status, 'cancelled'],
        ...(reason ? { reason } : {}),
      });
      return this.reader.read(caller, { id: order.id }, manager);
    });
  }

  /** The goods left the house. @throws DomainError `order_not_found`, `invalid_order_state`. */
  fulfil(caller: Principal, id: ObjectId): Promise<OrderRow> {
    return this.transactions.run(async (manager) => {
      const order = await this.reader.read(caller, id, manager, 'FOR UPDATE OF o');
      if (order.status !== 'paid') throw wrongOrderState(order.status, 'fulfilled');
      if (order.fulfilled_at) return order;
      await change(
        manager,
        `UPDATE orders SET fulfilled_at = now(), version = version + 1, updated_at = now()
         WHERE id = $1`,
        [order.id],
      );
      await this.audit(manager, caller, order, 'order.fulfilled', {});
      return this.reader.read(caller, { id: order.id }, manager);
    });
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    order: OrderRow,
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: order.account_id,
        actor: actorOf(caller),
        action,
        objectType: 'order',
        objectId: order.id,
        changes: { reference: order.reference, ...changes },
      },
    ]);
  }
}

function assertCancellable(order: OrderRow): void {
  if (order.status === 'paid') throw orderHasPayments();
  if (order.status !== 'pending') throw wrongOrderState(order.status, 'cancelled');
}
