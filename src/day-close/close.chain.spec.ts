import {
  canonicalJson,
  chainedHash,
  type CloseLink,
  dayAfter,
  flawOf,
  journalDigest,
} from './close.chain.js';

describe('canonical JSON', () => {
  it('is the same whatever the order of keys, and keeps that of lists', () => {
    const text = '{"a":[3,{"x":null,"y":"é"},1],"b":true}';
    expect(canonicalJson({ b: true, a: [3, { y: 'é', x: null }, 1] })).toBe(text);
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });
});

describe('the day after', () => {
  it.each([
    ['2026-01-23', '2026-01-24'],
    ['2026-02-28', '2026-03-01'],
    ['2028-02-28', '2028-02-29'],
    ['2026-12-31', '2027-01-01'],
  ])('%s is %s', (date, next) => expect(dayAfter(date)).toBe(next));
});

describe('the digest of journals', () => {
  it('changes with each hash, their order and the day before', () => {
    const digests = [
      journalDigest(null, ['a', 'b']),
      journalDigest(null, ['b', 'a']),
      journalDigest(null, ['a']),
      journalDigest(null, []),
      journalDigest('x', ['a', 'b']),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(journalDigest('x', ['a', 'b'])).toBe(chainedHash('x', 'a\nb'));
  });
});

describe('a chain of closes', () => {
  const chain = (): [CloseLink, CloseLink] => {
    const first = linkOf({ number: 1, date: '2026-01-23', previous: null });
    return [first, linkOf({ number: 2, date: '2026-01-24', previous: first.hash })];
  };

  it('holds for closes that follow each other', () => {
    const [first, second] = chain();
    expect(flawOf(first, null)).toBeNull();
    expect(flawOf(second, first)).toBeNull();
  });

  it('breaks where one is missing, of another day, or changed', () => {
    const [first, second] = chain();
    expect(flawOf(second, null)).toBe('a close is missing before it');
    expect(flawOf({ ...second, date: '2026-01-25' }, first)).toBe('it is not of the day after');
    expect(flawOf(second, { ...first, hash: 'another' })).toBe('it does not name the close before');
    expect(flawOf({ ...second, content: '{}' }, first)).toBe('its content was changed');
  });
});

function linkOf(of: { number: number; date: string; previous: string | null }): CloseLink {
  const { number, date, previous } = of;
  const content = canonicalJson({ number, date });
  return { number, date, previous_hash: previous, hash: chainedHash(previous, content), content };
}
