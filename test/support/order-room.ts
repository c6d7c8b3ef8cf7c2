import { Audits } from '../../src/audits/index.js';
import { gatewayActor, type Principal } from '../../src/common/index.js';
import { Outbox, Statements, Transactions } from '../../src/database/index.js';
import { seedIdentity } from '../../src/identity/index.js';
import { Addresses } from '../../src/orders/addresses/addresses.service.js';
import { Carts } from '../../src/orders/carts/carts.service.js';
import { Products } from '../../src/orders/catalogue/products.service.js';
import { seedOrders } from '../../src/orders/index.js';
import { OrderDesk } from '../../src/orders/placing/order-desk.service.js';
import { OrderGateways } from '../../src/orders/placing/order-gateways.service.js';
import { OrderPayable } from '../../src/orders/placing/order.payable.js';
import { OrderPlacing } from '../../src/orders/placing/order-placing.service.js';
import { OrderReader } from '../../src/orders/placing/order.reader.js';
import type { OrderMethod, OrderRow } from '../../src/orders/placing/order.types.js';
import { Stock } from '../../src/orders/placing/stock.service.js';
import { UnpaidOrders } from '../../src/orders/placing/unpaid-orders.service.js';
import { PaymentMaking } from '../../src/payments/index.js';
import { Providers } from '../../src/providers/index.js';
import { demoCaller } from './booking-room.js';
import { createTestDatabase } from './database.js';
import { aUser, insertRow } from './fixtures.js';

export interface ProductFixture {
  id: number;
  stock: number;
  reserved: number;
}

/** No gateway is asked for anything here: orders are cash on delivery unless a test says otherwise. */
function noProviders(): Providers {
  return new Providers({ getProviders: () => [] } as never, { section: () => null as never });
}

/** The room of orders on a database of its own, with the demo's rows. */
export async function anOrderRoom() {
  const database = await createTestDatabase({ poolSize: 20 });
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  await transactions.run(async (manager) => {
    await seedIdentity(manager);
    await seedOrders(manager);
  });
  const audits = new Audits();
  const reader = new OrderReader(dataSource);
  const stock = new Stock();
  const unpaid = new UnpaidOrders({ orders: { unpaidLifetimeS: 3_600 } }, new Outbox());
  const payable = new OrderPayable(reader, stock, unpaid, audits);
  const products = new Products(dataSource, transactions, audits);
  const carts = new Carts(dataSource, transactions, products);
  const addresses = new Addresses(dataSource, transactions);
  const making = new PaymentMaking(new Statements(dataSource));
  const placing = new OrderPlacing(reader, stock, unpaid, making, audits);
  const gateways = new OrderGateways(noProviders());
  const desk = new OrderDesk(transactions, carts, addresses, placing, gateways);
  const admin = demoCaller('admin');
  const fact = (payableId: number, amountMinor: bigint, paymentId = 1) => ({
    payableId,
    paymentId,
    amountMinor,
    actor: gatewayActor('stripe'),
  });
  const locking = <T>(
    id: number,
    work: (manager: Parameters<typeof payable.lock>[0]) => Promise<T>,
  ) =>
    transactions.run(async (manager) => {
      await payable.lock(manager, { id });
      return work(manager);
    });
  const product = (values: Record<string, unknown> = {}): Promise<ProductFixture> =>
    insertRow<ProductFixture>(dataSource, 'products', {
      account_id: 1,
      name: 'Drum',
      currency: 'USD',
      price_minor: '1000',
      stock: 10,
      ...values,
    });
  /** A customer with an address and so many of each product in the cart. */
  const shopper = async (
    wanted: [product: number, quantity: number][],
  ): Promise<{ caller: Principal; address: number }> => {
    const caller = await aUser(dataSource, 'customer');
    const address = await addresses.create(caller, {
      recipient: 'Asha Juma',
      line1: '1 Uhuru Street',
      city: 'Dar es Salaam',
      country: 'TZ',
    });
    for (const [id, quantity] of wanted) await carts.addItem(caller, id, quantity);
    return { caller, address: address.id };
  };
  const place = async (
    wanted: [product: number, quantity: number][],
    method: OrderMethod = 'COD',
  ): Promise<OrderRow> => {
    const { caller, address } = await shopper(wanted);
    return desk.place(caller, { address, method }, null);
  };
  return {
    database,
    transactions,
    stock,
    reader,
    payable,
    products,
    carts,
    addresses,
    desk,
    admin,
    product,
    shopper,
    place,
    rows: <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
      dataSource.query(sql, params),
    shelf: async (id: number): Promise<[stock: number, reserved: number]> => {
      const [row]: ProductFixture[] = await dataSource.query(
        'SELECT stock, reserved FROM products WHERE id = $1',
        [id],
      );
      return [row?.stock ?? -1, row?.reserved ?? -1];
    },
    order: (id: number): Promise<OrderRow> => reader.read(admin, { id }),
    /** As the settle path does it: lock, then settle. */
    settle: (id: number, amountMinor: bigint): Promise<bigint> =>
      locking(id, async (manager) => {
        return (await payable.settle(manager, fact(id, amountMinor))).appliedMinor;
      }),
    reverse: (id: number, amountMinor: bigint): Promise<void> =>
      locking(id, (manager) => payable.reverse(manager, fact(id, amountMinor))),
    hold: (id: number): Promise<void> =>
      locking(id, (manager) =>
        payable.hold(manager, { payableId: id, actor: gatewayActor('stripe') }),
      ),
    release: (id: number): Promise<void> =>
      locking(id, (manager) => payable.release(manager, { ...fact(id, 1n), outcome: 'expired' })),
  };
}
export type OrderRoom = Awaited<ReturnType<typeof anOrderRoom>>;
