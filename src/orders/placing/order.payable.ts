import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { type Actor, formatMinor, type ObjectId } from '../../common/index.js';
import { change } from '../../database/index.js';
import type {
  Payable,
  PayableDescription,
  PayableFact,
  PayablePort,
  PayableRelease,
} from '../../payments/index.js';
import { outOfStock } from '../order.errors.js';
import { OrderReader } from './order.reader.js';
import { type OrderRow, type OrderStatus, owedMinor, type StockState } from './order.types.js';
import { Stock } from './stock.service.js';
import { UnpaidOrders } from './unpaid-orders.service.js';

/**
 * Orders as the payments module reaches them. Stock follows the money: held while a payment may come,
 * released when none will, sold when it came, returned when all of it went back before the goods did.
 */
@Injectable()
export class OrderPayable implements PayablePort {
  readonly kind = 'order';

  constructor(
    private readonly reader: OrderReader,
    private readonly stock: Stock,
    private readonly unpaid: UnpaidOrders,
    private readonly audits: Audits,
  ) {}

  async find(id: ObjectId): Promise<Payable | null> {
    const row = await this.reader.find(id);
    return row && toPayable(row);
  }

  async lock(manager: EntityManager, id: ObjectId): Promise<Payable | null> {
    const row = await this.reader.find(id, manager, 'FOR UPDATE OF o');
    return row && toPayable(row);
  }

  /**
   * Takes all or nothing: an order is paid whole, and only while its goods are to be had. What is not taken
   * (a cancelled order's, too) is kept as unallocated, and a person pays it back. An order whose goods are
   * gone when its money comes is cancelled, so that nobody pays for it twice. A refund that failed later
   * brings the order back the same way.
   */
  async settle(manager: EntityManager, fact: PayableFact): Promise<{ appliedMinor: bigint }> {
    assertPositive(fact);
    const order = await this.locked(manager, fact.payableId);
    const appliedMinor = takes(order, fact);
    if (appliedMinor === 0n) return { appliedMinor };
    const short = await this.stock.move(manager, order, 'sold');
    if (short.length > 0) {
      await this.soldOut(manager, order, fact, short);
      return { appliedMinor: 0n };
    }
    const paidMinor = BigInt(order.paid_minor) + appliedMinor;
    await this.update(manager, order, fact, 'order.paid', {
      status: 'paid',
      stock_state: 'sold',
      paidMinor,
    });
    return { appliedMinor };
  }

  /**
   * A full refund of what was not fulfilled puts the goods back on the shelf; after that, and after a partial
   * refund, they stay where they are.
   * @throws Error when the order never got as much.
   */
  async reverse(manager: EntityManager, fact: PayableFact): Promise<void> {
    assertPositive(fact);
    const order = await this.locked(manager, fact.payableId);
    const paidMinor = BigInt(order.paid_minor) - fact.amountMinor;
    if (paidMinor < 0n) {
      throw new Error(
        `order ${order.id} cannot give back ${fact.amountMinor} of payment ${fact.paymentId}`,
      );
    }
    const returns = paidMinor === 0n && order.fulfilled_at === null;
    if (returns) await this.stock.move(manager, order, 'released');
    await this.update(manager, order, fact, 'order.payment_reversed', {
      status: paidMinor === 0n ? 'refunded' : 'paid',
      stock_state: returns ? 'released' : 'sold',
      paidMinor,
    });
  }

  /** @throws DomainError `out_of_stock` when what was released is gone. */
  async hold(
    manager: EntityManager,
    { payableId, actor }: { payableId: number; actor: Actor },
  ): Promise<void> {
    const order = await this.locked(manager, payableId);
    if (order.status !== 'pending' || order.stock_state !== 'released') return;
    const short = await this.stock.move(manager, order, 'held');
    if (short.length > 0) throw outOfStock(short);
    const held = await this.moved(manager, order, 'held');
    await this.note(manager, order, { actor, paymentId: null }, 'order.stock_held', {});
    await this.unpaid.watch(manager, held);
  }

  async release(manager: EntityManager, ended: PayableRelease): Promise<void> {
    const order = await this.locked(manager, ended.payableId);
    await this.letGo(manager, order, { ...ended, reason: `payment_${ended.outcome}` });
  }

  /** Under the order's lock: what is held for an unpaid order goes back on sale. */
  async letGo(
    manager: EntityManager,
    order: OrderRow,
    why: { actor: Actor; paymentId: number | null; reason: string },
  ): Promise<void> {
    if (order.status !== 'pending' || order.stock_state !== 'held') return;
    await this.stock.move(manager, order, 'released');
    await this.moved(manager, order, 'released');
    await this.note(manager, order, why, 'order.stock_released', { reason: why.reason });
  }

  async describe(ids: number[]): Promise<Map<number, PayableDescription>> {
    const rows = await this.reader.findAll(ids);
    return new Map(rows.map((row) => [row.id, describeOrder(row)]));
  }

  private async soldOut(
    manager: EntityManager,
    order: OrderRow,
    fact: PayableFact,
    short: string[],
  ): Promise<void> {
    const status = order.status === 'pending' ? 'cancelled' : order.status;
    await change(
      manager,
      'UPDATE orders SET status = $2, version = version + 1, updated_at = now() WHERE id = $1',
      [order.id, status],
    );
    await this.note(manager, order, fact, 'order.payment_not_applied', {
      status: [order.status, status],
      amount: formatMinor(fact.amountMinor, order.currency),
      currency: order.currency,
      out_of_stock: short,
    });
  }

  private async locked(manager: EntityManager, id: number): Promise<OrderRow> {
    const order = await this.reader.find({ id }, manager, 'FOR UPDATE OF o');
    if (!order) throw new Error(`order ${id} does not exist`);
    return order;
  }

  private async moved(
    manager: EntityManager,
    order: OrderRow,
    stockState: StockState,
  ): Promise<OrderRow> {
    const version = order.version + 1;
    await change(
      manager,
      'UPDATE orders SET stock_state = $2, version = $3, updated_at = now() WHERE id = $1',
      [order.id, stockState, version],
    );
    return { ...order, stock_state: stockState, version };
  }

  private async update(
    manager: EntityManager,
    order: OrderRow,
    fact: PayableFact,
    action: string,
    next: { status: OrderStatus; stock_state: StockState; paidMinor: bigint },
  ): Promise<void> {
    await change(
      manager,
      `UPDATE orders SET status = $2, stock_state = $3, paid_minor = $4, version = version + 1,
         updated_at = now() WHERE id = $1`,
      [order.id, next.status, next.stock_state, next.paidMinor.toString()],
    );
    const shown = (minor: bigint | string): string => formatMinor(minor, order.currency);
    await this.note(manager, order, fact, action, {
      status: [order.status, next.status],
      amount_paid: [shown(order.paid_minor), shown(next.paidMinor)],
      currency: order.currency,
      stock: [order.stock_state, next.stock_state],
    });
  }

  private note(
    manager: EntityManager,
    order: OrderRow,
    { actor, paymentId }: { actor: Actor; paymentId: number | null },
    action: string,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: order.account_id,
        actor,
        action,
        objectType: 'order',
        objectId: order.id,
        paymentId,
        changes: { reference: order.reference, ...changes },
      },
    ]);
  }
}

/** How much of `amountMinor` the order takes if its goods are to be had; minor units. */
function takes(order: OrderRow, { amountMinor, returned = false }: PayableFact): bigint {
  if (order.status === 'cancelled') return 0n;
  const total = BigInt(order.total_minor);
  if (returned && order.status !== 'pending') {
    const left = total - BigInt(order.paid_minor);
    return amountMinor < left ? amountMinor : left;
  }
  // Less than the total buys nothing, and what was refunded in part is not owed again.
  return order.status === 'paid' || amountMinor < total ? 0n : total;
}

function assertPositive({ amountMinor, paymentId }: PayableFact): void {
  if (amountMinor <= 0n) throw new Error(`payment ${paymentId} moves ${amountMinor}`);
}

export function toPayable(row: OrderRow): Payable {
  return {
    kind: 'order',
    id: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    reference: row.reference,
    title: titleOf(row),
    currency: row.currency,
    totalMinor: BigInt(row.total_minor),
    paidMinor: BigInt(row.paid_minor),
    owedMinor: owedMinor(row),
    customerId: row.user_id,
    customerName: row.user_name,
    customerEmail: row.user_email,
    customerPhone: row.ship_to.phone ?? row.user_phone,
    ownerId: null,
    acceptsParts: false,
  };
}

function titleOf(row: OrderRow): string {
  return `Order ${row.reference}`;
}

function describeOrder(row: OrderRow): PayableDescription {
  const { city, country, phone } = row.ship_to;
  return {
    kind: 'order',
    id: row.id,
    uuid: row.uuid,
    reference: row.reference,
    status: row.status,
    title: titleOf(row),
    property: row.shop,
    location: `${city}, ${country}`,
    checkIn: null,
    checkOut: null,
    guests: null,
    customerName: row.user_name,
    customerEmail: row.user_email,
    customerPhone: phone ?? row.user_phone,
  };
}
