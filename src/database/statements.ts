import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';

/**
 * Single statements of the hottest paths, straight to the pool that TypeORM uses: its query runner costs as
 * much as a small statement. Each commits by itself. Everything else goes through TypeORM.
 */
@Injectable()
export class Statements {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs a statement that comes often; its plan is kept (see `NamingClient`). Answers its rows. */
  async query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.with(async (client) => (await client.query<Row>(text, values)).rows);
  }

  /**
   * As `query`, but planned anew each time: for statements over many inputs at once, where a plan made for
   * a table that was small would read all of it long after.
   */
  async planned<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.with(async (client) => (await client.query<Row>({ text, values })).rows);
  }

  /** A connection that broke is noticed by the pool when it comes back. */
  private async with<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await poolOf(this.dataSource).connect();
    client.on('error', ignore);
    try {
      return await work(client);
    } finally {
      client.off('error', ignore);
      client.release();
    }
  }
}

/** The statement under way fails with the same error: without a listener the process would end. */
function ignore(): void {}

function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
