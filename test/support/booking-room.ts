import { Audits } from '../../src/audits/index.js';
import { BookingReader } from '../../src/bookings/booking.reader.js';
import type { BookingRow } from '../../src/bookings/booking.types.js';
import { Bookings } from '../../src/bookings/bookings.service.js';
import { BookingPayable, seedBookings } from '../../src/bookings/index.js';
import { gatewayActor, newUuid, type Principal } from '../../src/common/index.js';
import { Statements, Transactions } from '../../src/database/index.js';
import { DEMO_USER_IDS, DEMO_USERS, seedIdentity, Users } from '../../src/identity/index.js';
import { Properties, seedProperties } from '../../src/properties/index.js';
import { createTestDatabase } from './database.js';

export function demoCaller(user: keyof typeof DEMO_USER_IDS): Principal {
  const found = DEMO_USERS.find(({ id }) => id === DEMO_USER_IDS[user]);
  if (!found) throw new Error(`no demo user ${user}`);
  return {
    userId: found.id,
    uuid: newUuid(),
    accountId: found.accountId ?? 1,
    role: found.role,
    username: found.username ?? found.email,
  };
}

/** The rooms of properties and bookings on a database of their own, with the demo's rows. */
export async function aBookingRoom() {
  const database = await createTestDatabase({ poolSize: 20 });
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  await transactions.run(async (manager) => {
    await seedIdentity(manager);
    await seedProperties(manager);
    await seedBookings(manager);
  });
  const audits = new Audits();
  const users = new Users(dataSource);
  const properties = new Properties(dataSource, transactions, users, audits);
  const reader = new BookingReader(dataSource);
  const payable = new BookingPayable(dataSource, new Statements(dataSource), audits);
  const staff = demoCaller('staff');
  const fact = (payableId: number, amount: number, paymentId: number) => ({
    payableId,
    paymentId,
    amountMinor: BigInt(amount),
    actor: gatewayActor('azampay'),
  });
  return {
    database,
    transactions,
    properties,
    reader,
    payable,
    bookings: new Bookings(transactions, reader, properties, users, audits),
    staff,
    rows: <Row>(sql: string, params: unknown[] = []): Promise<Row[]> =>
      dataSource.query(sql, params),
    read: (id: number): Promise<BookingRow> => reader.read(staff, { id }),
    /** As the settle path does it: lock, then settle. */
    settle: (id: number, amount: number, paymentId = 1): Promise<bigint> =>
      transactions.run(async (manager) => {
        await payable.lock(manager, { id });
        return (await payable.settle(manager, fact(id, amount, paymentId))).appliedMinor;
      }),
    reverse: (id: number, amount: number, paymentId = 1): Promise<void> =>
      transactions.run(async (manager) => {
        await payable.lock(manager, { id });
        await payable.reverse(manager, fact(id, amount, paymentId));
      }),
    trailOf: (
      objectType: 'booking' | 'property',
      id: number,
    ): Promise<{ action: string; changes: Record<string, unknown> }[]> =>
      dataSource.query(
        `SELECT action, actor_label, payment_id, changes FROM audit_entries
         WHERE object_type = $1 AND object_id = $2 ORDER BY id`,
        [objectType, id],
      ),
  };
}
export type BookingRoom = Awaited<ReturnType<typeof aBookingRoom>>;
