import type { EntityManager } from 'typeorm';
import type { Role } from '../common/index.js';
import { change } from '../database/index.js';
import { Passwords } from './login/passwords.service.js';

export const DEMO_PASSWORD = 'malipo-demo';

/** Ids of the demo users; the documents print `user: 1` for the customer. */
export const DEMO_USER_IDS = {
  customer: 1,
  customer2: 2,
  johnDoe: 3,
  owner: 4,
  cashier: 5,
  staff: 6,
  staff2: 7,
  admin: 8,
  outsider: 9,
} as const;

export const DEMO_ACCOUNT_IDS = { main: 1, other: 2 } as const;

interface DemoUser {
  id: number;
  email: string;
  name: string;
  role: Role;
  /** The e-mail when unset. */
  username?: string;
  phone?: string;
  accountId?: number;
}

const ids = DEMO_USER_IDS;
export const DEMO_USERS: readonly DemoUser[] = [
  {
    id: ids.customer,
    email: 'customer@malipo.test',
    name: 'Asha Juma',
    role: 'customer',
    phone: '255653294241',
  },
  {
    id: ids.customer2,
    email: 'customer2@malipo.test',
    name: 'Baraka Mushi',
    role: 'customer',
    phone: '255684000222',
  },
  {
    id: ids.johnDoe,
    username: 'john_doe',
    email: 'customer@example.com',
    name: 'John Doe',
    role: 'customer',
  },
  {
    id: ids.owner,
    email: 'owner@malipo.test',
    name: 'John Doe',
    role: 'owner',
    phone: '255700000000',
  },
  { id: ids.cashier, email: 'cashier@malipo.test', name: 'Neema Kessy', role: 'cashier' },
  {
    id: ids.staff,
    email: 'staff@malipo.test',
    name: 'Juma Mollel',
    role: 'staff',
    phone: '255754000111',
  },
  { id: ids.staff2, email: 'staff2@malipo.test', name: 'Zawadi Lema', role: 'staff' },
  { id: ids.admin, email: 'admin@malipo.test', name: 'Rehema Said', role: 'admin' },
  {
    id: ids.outsider,
    email: 'outsider@malipo.test',
    name: 'Tatu Omari',
    role: 'admin',
    accountId: DEMO_ACCOUNT_IDS.other,
  },
];

/** Ids that no user made later gets: room for more demo users. */
const RESERVED_IDS = 100;

/** The demo's two accounts and nine users, on a database without users; on any other, nothing. */
export async function seedIdentity(manager: EntityManager): Promise<void> {
  const anyone: unknown[] = await manager.query(`SELECT FROM users LIMIT 1`);
  if (anyone.length > 0) return;
  const hash = await new Passwords().hash(DEMO_PASSWORD);
  await change(manager, `UPDATE accounts SET name = $2 WHERE id = $1`, [
    DEMO_ACCOUNT_IDS.main,
    'Malipo Demo',
  ]);
  await manager.query(`INSERT INTO accounts (id, name) VALUES ($1, $2)`, [
    DEMO_ACCOUNT_IDS.other,
    'Another Branch',
  ]);
  const rows = DEMO_USERS.map((user) => ({
    id: user.id,
    account_id: user.accountId ?? DEMO_ACCOUNT_IDS.main,
    username: user.username ?? user.email,
    email: user.email,
    name: user.name,
    phone: user.phone ?? null,
    role: user.role,
  }));
  await manager.query(
    `INSERT INTO users (id, account_id, username, email, name, phone, role, password_hash)
     SELECT id, account_id, username, email, name, phone, role, $2
     FROM jsonb_to_recordset($1::jsonb) AS demo (id integer, account_id integer, username text,
       email text, name text, phone text, role text)`,
    [JSON.stringify(rows), hash],
  );
  // Step by step, because the application's role may draw from a sequence but not set it.
  await manager.query(
    `SELECT max(nextval(pg_get_serial_sequence('users', 'id'))),
       max(nextval(pg_get_serial_sequence('accounts', 'id')))
     FROM generate_series(1, $1)`,
    [RESERVED_IDS],
  );
}
