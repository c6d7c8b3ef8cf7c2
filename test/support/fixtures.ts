import type { DataSource } from 'typeorm';
import { type Principal, randomToken, type Role } from '../../src/common/index.js';

/** Inserts one row and answers it. Column names come from the test, never from outside. */
export async function insertRow<Row>(
  dataSource: DataSource,
  table: string,
  values: Record<string, unknown>,
): Promise<Row> {
  const columns = Object.keys(values);
  const marks = columns.map((_, index) => `$${index + 1}`);
  const rows: Row[] = await dataSource.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks.join(', ')}) RETURNING *`,
    Object.values(values),
  );
  const row = rows[0];
  if (!row) throw new Error(`nothing was inserted into ${table}`);
  return row;
}

/** A user of account 1 (or another), with made-up names that never collide. */
export async function aUser(
  dataSource: DataSource,
  role: Role,
  values: Record<string, unknown> = {},
): Promise<Principal & { phone: string | null }> {
  const username = `${role}-${randomToken(6)}`;
  const row = await insertRow<{
    id: number;
    uuid: string;
    account_id: number;
    phone: string | null;
  }>(dataSource, 'users', {
    account_id: 1,
    username,
    email: `${username}@example.test`,
    role,
    name: username,
    ...values,
  });
  return {
    userId: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    role,
    username,
    phone: row.phone,
  };
}

export interface BookingFixture {
  id: number;
  uuid: string;
  reference: string;
  total_minor: string;
  paid_minor: string;
  status: string;
}

/** A booking of `customer` at a hotel of `owner`. */
export async function aBooking(
  dataSource: DataSource,
  customer: Principal,
  owner: Principal,
  values: Record<string, unknown> = {},
): Promise<BookingFixture> {
  const property = await insertRow<{ id: number }>(dataSource, 'properties', {
    account_id: owner.accountId,
    owner_id: owner.userId,
    kind: 'hotel',
    title: 'Coral Beach Hotel',
    city: 'Dar es Salaam',
    country: 'Tanzania',
  });
  const number = Math.floor(Math.random() * 1e9);
  return insertRow<BookingFixture>(dataSource, 'bookings', {
    account_id: owner.accountId,
    property_id: property.id,
    customer_id: customer.userId,
    customer_name: customer.username,
    customer_phone: '255653294241',
    reference: `HTL-${String(number).padStart(6, '0')}`,
    check_in: '2026-02-01',
    check_out: '2026-02-03',
    guests: 2,
    currency: 'TZS',
    total_minor: '5000000',
    ...values,
  });
}
