import { Client } from 'pg';
import { ChainReader } from '../../src/audits/chain/chain.reader.js';
import { AuditSealer, SEAL_BATCH } from '../../src/audits/chain/audit-sealer.service.js';
import { AuditVerifier } from '../../src/audits/chain/audit-verifier.service.js';
import { Audits, type NewAuditEntry } from '../../src/audits/index.js';
import { SYSTEM } from '../../src/common/index.js';
import { Transactions } from '../../src/database/index.js';
import { createTestDatabase } from './database.js';

export function anAuditEntry(objectId: number, more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    accountId: 1,
    actor: SYSTEM,
    action: 'payment.completed',
    objectType: 'payment',
    objectId,
    paymentId: objectId,
    changes: { status: ['processing', 'completed'], amount: '50000.00' },
    ...more,
  };
}

const GUARDS: [table: string, trigger: string][] = [
  ['audit_entries', 'audit_entries_append_only'],
  ['audit_entries', 'audit_entries_no_truncate'],
  ['audit_entries', 'audit_entries_unsealed'],
  ['audit_seals', 'audit_seals_append_only'],
  ['audit_seals', 'audit_seals_no_truncate'],
];

/** A trail of its own, with everything that writes, seals and verifies it. */
export async function anAuditTrail() {
  const database = await createTestDatabase();
  const { dataSource } = database;
  const transactions = new Transactions(dataSource);
  const audits = new Audits();
  const sealer = new AuditSealer(dataSource, transactions);

  /** As somebody who may do anything. */
  const asAdmin = async (...statements: string[]): Promise<void> => {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const guards = (state: 'DISABLE' | 'ENABLE ALWAYS'): string[] =>
    GUARDS.map(([table, trigger]) => `ALTER TABLE ${table} ${state} TRIGGER ${trigger}`);

  return {
    database,
    transactions,
    audits,
    sealer,
    verifier: new AuditVerifier(new ChainReader(dataSource)),
    asAdmin,
    rows: <Row>(sql: string): Promise<Row[]> => dataSource.query(sql),
    append: (...entries: NewAuditEntry[]): Promise<void> =>
      transactions.run((manager) => audits.append(manager, entries)),
    sealAll: async (): Promise<number> => {
      let sealed = 0;
      for (let count = SEAL_BATCH; count === SEAL_BATCH; sealed += count) {
        count = await sealer.sealBatch();
      }
      return sealed;
    },
    /** Puts the guards out of action first. */
    tamper: (...statements: string[]): Promise<void> =>
      asAdmin(
        ...guards('DISABLE'),
        'ALTER TABLE audit_seals DROP CONSTRAINT IF EXISTS audit_seals_entry_fkey',
        ...statements,
        ...guards('ENABLE ALWAYS'),
      ),
    /** An empty trail, numbered from 1 again. */
    reset: (): Promise<void> =>
      asAdmin(
        ...guards('DISABLE'),
        'TRUNCATE audit_entries, audit_seals, audit_unsealed RESTART IDENTITY',
        ...guards('ENABLE ALWAYS'),
      ),
  };
}
export type AuditTrail = Awaited<ReturnType<typeof anAuditTrail>>;
