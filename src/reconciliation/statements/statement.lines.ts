import { createHash } from 'node:crypto';
import { CURRENCIES } from '../../common/index.js';
import type { LineKind, LineState, StatementLine } from '../reconciliation.types.js';
import { CellError, readAmount, readTime } from './statement.cells.js';
import {
  plainWord,
  STATEMENT_COLUMNS,
  type StatementColumn,
  type StatementMapping,
} from './statement.mapping.js';

type Cells = Readonly<Record<StatementColumn, string>>;

const LONGEST = 300;
const MOST_WORDS = 500;

/** Reads rows of one statement, whose header has been seen. */
export class LineReader {
  private readonly places = new Map<StatementColumn, number>();
  private readonly statuses: ReadonlyMap<string, LineState>;
  private readonly kinds: ReadonlyMap<string, LineKind>;
  private readonly words = new Map<string, string>();

  constructor(
    header: readonly string[],
    private readonly mapping: StatementMapping,
  ) {
    const headings = header.map(plainWord);
    for (const column of STATEMENT_COLUMNS) {
      for (const heading of mapping.columns[column] ?? []) {
        const at = headings.indexOf(plainWord(heading));
        if (at === -1) continue;
        this.places.set(column, at);
        break;
      }
    }
    this.statuses = wordsOf(mapping.statuses);
    this.kinds = wordsOf(mapping.kinds);
  }

  has(column: StatementColumn): boolean {
    return this.places.has(column);
  }

  /**
   * The lines of a row: its own, and one for each of its fee and its levy. None where it holds no money.
   * @throws CellError that says which cell is wrong.
   */
  read(row: readonly string[], lineNo: number): StatementLine[] {
    const cells = this.cellsOf(row);
    const currency = (cells.currency.trim() || (this.mapping.currency ?? '')).toUpperCase();
    const amounts = (column: StatementColumn): bigint | null =>
      this.named(column, () => readAmount(cells[column], currency, this.mapping.decimal));
    const signed = amounts('amount') ?? difference(amounts('credit'), amounts('debit'));
    const fee = magnitude(amounts('fee'));
    const levy = magnitude(amounts('levy'));
    if (signed === null && fee === 0n && levy === 0n) return [];
    if (!CURRENCIES.has(currency)) throw new CellError(`currency: "${currency}" is not supported`);
    const base = {
      lineNo,
      gatewayId: textOf(cells.gateway_id),
      reference: textOf(cells.reference),
      payer: textOf(cells.payer),
      description: textOf(cells.description),
      status: this.statusOf(cells.status),
      wireStatus: textOf(cells.status),
      currency,
      happenedAt: this.named('time', () => readTime(cells.time, this.mapping)),
    };
    const net = magnitude(signed);
    const amountMinor = this.mapping.amountIsNet && net > 0n ? net + fee + levy : net;
    const lines: StatementLine[] = [
      { ...base, kind: this.kindOf(cells.kind, signed ?? 0n), amountMinor },
      // A charge is one, whatever became of the payment it stands beside.
      { ...base, kind: 'fee', amountMinor: fee, status: 'paid' },
      { ...base, kind: 'levy', amountMinor: levy, status: 'paid' },
    ];
    return lines.filter((line) => line.amountMinor > 0n);
  }

  private cellsOf(row: readonly string[]): Cells {
    const cells = {} as Record<StatementColumn, string>;
    for (const column of STATEMENT_COLUMNS) {
      const at = this.places.get(column);
      cells[column] = at === undefined ? '' : (row[at] ?? '');
    }
    return cells;
  }

  private statusOf(word: string): LineState {
    if (!this.has('status')) return 'paid';
    return this.statuses.get(this.plain(word)) ?? 'unknown';
  }

  private kindOf(word: string, signed: bigint): LineKind {
    return this.kinds.get(this.plain(word)) ?? (signed < 0n ? 'refund' : 'payment');
  }

  /** The same few words stand in every row. */
  private plain(word: string): string {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    const plain = plainWord(word);
    if (this.words.size < MOST_WORDS) this.words.set(word, plain);
    return plain;
  }

  private named<T>(column: StatementColumn, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof CellError) throw new CellError(`${column}: ${error.message}`);
      throw error;
    }
  }
}

/**
 * What tells a line from all others: its content, and how many equal ones came before it in its file, so
 * that two payments that look alike are two and yet the same line on a second statement is known.
 */
export class LineChecksums {
  private readonly seen = new Map<string, number>();

  of(line: StatementLine): string {
    const content = digest([
      line.kind,
      line.gatewayId,
      line.reference,
      line.payer,
      line.description,
      line.status,
      line.currency,
      line.amountMinor.toString(),
      line.happenedAt?.toISOString() ?? null,
    ]);
    const before = this.seen.get(content) ?? 0;
    this.seen.set(content, before + 1);
    return before === 0 ? content : digest([content, before]);
  }
}

function digest(parts: readonly (string | number | null)[]): string {
  // 128 bits: nobody gains by a collision of their own statement.
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function wordsOf<Word extends string>(
  words: Partial<Record<Word, string[]>>,
): ReadonlyMap<string, Word> {
  const pairs = Object.entries(words) as [Word, string[]][];
  return new Map(pairs.flatMap(([word, spelled]) => spelled.map((one) => [plainWord(one), word])));
}

function textOf(cell: string): string | null {
  const text = cell.replaceAll(/\s+/g, ' ').trim();
  return text === '' ? null : text.slice(0, LONGEST);
}

function difference(credit: bigint | null, debit: bigint | null): bigint | null {
  if (credit === null && debit === null) return null;
  return magnitude(credit) - magnitude(debit);
}

function magnitude(minor: bigint | null): bigint {
  if (minor === null) return 0n;
  return minor < 0n ? -minor : minor;
}
