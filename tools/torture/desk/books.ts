import { tmpdir } from 'node:os';
import {
  CHECKS,
  LEDGER,
  PAYMENTS,
  ProductProcess,
  type ProductDatabase,
} from '../../stack/index.js';
import type { DatabaseDesk } from './database.desk.js';

/** What is wrong with the books, in words; empty when ledger, payments and everything paid for agree. */
export async function booksProblems(desk: DatabaseDesk): Promise<string[]> {
  const problems: string[] = [];
  const ledger = JSON.stringify(await desk.rows(LEDGER));
  const payments = JSON.stringify(await desk.rows(PAYMENTS));
  if (ledger !== payments) {
    problems.push(
      `ledger and payments differ: the ledger says ${ledger}, payments say ${payments}`,
    );
  }
  for (const [what, sql] of Object.entries(CHECKS)) {
    const rows = await desk.rows(sql);
    if (rows.length > 0)
      problems.push(`${what}: ${JSON.stringify(rows.slice(0, 5))} (${rows.length})`);
  }
  return problems;
}

/** The product's own check from outside: audit chain, seals, Z reports, day closes. */
export async function chainProblems(dist: string, database: ProductDatabase): Promise<string[]> {
  const check = ProductProcess.spawn({
    dist,
    entry: 'verify-books',
    env: { DATABASE_URL: database.appUrl, DATA_DIR: tmpdir() },
  });
  const { code } = await check.ended;
  return code === 0 ? [] : [`books:verify ended with ${code}: ${check.output.slice(-2_000)}`];
}
