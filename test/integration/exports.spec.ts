import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'csv-parse/sync';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Exports, ListQuery } from '../../src/http/index.js';
import { openHttpRoom, problemOf, widgetsFile, type HttpRoom } from '../support/http-room.js';

const ROWS = 20_000;
const PATH = '/api/v1/widgets/export/';

describe('exports', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom();
    // Ten rows share each microsecond, so that pages begin and end among equals.
    await room.database.dataSource.query(
      `INSERT INTO widgets (id, status, created_at)
       SELECT n, CASE WHEN n % 4 = 0 THEN 'completed' ELSE 'pending' END,
         timestamptz '2026-01-01T00:00:00Z' + (n / 10) * interval '1 microsecond'
       FROM generate_series(1, $1::int) AS n`,
      [ROWS],
    );
    await room.database.dataSource.query(`INSERT INTO widgets (id, account_id) VALUES (90000, 2)`);
  });
  afterAll(() => room.close());

  async function download(query = ''): Promise<{ text: string; records: string[][] }> {
    const response = await room.call(`${PATH}${query}`);
    expect(response.status).toBe(200);
    // `text()` would swallow the byte order mark.
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
    return { text, records: parse(text, { bom: true }) };
  }
  const withStatus = async (status: string, id: number): Promise<void> => {
    await room.database.dataSource.query('UPDATE widgets SET status = $1 WHERE id = $2', [
      status,
      id,
    ]);
  };

  it('hold every row of the list, once and in its order, as an attached file', async () => {
    const response = await room.call(PATH);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="widgets.csv"; filename*=UTF-8''widgets.csv`,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    await response.body?.cancel();
    const { text, records } = await download();
    expect(text.startsWith('\uFEFFid,status,filler\r\n20000,completed,\r\n')).toBe(true);
    expect(records.slice(1).map(([id]) => Number(id))).toEqual(
      Array.from({ length: ROWS }, (_, index) => ROWS - index),
    );
  });

  it('take the filters and the direction of the list, and no page', async () => {
    const { records } = await download('?status=COMPLETED&ordering=created_at&page=7&page_size=3');
    expect(records.slice(1).map(([id]) => Number(id))).toEqual(
      Array.from({ length: ROWS / 4 }, (_, index) => (index + 1) * 4),
    );
    const none = await download('?created_after=2027-01-01');
    expect(none.text).toBe('\uFEFFid,status,filler\r\n');
  });

  it.each(['ordering=amount', 'ordering=secret', 'status=nope'])('refuse ?%s', async (query) => {
    expect(await problemOf(room.call(`${PATH}?${query}`))).toMatchObject({
      status: 400,
      code: 'validation_failed',
    });
  });

  it('hand out nothing that a spreadsheet would run', async () => {
    await withStatus('=HYPERLINK("http://evil.example";"a,b")', ROWS);
    const { records } = await download();
    expect(records[1]).toEqual([String(ROWS), `'=HYPERLINK("http://evil.example";"a,b")`, '']);
    await withStatus('completed', ROWS);
  });

  it('break the download off when a row far down fails, and answer 500 when the first page does', async () => {
    await withStatus('broken', 700);
    const response = await room.call(PATH);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    await withStatus('completed', 700);
    await withStatus('broken', ROWS - 3);
    expect(await problemOf(room.call(PATH))).toMatchObject({
      status: 500,
      code: 'internal_error',
    });
    await withStatus('completed', ROWS - 3);
  });

  it('break the download off when the database fails half-way', async () => {
    const source = room.app.get(DataSource);
    const ask = source.query.bind(source);
    const query = jest.spyOn(source, 'query').mockImplementation(async (sql, params) => {
      if (query.mock.calls.length > 5) throw new Error('the database went away');
      return ask<unknown>(sql, params);
    });
    try {
      const response = await room.call(PATH);
      await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    } finally {
      query.mockRestore();
    }
  });

  describe('as a stream', () => {
    /** The stream that would go to the client, of 20,000 rows of 2 kB, and the queries it makes. */
    async function open(): Promise<{ stream: Readable; query: jest.SpyInstance }> {
      const query = jest.spyOn(room.app.get(DataSource), 'query');
      let stream: Readable | undefined;
      const reply = {
        type: () => reply,
        header: () => reply,
        send: (payload: Readable) => {
          stream = payload;
          return reply;
        },
      };
      await room.app
        .get(Exports)
        .streamCsv(
          reply as unknown as FastifyReply,
          widgetsFile(new ListQuery(), 'x'.repeat(2_000)),
        );
      if (!stream) throw new Error('nothing was sent');
      return { stream, query };
    }
    afterEach(() => jest.restoreAllMocks());

    it('keeps no more than a few pages in memory, however long the list and slow the client', async () => {
      setFlagsFromString('--expose-gc');
      const collect: () => void = runInNewContext('gc');
      const heap = (): number => {
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        return heapUsed + arrayBuffers;
      };
      const before = heap();
      const { stream, query } = await open();
      let [bytes, chunks, peak] = [0, 0, 0];
      for await (const chunk of stream) {
        bytes += (chunk as Buffer).length;
        chunks += 1;
        const pagesRead = Math.ceil(bytes / (500 * 2_000));
        expect(query.mock.calls.length).toBeLessThanOrEqual(pagesRead + 2);
        // Collecting takes long in a heap as large as a test's, so a few looks must do.
        if (chunks % 8 === 0) peak = Math.max(peak, heap() - before);
      }
      expect(bytes).toBeGreaterThan(ROWS * 2_000);
      expect(query.mock.calls.length).toBe(ROWS / 500);
      expect(chunks).toBeGreaterThanOrEqual(8);
      expect(peak).toBeLessThan(12_000_000);
      for (const { value } of query.mock.results) {
        expect(((await value) as unknown[]).length).toBeLessThanOrEqual(501);
      }
    });

    it('asks the database for nothing more once the client has gone', async () => {
      const { stream, query } = await open();
      const chunks = stream[Symbol.asyncIterator]();
      await chunks.next();
      await chunks.return?.();
      expect(stream.destroyed).toBe(true);
      expect(query.mock.calls.length).toBeLessThanOrEqual(3);
    });
  });
});
