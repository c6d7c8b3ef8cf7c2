import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RunRow, StatementLine } from '../reconciliation.types.js';
import { LineChecksums } from '../statements/statement.lines.js';

/** Lines that one statement of SQL writes. */
const BATCH = 2_000;

const COLUMNS = [
  ['kind', 'text'],
  ['line_no', 'int'],
  ['checksum', 'text'],
  ['gateway_id', 'text'],
  ['reference', 'text'],
  ['reference_key', 'text'],
  ['payer', 'text'],
  ['payer_key', 'text'],
  ['description', 'text'],
  ['line_status', 'text'],
  ['wire_status', 'text'],
  ['currency', 'text'],
  ['amount_minor', 'bigint'],
  ['happened_at', 'timestamptz'],
] as const;
const NAMES = COLUMNS.map(([name]) => name).join(', ');
const ARRAYS = COLUMNS.map(([, type], index) => `$${index + 4}::${type}[]`).join(', ');

/** Charges and payouts are known by the statement alone: there is nothing to compare them with. */
const INSERT = `
  INSERT INTO reconciliation_items (run_id, account_id, provider, origin, ${NAMES}, outcome, detail)
  SELECT $1, $2, $3, 'line', ${NAMES},
    CASE WHEN kind IN ('payment', 'refund') THEN NULL
      WHEN line_status = 'paid' THEN 'matched' ELSE 'status_differs' END,
    CASE WHEN kind NOT IN ('payment', 'refund') AND line_status <> 'paid' THEN 'not_paid_out' END
  FROM unnest(${ARRAYS}) AS line (${NAMES})
  ON CONFLICT (account_id, provider, checksum) WHERE checksum IS NOT NULL DO NOTHING
  RETURNING id`;

export interface Written {
  /** Lines of the file that hold money, fees and levies beside payments counted each. */
  lines: number;
  known: number;
  skipped: number;
  from: Date | null;
  to: Date | null;
}

type Head = Pick<RunRow, 'id' | 'account_id' | 'provider'>;

/** Writes a statement's lines as they are read, many at a time; a line that is known is left out. */
@Injectable()
export class LineWriter {
  async write(
    manager: EntityManager,
    run: Head,
    rows: AsyncIterable<StatementLine[]>,
  ): Promise<Written> {
    const checksums = new LineChecksums();
    const written: Written = { lines: 0, known: 0, skipped: 0, from: null, to: null };
    let batch: unknown[][] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const arrays = COLUMNS.map((_, column) => batch.map((values) => values[column]));
      const inserted: unknown[] = await manager.query(INSERT, [
        run.id,
        run.account_id,
        run.provider,
        ...arrays,
      ]);
      written.known += batch.length - inserted.length;
      batch = [];
    };
    for await (const lines of rows) {
      if (lines.length === 0) written.skipped += 1;
      for (const line of lines) {
        written.lines += 1;
        widen(written, line.happenedAt);
        batch.push(valuesOf(line, checksums.of(line)));
      }
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    return written;
  }
}

/** In the order of `COLUMNS`. */
function valuesOf(line: StatementLine, checksum: string): unknown[] {
  return [
    line.kind,
    line.lineNo,
    checksum,
    line.gatewayId,
    line.reference,
    keyOf(line.reference),
    line.payer,
    payerKeyOf(line.payer),
    line.description,
    line.status,
    line.wireStatus,
    line.currency,
    line.amountMinor.toString(),
    line.happenedAt?.toISOString() ?? null,
  ];
}

/** References as they are compared: people and banks write them with other spaces, hyphens and capitals. */
export function keyOf(reference: string | null): string | null {
  const key = (reference ?? '')
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  return key === '' ? null : key;
}

/** Numbers by their last nine digits, which are the same with and without a country code. */
export function payerKeyOf(payer: string | null): string | null {
  if (payer === null) return null;
  const digits = payer.replaceAll(/\D/g, '');
  const key = digits.length >= 9 ? digits.slice(-9) : keyOf(payer)?.toLowerCase();
  return key ?? null;
}

function widen(written: Written, moment: Date | null): void {
  if (!moment) return;
  if (!written.from || moment < written.from) written.from = moment;
  if (!written.to || moment > written.to) written.to = moment;
}
