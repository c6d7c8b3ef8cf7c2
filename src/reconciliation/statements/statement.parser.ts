import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type * as CsvParse from 'csv-parse';
import { DomainError, invalidField, onDemand } from '../../common/index.js';
import type { StatementLine } from '../reconciliation.types.js';
import { CellError } from './statement.cells.js';
import { LineReader } from './statement.lines.js';
import type { StatementMapping } from './statement.mapping.js';

const csvParse = onDemand((require) => require('csv-parse') as typeof CsvParse);

export const MAX_STATEMENT_BYTES = 33_554_432;
const MAX_ROWS = 250_000;
const MAX_RECORD_CHARACTERS = 65_536;
const MOST_PROBLEMS = 20;
const CHUNK_BYTES = 65_536;

interface Read {
  info: { lines: number };
  record: string[];
}

/**
 * Reads a statement row by row, so that memory does not grow with the file; a row without money yields an
 * empty list.
 * @throws DomainError that names `file` and the lines that cannot be read, at most twenty of them.
 */
export async function* readStatement(
  bytes: Buffer,
  mapping: StatementMapping,
): AsyncGenerator<StatementLine[], void> {
  if (bytes.includes(0)) throw invalidField('file', 'must be a CSV file in UTF-8 or Latin-1');
  const { CsvError, parse } = csvParse();
  const parser = parse({
    bom: true,
    delimiter: mapping.delimiter,
    encoding: isUtf8(bytes) ? 'utf8' : 'latin1',
    info: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const rows = Readable.from(chunksOf(bytes))
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  const problems: string[] = [];
  let reader: LineReader | null = null;
  let count = 0;
  try {
    for await (const { info, record } of rows as AsyncIterable<Read>) {
      if (!reader) {
        reader = readHeader(record, mapping);
        continue;
      }
      count += 1;
      if (count > MAX_ROWS) throw invalidField('file', `must have at most ${MAX_ROWS} rows`);
      try {
        const lines = reader.read(record, info.lines);
        if (problems.length === 0) yield lines;
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        problems.push(`line ${info.lines}: ${error.message}`);
        if (problems.length === MOST_PROBLEMS) break;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalidField('file', `is no readable CSV file: ${error.message}`);
  }
  if (!reader) throw invalidField('file', 'has no header');
  if (problems.length > 0) {
    throw new DomainError('invalid', 'unreadable_lines', `file: ${problems[0] ?? ''}`, {
      errors: { file: problems },
    });
  }
}

function* chunksOf(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

function readHeader(header: readonly string[], mapping: StatementMapping): LineReader {
  const reader = new LineReader(header, mapping);
  const lacks = (words: string): DomainError =>
    invalidField(
      'file',
      `has no column of ${words} (found: ${header.slice(0, 30).join(', ')}); name it in the mapping`,
    );
  if (!reader.has('amount') && !reader.has('credit')) throw lacks('amounts');
  if (!reader.has('gateway_id') && !reader.has('reference')) throw lacks('references');
  if (!reader.has('currency') && mapping.currency === null) {
    throw invalidField('currency', 'is required: the file has no such column');
  }
  return reader;
}
