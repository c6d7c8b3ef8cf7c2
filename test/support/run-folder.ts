import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENTRY_COLUMNS,
  GENESIS_HASH,
  sealHash,
  type EntryText,
} from '../../src/audits/chain/seal.hash.js';
import {
  EVIDENCE_TABLES,
  type EvidenceTable,
  type Verdict,
} from '../../tools/torture/checker/evidence.types.js';
import { judge } from '../../tools/torture/checker/judge.js';

export type Cells = Record<string, string | null>;
type Values = Record<string, string | number | bigint | boolean | null>;

export const STARTED_AT = Date.parse('2026-11-21T10:00:00Z');
const AT = '2026-11-21 10:01:02.5+00';
/** What rows have that nobody cares about here. */
const DEFAULTS: Partial<Record<EvidenceTable, Values>> = {
  payments: {
    account_id: 1,
    payable_kind: 'booking',
    customer_id: 1,
    currency: 'TZS',
    applied_minor: 0,
    excess_minor: 0,
    refunded_minor: 0,
    refunding_minor: 0,
    moved_minor: 0,
    payer_email: null,
    payment_method: 'mobile_money',
    provider: 'azampay',
    status: 'pending',
    version: 1,
    paid_at: null,
  },
  payment_transactions: {
    account_id: 1,
    provider: 'azampay',
    gateway_transaction_id: null,
    currency: 'TZS',
    failure_code: null,
    overpayment: false,
    review_reason: null,
    ledger_account: null,
  },
  refunds: {
    account_id: 1,
    provider: 'stripe',
    currency: 'TZS',
    approval: 'not_needed',
    requested_by: 6,
    decided_by: null,
    settled_by: null,
    ledger_account: null,
  },
  outbox: { done_at: null, parked_at: null, failures: 0, last_error: null },
  cash_events: {
    account_id: 1,
    drawer_id: 1,
    session_id: 1,
    cashier_id: 5,
    actor_id: 5,
    currency: 'TZS',
    expense_id: null,
    refund_id: null,
    payment_id: null,
  },
  unallocated_receipts: {
    account_id: 1,
    provider: 'azampay',
    currency: 'TZS',
    payment_id: null,
    transaction_id: null,
    reference: null,
  },
  webhook_events: {
    provider: 'azampay',
    verification: 'verified',
    status: 'processed',
    wire_status: 'success',
    transaction_id: null,
    payment_id: null,
  },
};

/** A run folder in the making: what a small, sound run left behind, before a test spoils it. */
export class RunFolder {
  readonly tables = Object.fromEntries(
    EVIDENCE_TABLES.map((name) => [name, []]),
  ) as unknown as Record<EvidenceTable, Cells[]>;
  readonly history: Record<string, unknown>[] = [];
  readonly gateway: Record<string, unknown>[] = [];
  readonly run: Record<string, unknown> = {
    part: 'spec',
    seed: 1,
    scale: 'push',
    backend: 'postgres',
    startedAt: STARTED_AT,
    collectedAt: STARTED_AT + 120_000,
    drainMs: 900,
    finalMs: 8_000,
  };
  private calls = 0;
  private readonly ledgerAccounts = new Map<string, string>();

  add(table: EvidenceTable, values: Values): Cells {
    const rows = this.tables[table];
    const row: Cells = {};
    const whole = { id: rows.length + 1, created_at: AT, ...DEFAULTS[table], ...values };
    for (const [name, value] of Object.entries(whole)) {
      row[name] =
        typeof value === 'boolean' ? (value ? 't' : 'f') : value === null ? null : String(value);
    }
    rows.push(row);
    return row;
  }

  /** The row of a table with this id. */
  row(table: EvidenceTable, id: number): Cells {
    const found = this.tables[table].find((row) => row['id'] === String(id));
    if (!found) throw new Error(`the folder has no ${table} ${id}`);
    return found;
  }

  /** An invocation and its end in the history. */
  call(
    op: string,
    end: {
      phase?: 'ok' | 'fail' | 'info';
      key?: string;
      account?: number;
      request?: object;
      status?: number;
      answer?: object;
      bytes?: string;
    },
  ): void {
    this.calls += 1;
    const { request = {}, key, ...rest } = end;
    const both = { actor: 'client-1', op, id: this.calls, ...(key ? { key } : {}) };
    this.history.push({ t: STARTED_AT + this.calls, ...both, phase: 'invoke', request });
    this.history.push({ t: STARTED_AT + this.calls, ...both, phase: 'ok', status: 200, ...rest });
  }

  audit(
    objectType: string,
    objectId: string | null | undefined,
    action: string,
    changes: object = {},
  ): void {
    this.add('audit_entries', {
      account_id: 1,
      at: AT,
      actor_id: null,
      actor_label: 'system',
      actor_role: 'system',
      action,
      object_type: objectType,
      object_id: objectId ?? null,
      payment_id: null,
      changes: JSON.stringify(changes),
      request_id: null,
    });
  }

  /** A journal; amounts by ledger account, in minor units. */
  journal(
    sourceType: string,
    sourceId: string | null | undefined,
    fact: string,
    lines: Record<string, number>,
  ): void {
    const journal = this.add('ledger_journals', {
      account_id: 1,
      source_type: sourceType,
      source_id: sourceId ?? null,
      fact,
    });
    for (const [code, amount] of Object.entries(lines)) {
      const known =
        this.ledgerAccounts.get(code) ??
        this.add('ledger_accounts', { account_id: 1, code, currency: 'TZS' })['id'] ??
        '';
      this.ledgerAccounts.set(code, known);
      this.add('ledger_postings', {
        journal_id: journal['id'] ?? null,
        account_id: 1,
        ledger_account_id: known,
        currency: 'TZS',
        amount_minor: amount,
      });
    }
  }

  /** Seals the audit trail as the product does. */
  seal(): void {
    const sealedAt = '2026-11-21T10:01:03.000000Z';
    let prevHash = GENESIS_HASH;
    this.tables.audit_seals.length = 0;
    for (const [index, row] of this.tables.audit_entries.entries()) {
      const entry = Object.fromEntries(
        ENTRY_COLUMNS.map((name) => [name, row[name] ?? null]),
      ) as EntryText;
      entry.at = '2026-11-21T10:01:02.500000Z';
      const hash = sealHash({ seq: BigInt(index + 1), prevHash, sealedAt }, entry);
      this.add('audit_seals', {
        seq: index + 1,
        entry_id: row['id'] ?? null,
        prev_hash: `\\x${prevHash}`,
        hash: `\\x${hash}`,
        sealed_at: '2026-11-21 10:01:03+00',
      });
      prevHash = hash;
    }
  }

  async judge(): Promise<Verdict> {
    const folder = await mkdtemp(join(tmpdir(), 'malipo-run-'));
    try {
      await mkdir(join(folder, 'tables'));
      await writeFile(join(folder, 'run.json'), JSON.stringify(this.run));
      await writeFile(join(folder, 'history.jsonl'), lines(this.history));
      await writeFile(join(folder, 'gateway.jsonl'), lines(this.gateway));
      for (const [name, rows] of Object.entries(this.tables)) {
        await writeFile(join(folder, 'tables', `${name}.jsonl`), lines(rows));
      }
      return await judge(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function lines(records: object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
