import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { ProductProcess } from './product.js';

/** A database with the product's schema; each address opens it with another role. */
export interface ProductDatabase {
  readonly name: string;
  /** The application's role, which owns nothing. */
  readonly appUrl: string;
  /** The role that owns the schema. */
  readonly ownerUrl: string;
  /** Superuser. */
  readonly adminUrl: string;
}

/** What is needed of a cluster here. */
export interface Cluster {
  readonly adminUrl: string;
  readonly passwords: { owner: string; app: string };
  url(role: string, password: string, database: string): string;
  adminUrlOf(database: string): string;
}

const OWNER = 'malipo_owner';
const APP = 'malipo_app';

/** Roles and database as an installation without containers has them, then the migrations of `dist`. */
export async function createProductDatabase(
  cluster: Cluster,
  dist: string,
  name: string,
): Promise<ProductDatabase> {
  await sql(cluster.adminUrl, [
    role(OWNER, cluster.passwords.owner),
    role(APP, cluster.passwords.app),
    `CREATE DATABASE ${name} OWNER ${OWNER}`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO ${APP}`,
  ]);
  const database = {
    name,
    appUrl: cluster.url(APP, cluster.passwords.app, name),
    ownerUrl: cluster.url(OWNER, cluster.passwords.owner, name),
    adminUrl: cluster.adminUrlOf(name),
  };
  const migration = ProductProcess.spawn({
    dist,
    entry: 'migrate',
    args: ['run'],
    env: {
      DATABASE_URL: database.appUrl,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      DATA_DIR: tmpdir(),
    },
  });
  const { code } = await migration.ended;
  if (code !== 0) throw new Error(`the migrations ended with ${code}:\n${migration.output}`);
  return database;
}

/** Several databases of a cluster share the roles. */
function role(name: string, password: string): string {
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN
      CREATE ROLE ${name} LOGIN PASSWORD '${password}';
    END IF; END $$`;
}

/** Runs statements one after the other on a connection of their own. */
export async function sql(url: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
