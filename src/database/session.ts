import { Client } from 'pg';

/**
 * Does `work` over a connection of its own, which is closed afterwards. Where the server goes away between
 * two statements, `pg` tells only listeners of `error`, and without one it ends the process: here the work
 * fails instead, with the reason the server gave.
 * @param name what PostgreSQL calls the connection, e.g. in `pg_stat_activity`
 */
export async function withSession<T>(
  url: string,
  name: string,
  work: (session: Client) => Promise<T>,
): Promise<T> {
  const session = new Client({ connectionString: url, application_name: name });
  let lost: Error | null = null;
  session.on('error', (error) => (lost ??= error));
  await session.connect();
  try {
    return await work(session);
  } catch (error) {
    throw lost ?? error;
  } finally {
    await session.end();
  }
}
