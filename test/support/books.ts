import type { DataSource } from 'typeorm';
import { CHECKS, DRAWERS, LEDGER, PAYMENTS } from '../../tools/stack/books.queries.js';

interface Balance {
  account_id: number;
  code: string;
  currency: string;
  minor: string;
}

/** Fails unless each drawer's events, session and ledger account agree, to the minor unit. */
export async function expectDrawersToAgree(dataSource: DataSource): Promise<void> {
  expect(await dataSource.query(DRAWERS)).toEqual([]);
}

/** Fails unless the ledger's balances equal what payments, attempts and bookings say. */
export async function expectBooksToAgree(dataSource: DataSource): Promise<void> {
  const ledger: Balance[] = await dataSource.query(LEDGER);
  const payments: Balance[] = await dataSource.query(PAYMENTS);
  expect(ledger).toEqual(payments);
  for (const [what, sql] of Object.entries(CHECKS)) {
    expect({ what, rows: await dataSource.query(sql) }).toEqual({ what, rows: [] });
  }
}
