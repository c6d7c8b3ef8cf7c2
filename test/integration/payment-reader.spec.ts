import { ROLES, type Principal } from '../../src/common/index.js';
import { Statements } from '../../src/database/index.js';
import { PaymentReader, visiblePayments } from '../../src/payments/payment-reader.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Who sees a payment is said twice: as a condition for lists, and of a row for single reads. */
describe('reading payments', () => {
  let database: TestDatabase;
  let reader: PaymentReader;

  beforeAll(async () => {
    database = await createTestDatabase({ demo: true });
    reader = new PaymentReader(database.dataSource, new Statements(database.dataSource));
    await database.dataSource.query(
      `INSERT INTO payments (account_id, payable_kind, payable_id, payable_uuid, payable_reference,
         customer_id, owner_id, currency, amount_minor, payment_method, deleted_at)
       SELECT account_id, 'booking', 123, gen_random_uuid(), 'HTL-000008', customer_id, owner_id,
         'TZS', 100, 'cash', hidden
       FROM (VALUES (1), (2)) AS account (account_id),
         (VALUES (1), (2), (NULL)) AS customer (customer_id), (VALUES (4), (NULL)) AS owner (owner_id),
         (VALUES (NULL::timestamptz), (now())) AS hiding (hidden)`,
    );
  });
  afterAll(() => database.drop());

  const all = async (): Promise<{ id: number; uuid: string }[]> =>
    database.dataSource.query('SELECT id, uuid FROM payments ORDER BY id');
  const listed = async (caller: Principal): Promise<number[]> => {
    let place = 0;
    const conditions = visiblePayments(caller);
    const rows: { id: number }[] = await database.dataSource.query(
      `SELECT p.id FROM payments p WHERE ${conditions
        .map(({ sql }) => sql.replaceAll('?', () => `$${(place += 1)}`))
        .join(' AND ')} ORDER BY p.id`,
      conditions.flatMap(({ params }) => params),
    );
    return rows.map(({ id }) => id);
  };

  const callers = ROLES.flatMap((role) =>
    [
      [1, 1],
      [4, 1],
      [9, 2],
    ].map(([userId = 0, accountId = 0]): Principal => ({
      userId,
      accountId,
      role,
      uuid: '',
      username: `${role} ${userId}`,
    })),
  );
  it.each(callers)('shows $username one by one what is listed', async (caller) => {
    const payments = await all();
    const read = await Promise.allSettled(
      payments.map(({ id, uuid }) => reader.payment(caller, id % 2 ? { id } : { uuid })),
    );
    const seen = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    expect(seen).toEqual(await listed(caller));
    expect(seen.length).toBeLessThan(payments.length);
  });

  it('knows a uuid in capitals, and no payment that is not there', async () => {
    const [caller] = callers.filter(({ role }) => role === 'admin') as [Principal];
    const [{ id, uuid } = { id: 0, uuid: '' }] = await all();
    expect((await reader.payment(caller, { uuid: uuid.toUpperCase() })).id).toBe(id);
    await expect(reader.payment(caller, { id: 987_654 })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});
