import type { EntityManager } from 'typeorm';
import { normalisePhone } from '../common/index.js';
import { DEMO_ACCOUNT_IDS, DEMO_USER_IDS } from '../identity/index.js';
import { DEMO_PROPERTY_IDS } from '../properties/index.js';

export const DEMO_BOOKING_IDS = {
  hotel: 123,
  home: 124,
  lodge: 125,
  walkIn: 126,
  venue: 127,
  calledOff: 128,
  otherBranch: 129,
} as const;

/** Ids and numbers that no booking made later gets: room for more demo bookings. */
const RESERVED_IDS = 200;
const RESERVED_NUMBERS = 100;

interface DemoBooking {
  id: number;
  uuid?: string;
  account_id: number;
  property_id: number;
  customer_id: number | null;
  customer_name: string;
  customer_email: string | null;
  customer_phone: string | null;
  reference: string;
  check_in: string;
  check_out: string;
  guests: number;
  currency: string;
  total_minor: number;
  status: 'pending' | 'cancelled';
}

const ASHA = {
  customer_id: DEMO_USER_IDS.customer,
  customer_name: 'Asha Juma',
  customer_email: 'customer@malipo.test',
  customer_phone: '255653294241',
};
const OURS = { account_id: DEMO_ACCOUNT_IDS.main, status: 'pending' as const };

const BOOKINGS: DemoBooking[] = [
  {
    ...OURS,
    ...ASHA,
    id: DEMO_BOOKING_IDS.hotel,
    property_id: DEMO_PROPERTY_IDS.hotel,
    reference: 'HTL-000008',
    check_in: '2026-02-10',
    check_out: '2026-02-12',
    guests: 2,
    currency: 'TZS',
    total_minor: 5_000_000,
  },
  {
    ...OURS,
    id: DEMO_BOOKING_IDS.home,
    uuid: 'f367ddf9-f2ff-4de2-b929-0e0942ace93b',
    property_id: DEMO_PROPERTY_IDS.home,
    customer_id: DEMO_USER_IDS.johnDoe,
    customer_name: 'John Doe',
    customer_email: 'customer@example.com',
    customer_phone: normalisePhone('0911234567', 'ETB'),
    reference: 'HSE-000009',
    check_in: '2026-01-15',
    check_out: '2026-01-21',
    guests: 1,
    currency: 'ETB',
    total_minor: 230_400,
  },
  {
    ...OURS,
    id: DEMO_BOOKING_IDS.lodge,
    property_id: DEMO_PROPERTY_IDS.lodge,
    customer_id: DEMO_USER_IDS.customer2,
    customer_name: 'Baraka Mushi',
    customer_email: 'customer2@malipo.test',
    customer_phone: '255684000222',
    reference: 'LDG-000010',
    check_in: '2026-03-01',
    check_out: '2026-03-05',
    guests: 4,
    currency: 'TZS',
    total_minor: 120_000_000,
  },
  {
    ...OURS,
    id: DEMO_BOOKING_IDS.walkIn,
    property_id: DEMO_PROPERTY_IDS.hotel,
    customer_id: null,
    customer_name: 'Fatma Ally',
    customer_email: null,
    customer_phone: '255713000333',
    reference: 'HTL-000011',
    check_in: '2026-02-14',
    check_out: '2026-02-15',
    guests: 1,
    currency: 'TZS',
    total_minor: 9_500_000,
  },
  {
    ...OURS,
    ...ASHA,
    id: DEMO_BOOKING_IDS.venue,
    property_id: DEMO_PROPERTY_IDS.venue,
    reference: 'VEN-000012',
    check_in: '2026-06-20',
    check_out: '2026-06-21',
    guests: 180,
    currency: 'TZS',
    total_minor: 250_000_000,
  },
  {
    ...OURS,
    ...ASHA,
    id: DEMO_BOOKING_IDS.calledOff,
    property_id: DEMO_PROPERTY_IDS.lodge,
    reference: 'LDG-000013',
    check_in: '2026-01-02',
    check_out: '2026-01-04',
    guests: 2,
    currency: 'TZS',
    total_minor: 60_000_000,
    status: 'cancelled',
  },
  {
    id: DEMO_BOOKING_IDS.otherBranch,
    account_id: DEMO_ACCOUNT_IDS.other,
    property_id: DEMO_PROPERTY_IDS.otherBranchHotel,
    customer_id: null,
    customer_name: 'Peter Lugola',
    customer_email: null,
    customer_phone: '255765000444',
    reference: 'HTL-000014',
    check_in: '2026-02-20',
    check_out: '2026-02-22',
    guests: 2,
    currency: 'TZS',
    total_minor: 8_000_000,
    status: 'pending',
  },
];

/**
 * The bookings of the documents' examples and some more, on a database without any. Nothing is paid yet:
 * what is paid would need its payments and its place in the books.
 */
export async function seedBookings(manager: EntityManager): Promise<void> {
  const any: unknown[] = await manager.query('SELECT FROM bookings LIMIT 1');
  if (any.length > 0) return;
  await manager.query(
    `INSERT INTO bookings (id, uuid, account_id, property_id, customer_id, customer_name,
       customer_email, customer_phone, reference, check_in, check_out, guests, currency,
       total_minor, status, created_at, updated_at)
     SELECT id, coalesce(uuid, gen_random_uuid()), account_id, property_id, customer_id,
       customer_name, customer_email, customer_phone, reference, check_in, check_out, guests,
       currency, total_minor, status, at, at
     FROM (
       SELECT *, now() - make_interval(days => 140 - id) AS at
       FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, uuid uuid, account_id integer,
         property_id integer, customer_id integer, customer_name text, customer_email text,
         customer_phone text, reference text, check_in date, check_out date, guests integer,
         currency text, total_minor bigint, status text)
     ) AS demo`,
    [JSON.stringify(BOOKINGS)],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('bookings', 'id'))) FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
  await manager.query(`SELECT max(nextval('booking_numbers')) FROM generate_series(1, $1)`, [
    RESERVED_NUMBERS,
  ]);
}
