import { Client } from 'pg';
import { SEEDED_TABLES, seedStatements } from './seed.statements.js';

/** Customers who pay in the measured requests, from this id on: limits count per caller. */
export const BENCH_USERS = { from: 90_000_000, count: 32 };

/** Clerks who read and list what belongs to the first account. */
export const BENCH_CLERKS = { from: 91_000_000, count: 8 };

/** Bookings that are there to be paid in the measured requests, all but endless; in turn of those customers. */
export const OPEN_BOOKINGS = { from: 100_000_000, perUser: 1_000 };

/** Checks of single rows that a bulk load must not pay for; the rows keep to them. */
const TRIGGERS = [
  'audit_entries_unsealed ON audit_entries',
  'audit_seals_follow ON audit_seals',
  'ledger_journals_balanced ON ledger_journals',
  'ledger_journals_sealed ON ledger_journals',
  'ledger_postings_sealed ON ledger_postings',
];

/** Fills a migrated database with `rows` payments and all that belongs to them. `url`: as superuser. */
export async function seedPayments(url: string, rows: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await toggleTriggers(client, 'DISABLE');
    // Foreign keys are triggers too.
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off;
      SET work_mem = '256MB'; SET maintenance_work_mem = '256MB'; SET TimeZone = 'UTC';`);
    await leaveIndexes(client);
    for (const statement of seedStatements(rows)) await client.query(statement);
    for (const table of SEEDED_TABLES) await client.query(`REINDEX TABLE ${table}`);
    await client.query('RESET session_replication_role');
    await toggleTriggers(client, 'ENABLE ALWAYS');
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

/** Rows that are written from here on are in no index until it is built anew. */
async function leaveIndexes(client: Client): Promise<void> {
  await client.query(
    `UPDATE pg_index SET indisready = false, indisvalid = false
     WHERE indrelid = ANY ($1::text[]::regclass[])`,
    [SEEDED_TABLES],
  );
}

/** Users with the rights and the password of a demo user. */
function likeUser(email: string, name: string, ids: { from: number; count: number }): string {
  return `INSERT INTO users (id, account_id, username, email, name, role, password_hash)
    SELECT ${ids.from} + k, account_id, '${name}-' || k || '@example.com', '${name}-' || k || '@example.com',
      '${name} ' || k, role, password_hash
    FROM users, generate_series(0, ${ids.count - 1}) k WHERE email = '${email}';`;
}

/** Adds those who pay and those who look on, with what there is to be paid. `url`: as superuser. */
export async function seedCallers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(CALLERS);
    await client.query('VACUUM (ANALYZE) bookings, users');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function toggleTriggers(client: Client, how: string): Promise<void> {
  for (const trigger of TRIGGERS) {
    const [name, , table] = trigger.split(' ');
    await client.query(`ALTER TABLE ${table} ${how} TRIGGER ${name}`);
  }
}

const CALLERS = `
  ${likeUser('customer@malipo.test', 'bench', BENCH_USERS)}
  ${likeUser('staff@malipo.test', 'clerk', BENCH_CLERKS)}
  INSERT INTO bookings (id, account_id, property_id, customer_id, customer_name, customer_phone,
    reference, check_in, check_out, guests, currency, total_minor)
  SELECT ${OPEN_BOOKINGS.from} + k * ${OPEN_BOOKINGS.perUser} + j, account_id, property_id,
    ${BENCH_USERS.from} + k, customer_name, customer_phone,
    'HTL-' || (${OPEN_BOOKINGS.from} + k * ${OPEN_BOOKINGS.perUser} + j), check_in, check_out, guests,
    currency, 1000000000000
  FROM bookings, generate_series(0, ${BENCH_USERS.count - 1}) k,
    generate_series(0, ${OPEN_BOOKINGS.perUser - 1}) j
  WHERE bookings.id = 123`;
