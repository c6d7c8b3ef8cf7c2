import type * as CsvStringify from 'csv-stringify/sync';
import { onDemand } from '../../common/index.js';

const csvStringify = onDemand((require) => require('csv-stringify/sync') as typeof CsvStringify);

/**
 * First characters by which a spreadsheet takes a cell for a formula, the full-width ones that its East
 * Asian editions read alike included (OWASP, "CSV Injection").
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A negative amount starts with a minus and can still be nothing but a number. */
const NUMBER = /^-\d+(\.\d+)?$/;
/**
 * Quoted besides comma and quote: line ends, and what starts a new cell in Excel's semicolon editions or
 * in a reader by tabs.
 */
const QUOTED = /[;\t\r\n]/;

export type CsvValue = string | number | bigint | null;

/** The cell as text that no spreadsheet executes: an apostrophe in front makes it plain text. */
export function safeCell(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/**
 * Lines of RFC 4180, each ended by CRLF. With `bom` a byte order mark goes in front: without one Excel
 * reads UTF-8 in the code page of its machine, and names turn to garbage.
 */
export function csvLines(rows: readonly (readonly CsvValue[])[], { bom = false } = {}): string {
  return csvStringify().stringify(
    rows.map((row) => row.map(safeCell)),
    { bom, record_delimiter: '\r\n', quoted_match: QUOTED },
  );
}
