import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { invalidField } from '../../common/index.js';
import type { Place } from '../lists/list.cursor.js';
import { edge, keysetQuery, type Keyed } from '../lists/list.keyset.js';
import type { ListQuery } from '../lists/list.query.js';
import { readOrdering, type ListSource } from '../lists/list.source.js';
import { contentDisposition } from '../server/attachment.js';
import { csvLines, type CsvValue } from './csv.text.js';

/** Rows that are in memory at a time, and that one short query reads. */
const PAGE_ROWS = 500;

export interface CsvColumn<Row> {
  title: string;
  /** Amounts as decimal strings, times as ISO 8601; null is an empty cell. */
  value(row: Row): CsvValue;
}

export interface CsvExport<Row> {
  /** Ends in `.csv`. */
  filename: string;
  columns: readonly CsvColumn<Row>[];
  /** The very source of the list, so that file and list hold the same rows. */
  source: ListSource;
  /** The list's query; page, page_size and cursor mean nothing to a file, which holds all rows. */
  query: ListQuery;
}

/** Lists as files. */
@Injectable()
export class Exports {
  private readonly logger = new Logger(Exports.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Answers with every row that the list's filters leave, as an attached CSV file in UTF-8 with a byte
   * order mark. Pages are read one by one as the client takes them, by keyset, so memory, queries and
   * time per row stay the same however long the list is, and no connection is held for a slow client.
   * What fails before the first byte is an ordinary error answer; what fails later breaks the download off.
   * @throws DomainError for another ordering than by creation.
   */
  async streamCsv<Row extends object>(reply: FastifyReply, file: CsvExport<Row>): Promise<void> {
    const pages = this.pages(file);
    // Headers go out with the first byte, so whatever can be wrong with the request shows itself here.
    const first = await pages.next();
    const lines = this.lines(file.filename, first, pages);
    void reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', contentDisposition(file.filename))
      .header('x-content-type-options', 'nosniff')
      .send(Readable.from(lines, { objectMode: false }));
  }

  /** Fastify cuts the connection when this throws: the client sees a failed download, not a short file. */
  private async *lines(
    filename: string,
    first: IteratorResult<string, void>,
    pages: AsyncGenerator<string, void>,
  ): AsyncGenerator<string, void> {
    try {
      if (!first.done) yield first.value;
      yield* pages;
    } catch (error) {
      this.logger.error({ msg: `the export ${filename} broke off`, err: error });
      throw error;
    }
  }

  private async *pages<Row extends object>(file: CsvExport<Row>): AsyncGenerator<string, void> {
    const { columns, query, source } = file;
    const order = readOrdering(query, source);
    if (order.name !== 'created_at') {
      throw invalidField('ordering', 'must be created_at or -created_at in an export');
    }
    const titles = columns.map(({ title }) => title);
    let place: Place | null = null;
    for (let isFirst = true; isFirst || place; isFirst = false) {
      const { sql, params } = keysetQuery(query, source, order.descending, place, PAGE_ROWS);
      const found: (Row & Keyed)[] = await this.dataSource.query(sql, params);
      const rows = found.slice(0, PAGE_ROWS);
      place = found.length > PAGE_ROWS ? edge(rows.at(-1), 'after') : null;
      const cells = rows.map((row) => columns.map((column) => column.value(row)));
      yield csvLines(isFirst ? [titles, ...cells] : cells, { bom: isFirst });
    }
  }
}
