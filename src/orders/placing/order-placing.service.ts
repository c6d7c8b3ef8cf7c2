import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, formatMinor, MAX_DIGITS, type Principal } from '../../common/index.js';
import { PaymentMaking } from '../../payments/index.js';
import { type AddressRow, postalOf } from '../addresses/address.types.js';
import type { CartItemRow, CartRow } from '../carts/cart.types.js';
import { orderTooLarge, outOfStock, productUnavailable } from '../order.errors.js';
import { toPayable } from './order.payable.js';
import { OrderReader } from './order.reader.js';
import type { OrderMethod, OrderRow } from './order.types.js';
import { Stock } from './stock.service.js';
import { UnpaidOrders } from './unpaid-orders.service.js';

export interface Placement {
  cart: CartRow;
  /** With their products locked. */
  items: CartItemRow[];
  address: AddressRow;
  method: OrderMethod;
  claimId: string | null;
}

/** Turns a locked cart into an order: prices frozen, stock held, payment announced, all in one commit. */
@Injectable()
export class OrderPlacing {
  constructor(
    private readonly reader: OrderReader,
    private readonly stock: Stock,
    private readonly unpaid: UnpaidOrders,
    private readonly payments: PaymentMaking,
    private readonly audits: Audits,
  ) {}

  /** @throws DomainError `product_unavailable`, `out_of_stock`, `order_too_large`. */
  async place(manager: EntityManager, caller: Principal, placement: Placement): Promise<OrderRow> {
    const { items, method } = placement;
    const gone = items.filter(({ active }) => !active);
    if (gone.length > 0) throw productUnavailable(gone.map(({ name }) => name));
    const totalMinor = totalOf(items);
    const { id } = await this.insert(manager, caller, placement, totalMinor);
    const short = await this.stock.move(manager, { id, stock_state: 'released' }, 'held');
    if (short.length > 0) throw outOfStock(short);
    const order = await this.reader.read(caller, { id }, manager);
    await this.audits.append(manager, [
      {
        accountId: order.account_id,
        actor: actorOf(caller),
        action: 'order.placed',
        objectType: 'order',
        objectId: order.id,
        changes: {
          reference: order.reference,
          method,
          total: formatMinor(totalMinor, order.currency),
          currency: order.currency,
          items: items.map(({ name, quantity }) => `${quantity} × ${name}`),
        },
      },
    ]);
    await this.payments.make(manager, toPayable(order), {
      actor: actorOf(caller),
      amountMinor: totalMinor,
      method,
      network: null,
      notes: '',
      claimId: null,
      payer: { name: null, email: null },
    });
    await this.unpaid.watch(manager, order);
    return order;
  }

  /** The order that this claim made before. */
  madeByClaim(manager: EntityManager, claimId: string | null): Promise<OrderRow | null> {
    return this.reader.madeByClaim(manager, claimId);
  }

  private async insert(
    manager: EntityManager,
    caller: Principal,
    { cart, items, address, method, claimId }: Placement,
    totalMinor: bigint,
  ): Promise<{ id: number }> {
    const [made]: { id: number }[] = await manager.query(
      `INSERT INTO orders (account_id, user_id, reference, method, currency, total_minor,
         address_id, ship_to, idempotency_claim_id)
       SELECT $1, $2, 'ORD-' || lpad(number, greatest(6, length(number)), '0'), $3, $4, $5, $6, $7, $8
       FROM (SELECT nextval('order_numbers')::text AS number) AS next
       RETURNING id`,
      [
        caller.accountId,
        caller.userId,
        method,
        cart.currency,
        totalMinor.toString(),
        address.id,
        JSON.stringify(postalOf(address)),
        claimId,
      ],
    );
    if (!made) throw new Error('the order was not inserted');
    await manager.query(
      `INSERT INTO order_items (order_id, account_id, currency, product_id, name,
         unit_price_minor, quantity)
       SELECT $1, $2, $3, product_id, name, price_minor, quantity
       FROM jsonb_to_recordset($4::jsonb) AS line (product_id integer, name text,
         price_minor bigint, quantity integer)`,
      [made.id, caller.accountId, cart.currency, JSON.stringify(items)],
    );
    return made;
  }
}

/** Minor units. Products keep their currency, so a cart's is that of all its items. */
function totalOf(items: CartItemRow[]): bigint {
  const total = items.reduce(
    (sum, { price_minor, quantity }) => sum + BigInt(price_minor) * BigInt(quantity),
    0n,
  );
  if (total.toString().length > MAX_DIGITS) throw orderTooLarge();
  return total;
}
