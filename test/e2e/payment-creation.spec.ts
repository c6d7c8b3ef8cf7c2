import { Client } from 'pg';
import type { Api } from '../support/api.js';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait.js';

/** A payment is decided by what was read without a lock, and written only if that is still so. */
describe('creating a payment', () => {
  let app: TestApp;
  let customer: Api;
  let nextBooking = 600;

  beforeAll(async () => {
    app = await startApp({ ROLE: 'api' });
    customer = await app.api.login('customer');
  });
  afterAll(() => app.close());

  const rows = (sql: string, values: unknown[]): Promise<Record<string, unknown>[]> =>
    app.database.dataSource.query(sql, values);
  const aBooking = async (): Promise<number> => {
    nextBooking += 1;
    await rows(
      `INSERT INTO bookings (id, account_id, property_id, customer_id, customer_name, customer_phone,
         reference, check_in, check_out, guests, currency, total_minor)
       SELECT $1, account_id, property_id, customer_id, customer_name, customer_phone, $2, check_in,
         check_out, guests, currency, total_minor FROM bookings WHERE id = 123`,
      [nextBooking, `HTL-7${String(nextBooking).padStart(5, '0')}`],
    );
    return nextBooking;
  };
  const create = (booking: number | string, key?: string, by: Api = customer) =>
    by.post(
      '/api/v1/payments/payments/',
      { booking, amount: '1000.00', payment_method: 'mobile_money' },
      key ? { 'idempotency-key': key } : {},
    );
  const paymentsOf = (booking: number) =>
    rows(
      `SELECT p.id, a.action, a.object_id, a.payment_id, a.request_id
       FROM payments p LEFT JOIN audit_entries a ON a.payment_id = p.id
       WHERE p.payable_kind = 'booking' AND p.payable_id = $1`,
      [booking],
    );
  const holdBooking = async (booking: number, change: string): Promise<Client> => {
    const other = new Client({ connectionString: app.database.url });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE bookings SET ${change}, version = version + 1 WHERE id = $1`, [
      booking,
    ]);
    return other;
  };
  const untilSomebodyWaits = () =>
    waitFor('the request to wait for the lock', async () => {
      const waiting = await rows(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        [],
      );
      return waiting.length > 0;
    });

  it('writes it with its first audit entry, whether the booking is named by id or by uuid', async () => {
    const booking = await aBooking();
    const [{ uuid } = {}] = await rows('SELECT uuid FROM bookings WHERE id = $1', [booking]);
    const made = [await create(booking), await create(String(uuid).toUpperCase())];
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    const ids = made.map(({ body }) => body['id']);
    expect(await paymentsOf(booking)).toEqual(
      made.map(({ headers }, n) => ({
        id: ids[n],
        action: 'payment.created',
        object_id: String(ids[n]),
        payment_id: ids[n],
        request_id: headers.get('x-request-id'),
      })),
    );
  });

  it('refuses what was paid or cancelled while it was looked at', async () => {
    const booking = await aBooking();
    const other = await holdBooking(booking, `status = 'cancelled'`);
    const answer = create(booking);
    await untilSomebodyWaits();
    await other.query('COMMIT');
    await other.end();
    expect(await answer).toMatchObject({ status: 400, body: { code: 'nothing_owed' } });
    expect(await paymentsOf(booking)).toEqual([]);
  });

  it('goes on when what changed meanwhile leaves enough to pay', async () => {
    const booking = await aBooking();
    const other = await holdBooking(booking, `guests = guests + 1`);
    const answer = create(booking);
    await untilSomebodyWaits();
    await other.query('COMMIT');
    await other.end();
    expect(await answer).toMatchObject({ status: 201 });
    expect(await paymentsOf(booking)).toHaveLength(1);
  });

  it('answers the payment that a cut-off request made, also when nothing is owed any more', async () => {
    const [open, paid] = [await aBooking(), await aBooking()];
    const firsts = [await create(open, 'cut-1'), await create(paid, 'cut-2')];
    // As a crash between commit and answer leaves it, some time later.
    await rows(
      `UPDATE idempotency_claims SET status = NULL, body = NULL, locked_until = now() - interval '1 s'
       WHERE key = ANY ($1)`,
      [['cut-1', 'cut-2']],
    );
    await rows(`UPDATE bookings SET status = 'cancelled', version = version + 1 WHERE id = $1`, [
      paid,
    ]);
    const again = [await create(open, 'cut-1'), await create(paid, 'cut-2')];
    expect(again.map(({ status, body }) => [status, body['id']])).toEqual(
      firsts.map(({ body }) => [201, body['id']]),
    );
    expect(await paymentsOf(open)).toHaveLength(1);
    expect(await paymentsOf(paid)).toHaveLength(1);
  });

  it('hides other people’s bookings among many asked for at once', async () => {
    const booking = await aBooking();
    const stranger = await app.api.login('customer2');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 3 === 2 ? create(987654) : create(booking, undefined, n % 3 ? stranger : customer),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 12 }, (_, n) => (n % 3 ? 404 : 201)),
    );
    expect(await paymentsOf(booking)).toHaveLength(4);
  });
});
