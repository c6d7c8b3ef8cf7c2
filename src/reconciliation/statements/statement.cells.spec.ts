import { CellError, readAmount, readTime } from './statement.cells.js';

describe('amounts of statements', () => {
  it.each([
    ['50000.00', 'TZS', '.', 5000000n],
    ['50,000.5', 'TZS', '.', 5000050n],
    ['1.234,50', 'ETB', ',', 123450n],
    ["1'234.50", 'ETB', '.', 123450n],
    ['1 500', 'XOF', '.', 1500n],
    ['1500.00', 'XOF', '.', 1500n],
    ['-12.30', 'USD', '.', -1230n],
    ['(12.30)', 'USD', '.', -1230n],
    ['+7', 'USD', '.', 700n],
    ['0.00', 'USD', '.', 0n],
    ['', 'USD', '.', null],
    ['-', 'USD', '.', null],
  ] as const)('%j in %s with %s is %s', (text, currency, decimal, minor) => {
    expect(readAmount(text, currency, decimal)).toBe(minor);
  });

  it.each([
    ['12.345', 'USD'],
    ['1.50', 'XOF'],
    ['1e5', 'USD'],
    ['abc', 'USD'],
    ['TZS 5', 'TZS'],
    ['9'.repeat(16), 'XOF'],
  ])('%j in %s is none', (text, currency) => {
    expect(() => readAmount(text, currency, '.')).toThrow(CellError);
  });
});

describe('times of statements', () => {
  it.each([
    ['2026-01-23', 'iso', '+03:00', '2026-01-22T21:00:00.000Z'],
    ['2026-01-23T10:00:00Z', 'iso', '+03:00', '2026-01-23T10:00:00.000Z'],
    ['2026-01-23 10:00:00.123 +0300', 'iso', '+00:00', '2026-01-23T07:00:00.000Z'],
    ['2026-01-23T10:00:00+03:00', 'dmy', '+00:00', '2026-01-23T07:00:00.000Z'],
    ['3/1/2026 9:05', 'dmy', '+00:00', '2026-01-03T09:05:00.000Z'],
    ['1/3/2026 09:05 PM', 'mdy', '+00:00', '2026-01-03T21:05:00.000Z'],
    ['1/3/2026 12:05 AM', 'mdy', '+00:00', '2026-01-03T00:05:00.000Z'],
    ['23.01.2026', 'dmy', '-05:00', '2026-01-23T05:00:00.000Z'],
  ] as const)('%j as %s at %s', (text, dateFormat, utcOffset, moment) => {
    expect(readTime(text, { dateFormat, utcOffset })?.toISOString()).toBe(moment);
  });

  it.each(['31/02/2026', '13/13/2026', 'yesterday', '23/01/2026 25:00', '23/01/26', '23/01/2026x'])(
    '%j is none',
    (text) => {
      expect(() => readTime(text, { dateFormat: 'dmy', utcOffset: '+00:00' })).toThrow(CellError);
    },
  );

  it('none is none', () => {
    expect(readTime('  ', { dateFormat: 'iso', utcOffset: '+00:00' })).toBeNull();
  });
});
