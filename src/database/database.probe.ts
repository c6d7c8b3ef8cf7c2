import type { DataSource } from 'typeorm';
import { pendingMigrations } from './migrations.js';

const SLOW_MS = 500;
/** Job locks are written by this machine's clock and read by others'. */
const MAX_SKEW_MS = 5_000;

/**
 * Null when the database answers promptly, its clock agrees with ours and its schema is up to date; else in
 * a few words what is wrong. Throws what the database throws.
 */
export async function checkDatabase(dataSource: DataSource): Promise<string | null> {
  let { tookMs, skewMs } = await askTheTime(dataSource);
  // This process may have stood still itself meanwhile, for a large document say; hardly twice in a row.
  if (tookMs > SLOW_MS) ({ tookMs, skewMs } = await askTheTime(dataSource));
  if (tookMs > SLOW_MS) return `answers after ${tookMs} ms`;
  if (skewMs > MAX_SKEW_MS) return `its clock and ours differ by ${Math.round(skewMs / 1000)} s`;
  const pending = await pendingMigrations(dataSource);
  return pending.length > 0 ? `the schema is behind by ${pending.join(', ')}` : null;
}

async function askTheTime(dataSource: DataSource): Promise<{ tookMs: number; skewMs: number }> {
  const sent = Date.now();
  const [row]: { now_ms: string }[] = await dataSource.query(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms',
  );
  const answered = Date.now();
  const theirs = Number(row?.now_ms);
  return { tookMs: answered - sent, skewMs: Math.max(sent - theirs, theirs - answered) };
}
