import type { CreateBookingDto } from '../../src/bookings/booking-requests.dto.js';
import { DEMO_BOOKING_IDS, seedBookings } from '../../src/bookings/index.js';
import { type DomainError, newUuid, type Role } from '../../src/common/index.js';
import { DEMO_USER_IDS, DEMO_USERS } from '../../src/identity/index.js';
import { DEMO_PROPERTY_IDS, seedProperties } from '../../src/properties/index.js';
import { aBookingRoom, type BookingRoom, demoCaller } from '../support/booking-room.js';
import { aUser } from '../support/fixtures.js';

describe('bookings', () => {
  let room: BookingRoom;

  beforeAll(async () => {
    room = await aBookingRoom();
  });
  afterAll(() => room.database.drop());

  const wanted = (more: Partial<CreateBookingDto> = {}): CreateBookingDto => ({
    property: DEMO_PROPERTY_IDS.hotel,
    customer: 'customer@malipo.test',
    check_in: '2026-02-10',
    check_out: '2026-02-12',
    guests: 2,
    total_price: '50000.00',
    currency: 'TZS',
    ...more,
  });

  describe('the demo', () => {
    it("holds document 002's booking", async () => {
      expect(await room.reader.read(demoCaller('customer'), { id: 123 })).toMatchObject({
        reference: 'HTL-000008',
        total_minor: '5000000',
        currency: 'TZS',
        customer_phone: '255653294241',
        customer_user_email: 'customer@malipo.test',
        property_id: 124,
        status: 'pending',
      });
    });

    it("holds document 004's booking", async () => {
      const uuid = 'f367ddf9-f2ff-4de2-b929-0e0942ace93b';
      const booking = await room.reader.read(demoCaller('johnDoe'), { uuid });
      expect(booking).toMatchObject({ total_minor: '230400', customer_phone: '251911234567' });
      const described = await room.payable.describe([booking.id, DEMO_BOOKING_IDS.hotel]);
      expect(described.get(booking.id)).toEqual({
        kind: 'booking',
        id: booking.id,
        uuid,
        reference: 'HSE-000009',
        status: 'pending',
        title: 'Booking HSE-000009 at Spacious Family Home in New York',
        property: 'Spacious Family Home in New York',
        location: 'Tokyo, Japan',
        checkIn: '2026-01-15',
        checkOut: '2026-01-21',
        guests: 1,
        customerName: 'John Doe',
        customerEmail: 'customer@example.com',
        customerPhone: '251911234567',
      });
      expect(described.size).toBe(2);
    });

    it('is seeded once, and leaves room above itself', async () => {
      const count = (): Promise<unknown> => room.rows('SELECT count(*) FROM bookings, properties');
      const before = await count();
      await room.transactions.run(async (manager) => {
        await seedProperties(manager);
        await seedBookings(manager);
      });
      expect(await count()).toEqual(before);
      const made = await room.bookings.create(room.staff, wanted(), null);
      expect(made.id).toBeGreaterThan(DEMO_BOOKING_IDS.otherBranch);
      expect(made.reference).toMatch(/^HTL-\d{6}$/);
      expect(Number(made.reference.slice(4))).toBeGreaterThan(14);
    });
  });

  describe('are seen by', () => {
    it.each<[keyof typeof DEMO_USER_IDS, number[]]>([
      ['customer', [123, 127, 128]],
      ['customer2', [125]],
      ['johnDoe', [124]],
      ['owner', [123, 124, 125, 126, 127, 128]],
      ['cashier', [123, 124, 125, 126, 127, 128]],
      ['staff', [123, 124, 125, 126, 127, 128]],
      ['admin', [123, 124, 125, 126, 127, 128]],
      ['outsider', [129]],
    ])('%s: %j', async (user, expected) => {
      const seen: number[] = [];
      const refusals = new Set<string>();
      for (const id of Object.values(DEMO_BOOKING_IDS)) {
        try {
          seen.push((await room.reader.read(demoCaller(user), { id })).id);
        } catch (error) {
          refusals.add((error as DomainError).code);
        }
      }
      expect(seen).toEqual(expected);
      expect([...refusals]).toEqual(['booking_not_found']);
    });

    it('no owner of another property', async () => {
      await expect(
        room.reader.read(await aUser(room.database.dataSource, 'owner'), { id: 123 }),
      ).rejects.toMatchObject({ kind: 'not_found' });
    });
  });

  describe('are made', () => {
    it("with the customer's own contact by default", async () => {
      const booking = await room.bookings.create(room.staff, wanted(), null);
      expect(booking).toMatchObject({
        customer_id: DEMO_USER_IDS.customer,
        customer_name: 'Asha Juma',
        customer_email: 'customer@malipo.test',
        customer_phone: '255653294241',
        check_in: '2026-02-10',
        check_out: '2026-02-12',
        total_minor: '5000000',
        paid_minor: '0',
        status: 'pending',
        version: 1,
      });
      expect(await room.trailOf('booking', booking.id)).toEqual([
        {
          action: 'booking.created',
          actor_label: 'staff@malipo.test',
          payment_id: null,
          changes: {
            reference: booking.reference,
            property: 'Coral Beach Hotel',
            customer: 'customer@malipo.test',
            total_price: '50000.00',
            currency: 'TZS',
          },
        },
      ]);
    });

    it('with another contact, whose number is read in the country of the currency', async () => {
      const contact = { customer_name: ' Ayana ', customer_email: 'ayana@example.com' };
      const booking = await room.bookings.create(
        room.staff,
        wanted({ ...contact, customer_phone: '0911 234 567', currency: 'etb', total_price: 7.5 }),
        null,
      );
      expect(booking).toMatchObject({
        customer_name: 'Ayana',
        customer_email: 'ayana@example.com',
        customer_phone: '251911234567',
        currency: 'ETB',
        total_minor: '750',
      });
    });

    it('for a walk-in, with a number of the house it is in', async () => {
      const booking = await room.bookings.create(
        room.staff,
        wanted({ customer: null, customer_name: 'Fatma', property: DEMO_PROPERTY_IDS.house }),
        null,
      );
      expect(booking).toMatchObject({
        customer_id: null,
        customer_name: 'Fatma',
        customer_email: null,
        customer_phone: null,
      });
      expect(booking.reference).toMatch(/^HSE-\d{6}$/);
    });

    it.each<[string, Partial<CreateBookingDto>, string]>([
      ['the property of another account', { property: 128 }, 'property'],
      ['a property that is not there', { property: newUuid() }, 'property'],
      ['a customer that is not there', { customer: 'nobody@malipo.test' }, 'customer'],
      ['a customer who is staff', { customer: 'staff@malipo.test' }, 'customer'],
      ['somebody of another account', { customer: 'outsider@malipo.test' }, 'customer'],
      ['a walk-in without a name', { customer: undefined }, 'customer_name'],
      ['no night', { check_out: '2026-02-10' }, 'check_out'],
      ['no phone number', { customer_phone: '12' }, 'customer_phone'],
      ['too many decimals', { total_price: '1.001' }, 'total_price'],
      ['an unknown currency', { currency: 'XXX' }, 'currency'],
    ])('never for %s', async (_what, more, field) => {
      const count = (): Promise<unknown> => room.rows('SELECT count(*) FROM bookings');
      const before = await count();
      await expect(room.bookings.create(room.staff, wanted(more), null)).rejects.toMatchObject({
        kind: 'invalid',
        extra: { errors: { [field]: expect.any(Array) } },
      });
      expect(await count()).toEqual(before);
    });

    it('once per claim, also by calls at the same time', async () => {
      const claim = newUuid();
      const attempts = await Promise.allSettled(
        Array.from({ length: 6 }, () => room.bookings.create(room.staff, wanted(), claim)),
      );
      const again = await room.bookings.create(room.staff, wanted(), claim);
      const made = attempts.flatMap((attempt) =>
        attempt.status === 'fulfilled' ? [attempt.value.id] : [],
      );
      expect(made.length).toBeGreaterThan(0);
      expect(new Set([...made, again.id]).size).toBe(1);
      const rows = await room.rows('SELECT id FROM bookings WHERE idempotency_claim_id = $1', [
        claim,
      ]);
      expect(rows).toEqual([{ id: again.id }]);
    });

    it('with a reference each', async () => {
      const made = await Promise.all(
        Array.from({ length: 12 }, () => room.bookings.create(room.staff, wanted(), null)),
      );
      expect(new Set(made.map(({ reference }) => reference)).size).toBe(12);
    });
  });

  it('have no role that is missing from the tests above', () => {
    const roles: Role[] = ['customer', 'owner', 'cashier', 'staff', 'admin'];
    expect(new Set(DEMO_USERS.map(({ role }) => role))).toEqual(new Set(roles));
  });
});
