import { toProblem } from '../../src/http/errors/problem.mapper.js';
import { Transactions, withSession } from '../../src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait.js';

interface Queries {
  query(sql: string): Promise<unknown>;
}

/** The server goes away while nobody asks it anything. */
describe('a connection lost between two statements', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const pidOf = async (asked: Queries): Promise<number> => {
    const answer = await asked.query('SELECT pg_backend_pid() AS pid');
    const rows = Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows;
    return (rows[0] as { pid: number }).pid;
  };
  const lose = async (asked: Queries): Promise<unknown> => {
    const pid = await pidOf(asked);
    await database.asAdmin(`SELECT pg_terminate_backend(${pid})`);
    await waitFor('the end of the connection', async () => {
      const alive = await database.dataSource.query('SELECT FROM pg_stat_activity WHERE pid = $1', [
        pid,
      ]);
      return alive.length === 0;
    });
    return asked.query('SELECT 1');
  };

  /** Asks where the session is, and nothing once it is gone. */
  const ignoreLast = (asked: Queries) => (sql: string) =>
    sql === 'SELECT 1' ? Promise.resolve([]) : asked.query(sql);

  it('fails the work with what the server said, not the process', async () => {
    await expect(withSession(database.url, 'malipo test', lose)).rejects.toMatchObject({
      code: '57P01',
    });
  });

  it('lets other work fail as it did', async () => {
    const refused = withSession(database.url, 'malipo test', () => Promise.reject(new Error('no')));
    await expect(refused).rejects.toThrow('no');
  });

  it('is answered as passing when it was in a transaction', async () => {
    const failure = await new Transactions(database.dataSource).run(lose).catch(toProblem);
    expect(failure).toMatchObject({ status: 503, code: 'temporarily_unavailable' });
  });

  it('is answered as passing when only the commit was left', async () => {
    const last = (manager: Queries): Promise<unknown> => lose({ query: ignoreLast(manager) });
    const failure = await new Transactions(database.dataSource).run(last).catch(toProblem);
    expect(failure).toMatchObject({ status: 503, code: 'temporarily_unavailable' });
  });
});
