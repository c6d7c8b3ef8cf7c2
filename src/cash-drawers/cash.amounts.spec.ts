import { readCash } from './cash.amounts.js';

describe('amounts of cash', () => {
  it.each([
    ['0', 'TZS', 0n],
    ['0.00', 'TZS', 0n],
    [0, 'XOF', 0n],
    ['1500.50', 'TZS', 150_050n],
    [1500, 'XOF', 1500n],
  ])('%s %s', (value, currency, minor) => {
    expect(readCash(value, currency, 'amount').minor).toBe(minor);
  });

  it.each([
    ['0.0', 'XOF'],
    ['0.000', 'TZS'],
    ['-1', 'TZS'],
    ['1e3', 'TZS'],
    ['', 'TZS'],
    ['1.005', 'TZS'],
  ])('refuses %j %s and names the field', (value, currency) => {
    expect(() => readCash(value, currency, 'counted.0.amount')).toThrow(
      expect.objectContaining({ code: 'invalid_amount' }),
    );
  });
});
