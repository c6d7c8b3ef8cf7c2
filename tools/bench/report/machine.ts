import { cpus, totalmem } from 'node:os';
import { Client } from 'pg';

/** What figures depend on, as text. */
export async function machineOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const version = await client.query<{ server_version: string }>('SHOW server_version');
  const fsync = await client.query<{ on: boolean }>(
    `SELECT bool_and(setting = 'on') AS on FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
  );
  await client.end();
  const cores = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const durable = fsync.rows[0]?.on ? 'durability on' : 'DURABILITY OFF';
  return [
    date,
    `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores`,
    `${Math.round(totalmem() / 1024 ** 3)} GB`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${version.rows[0]?.server_version ?? '?'} (${durable})`,
  ].join(' · ');
}
