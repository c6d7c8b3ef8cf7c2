import { type DomainError, newUuid, type Principal, SYSTEM } from '../../src/common/index.js';
import { aBookingRoom, type BookingRoom, demoCaller } from '../support/booking-room.js';
import { aBooking, aUser } from '../support/fixtures.js';

/** What payments do to a booking, one by one and many at once, and what cancelling does beside them. */
describe('bookings', () => {
  let room: BookingRoom;
  let customer: Principal;
  let owner: Principal;

  beforeAll(async () => {
    room = await aBookingRoom();
    customer = await aUser(room.database.dataSource, 'customer');
    owner = await aUser(room.database.dataSource, 'owner');
  });
  afterAll(() => room.database.drop());

  const unpaid = async (total = 100): Promise<number> =>
    (await aBooking(room.database.dataSource, customer, owner, { total_minor: String(total) })).id;

  describe('are paid', () => {
    it('in parts until nothing is owed', async () => {
      const id = await unpaid();
      expect(await room.settle(id, 30, 7)).toBe(30n);
      expect(await room.read(id)).toMatchObject({
        status: 'partially_paid',
        paid_minor: '30',
        version: 2,
      });
      expect(await room.settle(id, 70, 8)).toBe(70n);
      expect(await room.read(id)).toMatchObject({
        status: 'confirmed',
        paid_minor: '100',
        version: 3,
      });
      expect(await room.trailOf('booking', id)).toEqual([
        {
          action: 'booking.partially_paid',
          actor_label: 'gateway:azampay',
          payment_id: 7,
          changes: {
            status: ['pending', 'partially_paid'],
            amount_paid: ['0.00', '0.30'],
            currency: 'TZS',
          },
        },
        {
          action: 'booking.confirmed',
          actor_label: 'gateway:azampay',
          payment_id: 8,
          changes: {
            status: ['partially_paid', 'confirmed'],
            amount_paid: ['0.30', '1.00'],
            currency: 'TZS',
          },
        },
      ]);
    });

    it('at most up to what is owed', async () => {
      const id = await unpaid();
      expect(await room.settle(id, 60)).toBe(60n);
      expect(await room.settle(id, 60)).toBe(40n);
      expect(await room.settle(id, 60)).toBe(0n);
      expect(await room.read(id)).toMatchObject({
        status: 'confirmed',
        paid_minor: '100',
        version: 3,
      });
      expect(await room.trailOf('booking', id)).toHaveLength(2);
    });

    it('never beyond the total by payments at the same time', async () => {
      const id = await unpaid();
      const applied = await Promise.all(
        Array.from({ length: 15 }, (_, n) => room.settle(id, 30, n + 1)),
      );
      expect(applied.reduce((a, b) => a + b)).toBe(100n);
      expect(applied.filter((amount) => amount === 30n)).toHaveLength(3);
      expect(applied.filter((amount) => amount === 10n)).toHaveLength(1);
      expect(await room.read(id)).toMatchObject({
        status: 'confirmed',
        paid_minor: '100',
        version: 5,
      });
      expect(await room.trailOf('booking', id)).toHaveLength(4);
    });

    it('and give back at most what they got', async () => {
      const id = await unpaid();
      await room.settle(id, 100);
      await room.reverse(id, 40);
      expect(await room.read(id)).toMatchObject({ status: 'partially_paid', paid_minor: '60' });
      await expect(room.reverse(id, 61)).rejects.toThrow(`booking ${id} cannot give back 61`);
      await room.reverse(id, 60);
      expect(await room.read(id)).toMatchObject({ status: 'pending', paid_minor: '0' });
      await expect(room.reverse(id, 1)).rejects.toThrow('cannot give back');
      expect((await room.trailOf('booking', id)).map(({ action }) => action)).toEqual([
        'booking.confirmed',
        'booking.payment_reversed',
        'booking.payment_reversed',
      ]);
    });

    it('and refunded at the same time without losing a unit', async () => {
      const id = await unpaid(1_000);
      await room.settle(id, 500);
      const moves = Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0 ? room.settle(id, 20) : room.reverse(id, 30),
      );
      await Promise.all(moves);
      expect(await room.read(id)).toMatchObject({ status: 'partially_paid', paid_minor: '450' });
    });

    it.each([0n, -1n])('never by %s', async (amountMinor) => {
      const id = await unpaid();
      const fact = { payableId: id, paymentId: 1, amountMinor, actor: SYSTEM };
      await expect(room.transactions.run((m) => room.payable.settle(m, fact))).rejects.toThrow(
        'moves',
      );
      await expect(room.transactions.run((m) => room.payable.reverse(m, fact))).rejects.toThrow(
        'moves',
      );
    });

    it('in a state that the database itself keeps consistent', async () => {
      const id = await unpaid();
      for (const change of [
        `paid_minor = 101, status = 'confirmed'`,
        `paid_minor = -1`,
        `status = 'confirmed'`,
        `paid_minor = 100`,
        `status = 'partially_paid'`,
        `check_out = check_in`,
        `guests = 0`,
      ]) {
        await expect(
          room.rows(`UPDATE bookings SET ${change} WHERE id = $1`, [id]),
        ).rejects.toMatchObject({ code: '23514' });
      }
    });

    it('as the port tells it', async () => {
      const { id, uuid, reference } = await aBooking(room.database.dataSource, customer, owner);
      await room.settle(id, 1_000_000);
      const told = {
        kind: 'booking',
        id,
        uuid,
        accountId: 1,
        reference,
        title: `Booking ${reference} at Coral Beach Hotel`,
        currency: 'TZS',
        totalMinor: 5_000_000n,
        paidMinor: 1_000_000n,
        owedMinor: 4_000_000n,
        customerId: customer.userId,
        customerName: customer.username,
        customerEmail: null,
        customerPhone: '255653294241',
        ownerId: owner.userId,
        acceptsParts: true,
        seen: { table: 'bookings', version: (await room.read(id)).version },
      };
      expect(await room.payable.find({ id })).toEqual(told);
      expect(await room.payable.find({ uuid })).toEqual(told);
      expect(await room.transactions.run((m) => room.payable.lock(m, { uuid }))).toEqual(told);
      expect(await room.payable.find({ uuid: newUuid() })).toBeNull();
      expect(
        await room.transactions.run((m) => room.payable.lock(m, { id: 999_999_999 })),
      ).toBeNull();
    });

    it('one after the other: whoever locks second waits, and the property stays free', async () => {
      const id = await unpaid();
      const { property_id: propertyId } = await room.read(id);
      await room.transactions.run(async (manager) => {
        await room.payable.lock(manager, { id });
        const other = room.database.dataSource.createQueryRunner();
        try {
          await expect(
            other.query('SELECT FROM bookings WHERE id = $1 FOR UPDATE NOWAIT', [id]),
          ).rejects.toMatchObject({ code: '55P03' });
          await other.query('SELECT FROM properties WHERE id = $1 FOR UPDATE NOWAIT', [propertyId]);
        } finally {
          await other.release();
        }
      });
      expect(await room.settle(id, 1)).toBe(1n);
    });
  });

  describe('are cancelled', () => {
    it('while nothing is paid, once', async () => {
      const id = await unpaid();
      expect(await room.bookings.cancel(room.staff, { id }, 'called off')).toMatchObject({
        status: 'cancelled',
        version: 2,
      });
      await expect(room.bookings.cancel(room.staff, { id }, null)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'booking_already_cancelled',
      });
      expect(await room.trailOf('booking', id)).toMatchObject([
        {
          action: 'booking.cancelled',
          changes: { status: ['pending', 'cancelled'], reason: 'called off' },
        },
      ]);
    });

    it('not while money is applied to them', async () => {
      const id = await unpaid();
      await room.settle(id, 1);
      await expect(room.bookings.cancel(room.staff, { id }, null)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'booking_has_payments',
      });
      await room.reverse(id, 1);
      expect(await room.bookings.cancel(room.staff, { id }, null)).toMatchObject({
        status: 'cancelled',
      });
    });

    it('not from another account', async () => {
      const outsider = demoCaller('outsider');
      await expect(room.bookings.cancel(outsider, { id: 123 }, null)).rejects.toMatchObject({
        kind: 'not_found',
      });
    });

    it('and take no money afterwards', async () => {
      const id = await unpaid();
      await room.bookings.cancel(room.staff, { id }, null);
      expect(await room.settle(id, 100)).toBe(0n);
      expect(await room.payable.find({ id })).toMatchObject({ owedMinor: 0n, paidMinor: 0n });
      expect(await room.read(id)).toMatchObject({
        status: 'cancelled',
        paid_minor: '0',
        version: 2,
      });
    });

    it('or paid, whichever comes first, never both', async () => {
      for (let round = 0; round < 10; round += 1) {
        const id = await unpaid();
        const cancel = (): Promise<string> =>
          room.bookings.cancel(room.staff, { id }, null).then(
            () => 'cancelled',
            (error: DomainError) => error.code,
          );
        const first = round % 2 === 0 ? cancel() : null;
        const [applied, outcome] = await Promise.all([room.settle(id, 100), first ?? cancel()]);
        expect(['cancelled', 'booking_has_payments']).toContain(outcome);
        const cancelled = outcome === 'cancelled';
        expect(applied).toBe(cancelled ? 0n : 100n);
        expect(await room.read(id)).toMatchObject({
          status: cancelled ? 'cancelled' : 'confirmed',
          paid_minor: applied.toString(),
        });
      }
    });
  });
});
