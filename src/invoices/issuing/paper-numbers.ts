import type { EntityManager } from 'typeorm';

export interface PaperNumber {
  /** E.g. `INV-2026-000001`. */
  number: string;
  year: number;
  seq: number;
}

const PREFIXES = { invoice: 'INV', credit_note: 'CN' } as const;

/**
 * The next number of the account and year (UTC). The counter's row stays locked until the transaction
 * ends, so numbers are given one after the other; a transaction that fails gives its number back.
 */
export async function takeNumber(
  manager: EntityManager,
  accountId: number,
  kind: keyof typeof PREFIXES,
): Promise<PaperNumber> {
  const [row]: { year: number; seq: number }[] = await manager.query(
    `INSERT INTO invoice_counters AS c (account_id, kind, year, last_number)
     VALUES ($1, $2, extract(year FROM app_now() AT TIME ZONE 'UTC'), 1)
     ON CONFLICT ON CONSTRAINT invoice_counters_pkey
       DO UPDATE SET last_number = c.last_number + 1
     RETURNING year, last_number AS seq`,
    [accountId, kind],
  );
  if (!row) throw new Error(`no number for the next ${kind} of account ${accountId}`);
  const { year, seq } = row;
  return { number: `${PREFIXES[kind]}-${year}-${String(seq).padStart(6, '0')}`, year, seq };
}
