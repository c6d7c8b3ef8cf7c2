import { decodePlace, encodePlace, type Place } from './list.cursor.js';
import { pageLink } from './list.links.js';
import { ListQuery, parseMoment } from './list.query.js';
import { Conditions, readOrdering, type ListSource } from './list.source.js';

const source: ListSource = {
  select: 'p.id',
  from: 'payments p',
  where: [],
  orderings: { amount: 'p.amount_minor' },
  idColumn: 'p.id',
  createdColumn: 'p.created_at',
};

describe('page links', () => {
  it.each([
    ['/api/v1/x/?a=1&page=2&b=%20', 'https://h/api/v1/x/?a=1&page=3&b=+'],
    ['/api/v1/x', 'https://h/api/v1/x/?page=3'],
    ['/api/v1/x?', 'https://h/api/v1/x/?page=3'],
    ['/api/v1/x/?a=1&a=2', 'https://h/api/v1/x/?a=1&a=2&page=3'],
  ])('keep path and query of %s', (url, link) => {
    expect(pageLink('https://h', { url }, { page: '3' })).toBe(link);
  });

  it('drop what is null', () => {
    expect(pageLink('https://h', { url: '/x/?a=1' }, { a: null })).toBe('https://h/x/');
  });
});

describe('cursors', () => {
  it('survive the round trip', () => {
    const place: Place = {
      direction: 'before',
      createdAt: '2026-01-23T05:12:00.123456Z',
      id: '69',
    };
    expect(decodePlace(encodePlace(place))).toEqual(place);
    expect(decodePlace('')).toBeNull();
  });

  it.each([
    'x',
    'YWZ0ZXI',
    '%%%',
    '\u0000',
    encodePlace({ direction: 'after', createdAt: 'now', id: '1' }),
  ])('that we did not make are refused: %j', (cursor) =>
    expect(() => decodePlace(cursor)).toThrow('cursor'),
  );
});

describe('moments', () => {
  it.each([
    ['2026-01-23', '2026-01-23T00:00:00.000Z'],
    ['2026-01-23T05:12:00Z', '2026-01-23T05:12:00.000Z'],
    ['2026-01-23T05:12', '2026-01-23T05:12:00.000Z'],
    ['2026-01-23 05:12:00.5', '2026-01-23T05:12:00.500Z'],
    ['2026-01-23T01:00:00+03:00', '2026-01-22T22:00:00.000Z'],
    ['2026-01-23T01:00:00 03:00', '2026-01-22T22:00:00.000Z'],
    ['2026-01-23T23:00:00-03:00', '2026-01-24T02:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('read %s', (text, iso) => expect(parseMoment(text)?.toISOString()).toBe(iso));

  it.each([
    '',
    'today',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2025-02-29',
    '2026-01-23T25:00',
    '23/01/2026',
    '1769145132',
  ])('are not %j', (text) => expect(parseMoment(text)).toBeNull());
});

describe('conditions', () => {
  it('number their parameters', () => {
    const conditions = new Conditions(
      Object.assign(new ListQuery(), { created_after: '2026-01-01' }),
      { ...source, where: [{ sql: 'a = ? OR b = ?', params: [1, 2] }, null, { sql: 'c' }] },
    );
    expect(conditions.sql).toBe(
      'WHERE (a = $1 OR b = $2) AND (c) AND (p.created_at >= $3::timestamptz)',
    );
    expect(conditions.params).toEqual([1, 2, '2026-01-01T00:00:00.000Z']);
    expect(conditions.param(20)).toBe('$4');
  });

  it('notice a parameter too few', () => {
    expect(() => new Conditions(new ListQuery(), { ...source, where: [{ sql: 'a = ?' }] })).toThrow(
      'has 1 marks but 0 parameters',
    );
  });
});

describe('orderings', () => {
  const read = (ordering?: string) =>
    readOrdering(Object.assign(new ListQuery(), { ordering }), source);

  it('default to the newest first and know direction and name', () => {
    expect(read()).toEqual({ name: 'created_at', expression: 'p.created_at', descending: true });
    expect(read('amount')).toEqual({
      name: 'amount',
      expression: 'p.amount_minor',
      descending: false,
    });
  });

  it.each(['toString', '--amount', 'p.id', 'amount;', '-'])('refuse %s', (ordering) => {
    expect(() => read(ordering)).toThrow('must be one of created_at, amount');
  });
});
