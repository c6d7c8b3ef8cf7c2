import { randomBytes } from 'node:crypto';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from '../../src/database/index.js';
import { demoTemplate } from './demo.template.js';
import { asAdmin, testServer, urlOf } from './postgres.js';

export interface TestDatabase {
  /** The application's role. */
  url: string;
  /** The role that owns the database and everything in it. */
  ownerUrl: string;
  /** Superuser, in this database. */
  adminUrl: string;
  /** Open, with the application's role and options. */
  dataSource: DataSource;
  /** Runs SQL as the owner, or as a superuser: what the application's role may not do. */
  asOwner(sql: string): Promise<unknown>;
  asAdmin(sql: string): Promise<unknown>;
  /** Closes `dataSource` and removes the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  entities?: DataSourceOptions['entities'];
  poolSize?: number;
  /** Without any table; the schema is up to date otherwise. */
  empty?: boolean;
  /** With the demo's users, properties and bookings. */
  demo?: boolean;
}

/** A database of its own for a test file, cloned from the migrated template. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { entities = [], poolSize = 10, empty = false, demo = false } = options;
  const server = testServer();
  const database = `${server.template}_${process.pid}_${randomBytes(4).toString('hex')}`;
  const owner = new URL(server.ownerUrl).username;
  const filled = demo ? await demoTemplate(server) : server.template;
  const template = empty ? 'template0' : filled;
  await asAdmin(server.adminUrl, `CREATE DATABASE ${database} OWNER ${owner} TEMPLATE ${template}`);
  const url = urlOf(server.appUrl, { database });
  const dataSource = new DataSource({
    ...dataSourceOptions(
      {
        url,
        poolSize,
        lockTimeoutMs: 5_000,
        statementTimeoutMs: 15_000,
        idleInTransactionTimeoutMs: 30_000,
      },
      'malipo test',
    ),
    entities,
  });
  await dataSource.initialize();
  return {
    url,
    ownerUrl: urlOf(server.ownerUrl, { database }),
    adminUrl: urlOf(server.adminUrl, { database }),
    dataSource,
    asOwner: (sql) => asAdmin(urlOf(server.ownerUrl, { database }), sql),
    asAdmin: (sql) => asAdmin(urlOf(server.adminUrl, { database }), sql),
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await asAdmin(server.adminUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    },
  };
}
