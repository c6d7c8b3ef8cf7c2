import { Api } from '../support/api.js';
import { expectBooksToAgree } from '../support/books.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  type Product,
  type ProductEnv,
  spawnProduct,
  temporaryDataDir,
} from '../support/process.js';
import { freePort } from '../support/ports.js';
import { SandboxClient } from '../support/sandbox.js';
import { waitFor } from '../support/wait.js';

/**
 * The product as its users run it, killed with SIGKILL at each point of a payment's path. The database
 * holds the killed process at the wanted point: a trigger makes the statement there sleep. After a restart
 * the payment must end true, or in the list that a person sees, and the gateway must have been asked to
 * prompt at most once.
 */
describe('kill -9', () => {
  let database: TestDatabase;
  let dataDir: ReturnType<typeof temporaryDataDir>;
  let env: ProductEnv;
  let product: Product;
  let sandbox: SandboxClient;
  let nextBooking = 500;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = temporaryDataDir();
    env = {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      DATA_DIR: dataDir.path,
      SANDBOX: 'on',
      DEMO_DATA: 'on',
      PORT: String(await freePort()),
      SANDBOX_PORT: String(await freePort()),
      JOBS_SWEEP_MS: '200',
      JOBS_RECOVERY_DELAY_S: '4',
      IDEMPOTENCY_LOCK_S: '5',
      GATEWAY_TOTAL_TIMEOUT_MS: '3000',
      DATABASE_STATEMENT_TIMEOUT_MS: '60000',
    };
    product = await spawnProduct(env);
    sandbox = new SandboxClient(product.sandboxUrl);
  });
  afterEach(async () => {
    await release();
    await expectBooksToAgree(database.dataSource);
    await sandbox.reset();
  });
  afterAll(async () => {
    await product.stop();
    await database.drop();
    await dataDir.remove();
  });

  const owner = (sql: string): Promise<unknown> => database.asOwner(sql);
  const api = (): Promise<Api> => new Api(product.url).login('customer');
  const read = async (sql: string, id: number): Promise<Record<string, unknown>> => {
    const rows: Record<string, unknown>[] = await database.dataSource.query(sql, [id]);
    return rows[0] ?? {};
  };
  const payment = (id: number) => read('SELECT * FROM payments WHERE id = $1', id);
  const attempt = (paymentId: number) =>
    read(
      'SELECT * FROM payment_transactions WHERE payment_id = $1 ORDER BY id DESC LIMIT 1',
      paymentId,
    );
  const untilPayment = (id: number, status: string) =>
    waitFor(
      `payment ${id} to be ${status}`,
      async () => (await payment(id))['status'] === status,
      30_000,
    );

  const aPayment = async (): Promise<number> => {
    nextBooking += 1;
    await database.dataSource.query(
      `INSERT INTO bookings (id, account_id, property_id, customer_id, customer_name, customer_phone,
         reference, check_in, check_out, guests, currency, total_minor)
       SELECT $1, account_id, property_id, customer_id, customer_name, customer_phone, $2, check_in,
         check_out, guests, currency, total_minor FROM bookings WHERE id = 123`,
      [nextBooking, `HTL-9${String(nextBooking).padStart(5, '0')}`],
    );
    const { status, body } = await (
      await api()
    ).post('/api/v1/payments/payments/', {
      booking: nextBooking,
      amount: '50000.00',
      payment_method: 'mobile_money',
      mobile_money_provider: 'AIRTEL',
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return Number(body['id']);
  };
  const initiate = async (id: number) =>
    (await api()).post(`/api/v1/payments/payments/${id}/initiate-gateway/`);
  /** Starts the call and lets it die with the process. */
  const initiateAndLose = async (id: number): Promise<void> => {
    const client = await api();
    void client.post(`/api/v1/payments/payments/${id}/initiate-gateway/`).catch(() => undefined);
  };

  /** From now on the statement at this point of the path hangs. */
  const holdAt = (table: string, event: 'INSERT' | 'UPDATE', when: string): Promise<unknown> =>
    owner(`
      CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
      CREATE TRIGGER hold BEFORE ${event} ON ${table} FOR EACH ROW WHEN (${when})
        EXECUTE FUNCTION hold();`);
  const release = (): Promise<unknown> =>
    owner(`DROP TRIGGER IF EXISTS hold ON payment_transactions;
           DROP TRIGGER IF EXISTS hold ON payments;
           DROP TRIGGER IF EXISTS hold ON outbox;`);
  const held = (): Promise<unknown> =>
    waitFor('the held statement', async () => {
      const rows: unknown[] = await database.dataSource.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE wait_event = 'PgSleep' AND datname = current_database()`,
      );
      return rows.length > 0;
    });
  /** SIGKILL, then the database notices, then a new process on the same data. */
  const crash = async (): Promise<void> => {
    await product.kill9();
    await database.asAdmin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE wait_event = 'PgSleep' AND datname = current_database()`,
    );
    await release();
    product = await spawnProduct(env);
  };

  it('before the attempt is written leaves the payment as it was', async () => {
    const id = await aPayment();
    await holdAt('payment_transactions', 'INSERT', 'true');
    await initiateAndLose(id);
    await held();
    await crash();
    expect(await payment(id)).toMatchObject({ status: 'pending' });
    expect(await attempt(id)).toEqual({});
    expect((await initiate(id)).status).toBe(200);
  });

  it('before the call closes the attempt as not sent, and the payment can be tried again', async () => {
    const id = await aPayment();
    await holdAt('payment_transactions', 'UPDATE', 'NEW.sent_at IS DISTINCT FROM OLD.sent_at');
    await initiateAndLose(id);
    await held();
    await crash();
    await waitFor(
      'the closed attempt',
      async () => (await attempt(id))['status'] === 'failed',
      30_000,
    );
    expect(await attempt(id)).toMatchObject({ failure_code: 'not_sent', sent_at: null });
    expect(await payment(id)).toMatchObject({ status: 'pending' });
    expect(await sandbox.prompts()).toEqual([]);
    const again = await initiate(id);
    expect(again.status).toBe(200);
    await sandbox.answer(String(again.body['transaction_reference']), 'approve');
    await untilPayment(id, 'completed');
  });

  it('during the call ends in the list that a person sees, and the callback still completes it', async () => {
    const id = await aPayment();
    await sandbox.fault({ initiate: 'timeout_after_accept', count: 1 });
    await initiateAndLose(id);
    await waitFor('the prompt', async () => (await sandbox.prompts())[0]);
    await crash();
    await waitFor(
      'the unknown attempt',
      async () => (await attempt(id))['status'] === 'unknown',
      30_000,
    );
    expect(await attempt(id)).toMatchObject({ review_reason: 'outcome_unknown' });
    const reference = String((await attempt(id))['reference']);
    expect(await sandbox.promptRequests(reference)).toBe(1);
    expect((await initiate(id)).status).toBe(409);
    await sandbox.answer(reference, 'approve');
    await untilPayment(id, 'completed');
    expect(await sandbox.promptRequests(reference)).toBe(1);
  });

  it('during the call lets the same key learn what became of it, without a second prompt', async () => {
    const id = await aPayment();
    const key = { 'idempotency-key': `crash-${id}` };
    const path = `/api/v1/payments/payments/${id}/initiate-gateway/`;
    await sandbox.fault({ initiate: 'timeout_after_accept', count: 1 });
    const client = await api();
    void client.post(path, undefined, key).catch(() => undefined);
    await waitFor('the prompt', async () => (await sandbox.prompts())[0]);
    await crash();
    const again = await api();
    const answer = await waitFor(
      'an answer to the same key',
      async () => {
        const said = await again.post(path, undefined, key);
        return said.status === 409 ? null : said;
      },
      30_000,
    );
    expect(answer).toMatchObject({ status: 200, body: { success: true, status: 'processing' } });
    expect(answer.body['message']).toMatch(/has not confirmed/);
    const reference = String(answer.body['transaction_reference']);
    expect(await sandbox.promptRequests(reference)).toBe(1);
    await sandbox.answer(reference, 'approve');
    await untilPayment(id, 'completed');
  });

  it('after the call, before its outcome is written, never prompts twice', async () => {
    const id = await aPayment();
    await holdAt(
      'payment_transactions',
      'UPDATE',
      "NEW.status = 'pending' AND OLD.status = 'initiated'",
    );
    await initiateAndLose(id);
    await held();
    await crash();
    await waitFor(
      'the unknown attempt',
      async () => (await attempt(id))['status'] === 'unknown',
      30_000,
    );
    const reference = String((await attempt(id))['reference']);
    await sandbox.answer(reference, 'approve');
    await untilPayment(id, 'completed');
    expect(await sandbox.promptRequests(reference)).toBe(1);
  });

  it('before the settlement commits settles after the restart, once', async () => {
    const id = await aPayment();
    const started = await initiate(id);
    await holdAt('payments', 'UPDATE', "NEW.status = 'completed'");
    await sandbox.answer(String(started.body['transaction_reference']), 'approve');
    await held();
    await crash();
    await untilPayment(id, 'completed');
    const [row]: { entries: number }[] = await database.dataSource.query(
      `SELECT count(*)::int AS entries FROM audit_entries
       WHERE payment_id = $1 AND action = 'payment.completed'`,
      [id],
    );
    expect(row?.entries).toBe(1);
  });

  it('between webhook and job loses nothing', async () => {
    const id = await aPayment();
    const started = await initiate(id);
    const reference = String(started.body['transaction_reference']);
    // The job cannot finish: its settlement waits behind this lock, the stored event stays.
    const blocker = database.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('SELECT 1 FROM payments WHERE id = $1 FOR UPDATE', [id]);
    await sandbox.answer(reference, 'approve');
    await waitFor('the stored callback', async () => {
      const rows: unknown[] = await database.dataSource.query(
        'SELECT 1 FROM webhook_events WHERE reference = $1',
        [reference],
      );
      return rows.length > 0;
    });
    await product.kill9();
    await blocker.rollbackTransaction();
    await blocker.release();
    expect(await payment(id)).toMatchObject({ status: 'processing' });
    product = await spawnProduct(env);
    await untilPayment(id, 'completed');
    expect(await sandbox.promptRequests(reference)).toBe(1);
  });

  it('keeps what the sandbox remembers', async () => {
    const id = await aPayment();
    const started = await initiate(id);
    await crash();
    expect(await sandbox.promptRequests(String(started.body['transaction_reference']))).toBe(1);
  });
});
