import { maskedName, paperAmount, paperDay, paperTime } from './paper.words.js';

describe('the words of a paper', () => {
  it.each([
    ['118000000', 'TZS', '1,180,000.00\u00a0TZS'],
    ['99999', 'TZS', '999.99\u00a0TZS'],
    ['1500', 'XOF', '1,500\u00a0XOF'],
    ['0', 'USD', '0.00\u00a0USD'],
    ['-123456', 'USD', '-1,234.56\u00a0USD'],
    ['999999999999999', 'TZS', '9,999,999,999,999.99\u00a0TZS'],
  ])('show %s minor units of %s as %s', (minor, currency, shown) =>
    expect(paperAmount(minor, currency)).toBe(shown),
  );

  it('show days and times in UTC', () => {
    const at = new Date('2026-02-02T23:05:00Z');
    expect(paperDay(at)).toBe('2 February 2026');
    expect(paperTime(at)).toBe('2 February 2026, 23:05 UTC');
  });

  it.each([
    ['Asha Juma', 'A••• J•••'],
    ['  Asha   binti  Juma  Ali Hassan ', 'A••• b••• J••• A•••'],
    ['አበበ ቢቂላ', 'አ••• ቢ•••'],
    ['محمد علي', 'م••• ع•••'],
    ['X', 'X•••'],
    ['e\u0323\u0302va — 😀', 'e\u0323\u0302•••'],
    ['', ''],
    [null, ''],
  ])('mask %j as %s', (name, masked) => expect(maskedName(name)).toBe(masked));
});
