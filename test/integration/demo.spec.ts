import { seedDemo } from '../../src/demo.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait.js';

/** As two processes that start beside each other fill it. */
describe('the demo data', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is waited for while another process fills it, and does not stop the start', async () => {
    const other = database.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query('SELECT pg_advisory_xact_lock($1)', [0x44454d4f]);
    const second = seedDemo({
      url: database.url,
      poolSize: 1,
      lockTimeoutMs: 50,
      statementTimeoutMs: 100,
      idleInTransactionTimeoutMs: 30_000,
    });
    second.catch(() => undefined);
    await Promise.race([
      second,
      waitFor('the second to wait longer than any statement may', async () => {
        const rows: unknown[] = await database.dataSource.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'malipo demo'
             AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '200 ms'`,
        );
        return rows.length > 0;
      }),
    ]);
    await other.rollbackTransaction();
    await other.release();
    await second;
    const [users]: { n: number }[] = await database.dataSource.query(
      'SELECT count(*)::int AS n FROM users',
    );
    expect(users?.n).toBeGreaterThan(0);
  });
});
