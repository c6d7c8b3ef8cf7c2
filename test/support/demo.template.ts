import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { seedDemo } from '../../src/demo.js';
import { urlOf, type TestServer } from './postgres.js';

/** `TEST` in ASCII: the worker that comes first fills the template, the others wait for it. */
const LOCK_KEY = 0x54455354;

/** A database with the demo's examples, for tests to clone: filled once per run, by who needs it first. */
export async function demoTemplate(server: TestServer): Promise<string> {
  const name = `${server.template}_demo`;
  const admin = new Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    const isThere = async (): Promise<boolean> => {
      const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      return rowCount === 1;
    };
    if (await isThere()) return name;
    await admin.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    if (await isThere()) return name;
    // Under its name only once it is whole.
    const draft = `${name}_${randomBytes(4).toString('hex')}`;
    const owner = new URL(server.ownerUrl).username;
    await admin.query(`CREATE DATABASE ${draft} OWNER ${owner} TEMPLATE ${server.template}`);
    await seedDemo({
      url: urlOf(server.appUrl, { database: draft }),
      poolSize: 1,
      lockTimeoutMs: 5_000,
      statementTimeoutMs: 15_000,
      idleInTransactionTimeoutMs: 30_000,
    });
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.end();
  }
}
