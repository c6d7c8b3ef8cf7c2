import { DataSource } from 'typeorm';
import { openHttpRoom, type HttpRoom } from '../support/http-room.js';

interface Page {
  count?: number;
  next: string | null;
  previous: string | null;
  results: { id: number; status: string }[];
}

describe('lists', () => {
  let room: HttpRoom;
  const path = '/api/v1/widgets/';

  beforeAll(async () => {
    room = await openHttpRoom({ PUBLIC_URL: 'http://public.example:8080/base' });
    // Every third pair shares its microsecond, so that only the id tells the order.
    await room.database.dataSource.query(`
      INSERT INTO widgets (id, status, amount_minor, created_at)
      SELECT n, CASE WHEN n % 5 = 0 THEN 'completed' ELSE 'pending' END, 1000 - n,
             timestamptz '2026-01-01T00:00:00Z' + (n - CASE WHEN n % 3 = 0 THEN 1 ELSE 0 END) * interval '1 microsecond'
      FROM generate_series(1, 45) AS n`);
    await room.database.dataSource.query(`INSERT INTO widgets (id, account_id) VALUES (900, 2)`);
  });
  afterAll(() => room.close());

  async function read(address: string): Promise<Page> {
    const response = await room.call(address);
    const body: unknown = await response.json();
    expect({ status: response.status, body }).toMatchObject({ status: 200 });
    return body as Page;
  }
  const local = (link: string | null): string => {
    expect(link).toMatch(/^http:\/\/public\.example:8080\/base\/api\/v1\/widgets\/\?/);
    return (link ?? '').replace('http://public.example:8080/base', '');
  };
  const ids = (page: Page) => page.results.map((row) => row.id);
  const newestFirst = Array.from({ length: 45 }, (_, index) => 45 - index);

  it('answer numbered pages with absolute links that keep the query', async () => {
    const first = await read('/api/v1/widgets?status=PENDING&page_size=10&extra=a%20b');
    expect(first.count).toBe(36);
    expect(first.previous).toBeNull();
    expect(first.next).toBe(
      'http://public.example:8080/base/api/v1/widgets/?status=PENDING&page_size=10&extra=a+b&page=2',
    );
    const seen = ids(first);
    let page = first;
    while (page.next) {
      page = await read(local(page.next));
      expect(page.count).toBe(36);
      seen.push(...ids(page));
    }
    expect(seen).toEqual(newestFirst.filter((id) => id % 5 !== 0));
    expect(local(page.previous)).toContain('page=3');
  });

  it('take 20 rows by default and 100 at most', async () => {
    expect((await read(path)).results).toHaveLength(20);
    expect((await read(`${path}?page_size=100`)).results).toHaveLength(45);
    const exact = await read(`${path}?page_size=45`);
    expect(exact).toMatchObject({ count: 45, next: null, previous: null });
  });

  it('cost one query where the page tells the count by itself, two elsewhere, one by cursor', async () => {
    const query = jest.spyOn(room.app.get(DataSource), 'query');
    const cost = async (address: string) => {
      query.mockClear();
      const { count } = await read(address);
      return [query.mock.calls.length, count];
    };
    expect(await cost(path)).toEqual([2, 45]);
    expect(await cost(`${path}?page=3`)).toEqual([1, 45]);
    expect(await cost(`${path}?status=HALOPESA`)).toEqual([1, 0]);
    expect(await cost(`${path}?cursor=`)).toEqual([1, undefined]);
    query.mockRestore();
  });

  it.each([
    ['page=4', 404, 'invalid_page'],
    ['page=0', 400, 'validation_failed'],
    ['page=-1', 400, 'validation_failed'],
    ['page=x', 400, 'validation_failed'],
    ['page=1&page=2', 400, 'validation_failed'],
    ['page_size=0', 400, 'validation_failed'],
    ['page_size=101', 400, 'validation_failed'],
    ['ordering=secret', 400, 'validation_failed'],
    ['ordering=constructor', 400, 'validation_failed'],
    ['status=nope', 400, 'validation_failed'],
    ['created_after=yesterday', 400, 'validation_failed'],
    ['created_before=2026-02-31', 400, 'validation_failed'],
    ['cursor=abc', 400, 'validation_failed'],
    ['cursor=&page=2', 400, 'validation_failed'],
    ['cursor=&ordering=amount', 400, 'validation_failed'],
  ])('refuse ?%s', async (query, status, code) => {
    const response = await room.call(`${path}?${query}`);
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status,
      code,
    });
  });

  it('name what may be sorted by', async () => {
    const response = await room.call(`${path}?ordering=secret`);
    expect(await response.json()).toMatchObject({
      errors: { ordering: ['must be one of created_at, amount, with "-" in front for descending'] },
    });
  });

  it('ignore unknown parameters and empty values', async () => {
    expect((await read(`${path}?unknown=1&status=&page=`)).count).toBe(45);
  });

  it('sort by what the room allows, stable by id', async () => {
    expect(ids(await read(`${path}?ordering=amount&page_size=3`))).toEqual([45, 44, 43]);
    expect(ids(await read(`${path}?ordering=-amount&page_size=3`))).toEqual([1, 2, 3]);
    expect(ids(await read(`${path}?ordering=created_at&page_size=4`))).toEqual([1, 2, 3, 4]);
  });

  it('filter by creation, from inclusive, to exclusive', async () => {
    await room.database.dataSource.query(
      `INSERT INTO widgets (id, created_at) VALUES (100, '2026-03-01T00:00:00Z'), (101, '2026-03-02T00:00:00Z')`,
    );
    try {
      expect(ids(await read(`${path}?created_after=2026-03-01&created_before=2026-03-02`))).toEqual(
        [100],
      );
      expect(ids(await read(`${path}?created_after=2026-03-01T03:00:00%2B03:00`))).toEqual([
        101, 100,
      ]);
      expect(ids(await read(`${path}?created_after=2026-03-02T00:00:00+00:00`))).toEqual([101]);
      expect(ids(await read(`${path}?created_after=2026-03-01T00:00:00.001Z`))).toEqual([101]);
    } finally {
      await room.database.dataSource.query('DELETE FROM widgets WHERE id IN (100, 101)');
    }
  });

  describe('by cursor', () => {
    it.each(['', '&ordering=-created_at', '&ordering=created_at'])(
      'walk forwards and back over every row once%s',
      async (ordering) => {
        const expected = ordering.endsWith('=created_at') ? newestFirst.toReversed() : newestFirst;
        const pages: Page[] = [await read(`${path}?cursor=&page_size=7${ordering}`)];
        expect(pages[0]).not.toHaveProperty('count');
        expect(pages[0]?.previous).toBeNull();
        for (let last = pages[0]; last?.next; last = pages.at(-1))
          pages.push(await read(local(last.next)));
        expect(pages.flatMap(ids)).toEqual(expected);
        const back: Page[] = [pages.at(-1) as Page];
        while (back[0]?.previous) back.unshift(await read(local(back[0].previous)));
        expect(back.map(ids)).toEqual(pages.map(ids));
        expect(back[0]?.next).not.toBeNull();
      },
    );

    it('keep filters', async () => {
      const first = await read(`${path}?cursor=&page_size=5&status=completed`);
      const second = await read(local(first.next));
      expect([...ids(first), ...ids(second)]).toEqual([45, 40, 35, 30, 25, 20, 15, 10, 5]);
      expect(second.next).toBeNull();
    });

    it('are not thrown off by rows that come or go between the pages', async () => {
      const first = await read(`${path}?cursor=&page_size=5`);
      await room.database.dataSource.query(`INSERT INTO widgets (id) VALUES (200)`);
      await room.database.dataSource.query(`UPDATE widgets SET account_id = 2 WHERE id = 41`);
      try {
        const second = await read(local(first.next));
        expect(ids(second)).toEqual([40, 39, 38, 37, 36]);
        expect(ids(await read(local(second.previous)))).toEqual([200, 45, 44, 43, 42]);
      } finally {
        await room.database.dataSource.query(`DELETE FROM widgets WHERE id = 200`);
        await room.database.dataSource.query(`UPDATE widgets SET account_id = 1 WHERE id = 41`);
      }
    });

    it('lead back from a page that has become empty', async () => {
      const first = await read(`${path}?cursor=&page_size=44`);
      await room.database.dataSource.query(`UPDATE widgets SET account_id = 2 WHERE id = 1`);
      try {
        const empty = await read(local(first.next));
        expect(empty).toMatchObject({ results: [], next: null });
        expect(ids(await read(local(empty.previous)))).toEqual(ids(first));
      } finally {
        await room.database.dataSource.query(`UPDATE widgets SET account_id = 1 WHERE id = 1`);
      }
    });

    it.each([
      ['after|2026-01-01T00:00:00.000000Z|1|2'],
      ['after|2026-13-01T00:00:00.000000Z|1'],
      ['after|2026-01-01T00:00:00.000000Z|9999999999999999999'],
      ["after|2026-01-01T00:00:00.000000Z|1'"],
      ['sideways|2026-01-01T00:00:00.000000Z|1'],
    ])('refuse the made-up place %s', async (text) => {
      const cursor = Buffer.from(text).toString('base64url');
      const response = await room.call(`${path}?cursor=${cursor}`);
      expect(response.status).toBe(400);
    });
  });
});
