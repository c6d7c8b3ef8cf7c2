import { createHash } from 'node:crypto';
import { type Row, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import type { EvidenceTable } from '../evidence.types.js';
import { Judgement } from '../judgement.js';

interface Series {
  table: EvidenceTable;
  /** Each has numbers of its own. */
  within: readonly string[];
  number: string;
}

const SERIES: readonly Series[] = [
  { table: 'cash_sessions', within: ['drawer_id'], number: 'number' },
  { table: 'cash_z_reports', within: ['drawer_id'], number: 'number' },
  { table: 'invoices', within: ['account_id', 'number_year'], number: 'number_seq' },
  { table: 'credit_notes', within: ['account_id', 'number_year'], number: 'number_seq' },
  { table: 'receipts', within: ['account_id', 'year'], number: 'sequence' },
  { table: 'day_closes', within: ['account_id'], number: 'number' },
];

/** Numbers on papers start at 1 and have neither gaps nor doubles. */
export async function numbersWithoutGaps({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('numbers-without-gaps', 'numbered papers');
  for (const { table, within, number } of SERIES) {
    const series = new Map<string, number[]>();
    for (const row of await tables.rows(table)) {
      const value = row[number];
      // A draft has none yet.
      if (typeof value !== 'string') continue;
      judgement.look();
      const name = within.map((column) => `${column} ${row[column]}`).join(', ');
      series.set(name, [...(series.get(name) ?? []), Number(value)]);
    }
    for (const [name, numbers] of series) {
      const sorted = numbers.toSorted((a, b) => a - b);
      const at = sorted.findIndex((value, index) => value !== index + 1);
      if (at >= 0) {
        judgement.fault(`${table} of ${name}: ${sorted[at]} stands where ${at + 1} should be`);
      }
    }
  }
  return judgement;
}

/** Z reports and day closes carry the hash of what they say and of the one before. */
export async function sealedPapers({ tables }: Evidence): Promise<Judgement> {
  const judgement = new Judgement('sealed-papers', 'Z reports and day closes');
  for (const [table, within] of [
    ['cash_z_reports', 'drawer_id'],
    ['day_closes', 'account_id'],
  ] as const) {
    const last = new Map<string, string>();
    const rows = (await tables.rows(table)).toSorted(byNumber);
    for (const row of rows) {
      judgement.look();
      const name = `${table} ${text(row, 'id')}`;
      const previous = row['previous_hash'] ?? '';
      if (previous !== (last.get(text(row, within)) ?? '')) {
        judgement.fault(`${name} does not continue the one before it`);
      }
      const hash = createHash('sha256')
        .update(`${previous}\n${text(row, 'content')}`)
        .digest('hex');
      if (hash !== text(row, 'hash')) judgement.fault(`${name} is not what was sealed`);
      last.set(text(row, within), text(row, 'hash'));
    }
  }
  return judgement;
}

function byNumber(a: Row, b: Row): number {
  return Number(text(a, 'number')) - Number(text(b, 'number'));
}
