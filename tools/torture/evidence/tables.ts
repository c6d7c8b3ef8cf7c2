import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Client } from 'pg';

/** Rows read at once: an audit trail of a long run does not fit into memory. */
const PORTION = 5_000;

interface Named {
  name: string;
}

/** They say nothing of money: log-ins and stored bytes. */
const LEFT_OUT = new Set(['files', 'users', 'refresh_families', 'refresh_tokens']);

/**
 * Writes every row of every table of the schema to `<folder>/<table>.jsonl`, all as of one moment. Values are
 * kept as PostgreSQL prints them, for hashes are made over exactly that.
 */
export async function collectTables(url: string, folder: string): Promise<Map<string, number>> {
  await mkdir(folder, { recursive: true });
  const client = new Client({
    connectionString: url,
    types: { getTypeParser: () => (text: string | Buffer) => text },
  });
  await client.connect();
  const counts = new Map<string, number>();
  try {
    await client.query("SET TimeZone TO 'UTC'");
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<Named>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
    );
    for (const { name } of rows) {
      if (!LEFT_OUT.has(name)) counts.set(name, await collectTable(client, name, folder));
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  return counts;
}

async function collectTable(client: Client, table: string, folder: string): Promise<number> {
  const { rows: keys } = await client.query<Named>(
    `SELECT a.attname AS name FROM pg_index i
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)`,
    [`public."${table}"`],
  );
  const order = keys.length > 0 ? `ORDER BY ${keys.map(({ name }) => `"${name}"`).join(', ')}` : '';
  await client.query(
    `DECLARE portion NO SCROLL CURSOR FOR SELECT * FROM public."${table}" ${order}`,
  );
  const file = createWriteStream(join(folder, `${table}.jsonl`));
  let count = 0;
  for (;;) {
    const { rows } = await client.query<Record<string, unknown>>(`FETCH ${PORTION} FROM portion`);
    if (rows.length === 0) break;
    count += rows.length;
    file.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
  await client.query('CLOSE portion');
  file.end();
  await finished(file);
  return count;
}
