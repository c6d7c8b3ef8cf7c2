import { Pool } from 'pg';
import type { ProductDatabase } from '../../stack/index.js';

/** Rows as PostgreSQL sends them: big integers are strings. */
export type Row = Record<string, unknown>;

/** SQL evidence beside the API: a few connections of a superuser. */
export class DatabaseDesk {
  private readonly pool: Pool;

  constructor(database: Pick<ProductDatabase, 'adminUrl'>) {
    this.pool = new Pool({ connectionString: database.adminUrl, max: 4 });
    // A database that is stopped on purpose ends idle connections; the next query opens another.
    this.pool.on('error', () => undefined);
  }

  async rows<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, values)).rows;
  }

  /** The first row. @throws when there is none */
  async one<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T> {
    const [row] = await this.rows<T>(sql, values);
    if (!row) throw new Error(`no row: ${sql}`);
    return row;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
