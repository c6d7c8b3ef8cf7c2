import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asRow, type Row, text, whole } from './cells.js';
import type { EvidenceTable } from './evidence.types.js';
import { readLines } from './lines.js';

/** What is kept in memory of the long tables; the rest is left on the disk. */
const KEPT: Partial<Record<EvidenceTable, readonly string[]>> = {
  payments: [
    'id',
    'uuid',
    'account_id',
    'payable_kind',
    'payable_id',
    'customer_id',
    'currency',
    'amount_minor',
    'applied_minor',
    'excess_minor',
    'refunded_minor',
    'refunding_minor',
    'moved_minor',
    'payer_email',
    'payment_method',
    'provider',
    'status',
    'version',
    'paid_at',
    'created_at',
  ],
  payment_transactions: [
    'id',
    'payment_id',
    'account_id',
    'provider',
    'reference',
    'gateway_transaction_id',
    'status',
    'currency',
    'amount_minor',
    'failure_code',
    'overpayment',
    'review_reason',
    'ledger_account',
    'created_at',
  ],
  outbox: ['id', 'topic', 'key', 'next_at', 'done_at', 'parked_at', 'failures', 'last_error'],
  bookings: ['id', 'account_id', 'customer_email', 'paid_minor'],
  ledger_journals: ['id', 'source_type', 'source_id', 'fact'],
  sent_mails: ['payment_id'],
  webhook_events: [
    'id',
    'uuid',
    'provider',
    'verification',
    'status',
    'wire_status',
    'reference',
    'transaction_id',
    'payment_id',
  ],
};

/** Of the jobs that are done, only those are asked for later that tell of a payment. */
const LEFT_OUT: Partial<Record<EvidenceTable, (row: Row) => boolean>> = {
  outbox: (row) => row['done_at'] !== null && row['topic'] !== 'payment.completed',
};

/** The tables of a run folder. Each is read when it is first asked for. */
export class Tables {
  private readonly read = new Map<EvidenceTable, Promise<Row[]>>();
  private readonly indexes = new Map<string, Promise<Map<string, Row[]>>>();

  constructor(private readonly folder: string) {}

  has(table: EvidenceTable): boolean {
    return existsSync(this.path(table));
  }

  /** All rows, kept in memory. */
  rows(table: EvidenceTable): Promise<Row[]> {
    const known = this.read.get(table);
    if (known) return known;
    const reading = this.collect(table);
    this.read.set(table, reading);
    return reading;
  }

  /** Rows one at a time, with every column, none kept. */
  async *stream(table: EvidenceTable): AsyncGenerator<Row> {
    for await (const record of readLines<Record<string, unknown>>(this.path(table))) {
      yield asRow(record);
    }
  }

  /** Rows by what a column says; rows without it are left out. */
  by(table: EvidenceTable, column: string): Promise<Map<string, Row[]>> {
    const name = `${table}.${column}`;
    const known = this.indexes.get(name);
    if (known) return known;
    const making = this.index(table, column);
    this.indexes.set(name, making);
    return making;
  }

  /** The row with this id. */
  async finder(table: EvidenceTable): Promise<(id: string) => Row | undefined> {
    const index = await this.by(table, 'id');
    return (id) => index.get(id)?.[0];
  }

  /** The payment that a client named by id or uuid. */
  async paymentFinder(): Promise<(name: string) => Row | undefined> {
    const ids = await this.by('payments', 'id');
    const uuids = await this.by('payments', 'uuid');
    return (name) => (ids.get(name) ?? uuids.get(name))?.[0];
  }

  private async collect(table: EvidenceTable): Promise<Row[]> {
    const rows: Row[] = [];
    const columns = KEPT[table];
    const leftOut = LEFT_OUT[table];
    for await (const record of readLines<Record<string, unknown>>(this.path(table))) {
      const row = asRow(record, columns);
      if (!leftOut?.(row)) rows.push(row);
    }
    return rows;
  }

  private async index(table: EvidenceTable, column: string): Promise<Map<string, Row[]>> {
    const index = new Map<string, Row[]>();
    for (const row of await this.rows(table)) {
      const value = row[column];
      if (typeof value !== 'string') continue;
      const known = index.get(value);
      if (known) known.push(row);
      else index.set(value, [row]);
    }
    return index;
  }

  private path(table: EvidenceTable): string {
    return join(this.folder, 'tables', `${table}.jsonl`);
  }
}

/** `table id`, as problems name a row. */
export function named(what: string, row: Row): string {
  return `${what} ${whole(row, 'id')}`;
}

export function isPaid(payment: Row): boolean {
  return ['completed', 'partially_refunded', 'refunded'].includes(text(payment, 'status'));
}
