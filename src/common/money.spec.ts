import { DomainError } from './domain.error.js';
import { formatMinor, Money } from './money.js';

function refusal(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('Money', () => {
  it.each([
    ['50000.00', 'TZS', 5_000_000n, '50000.00'],
    ['50000', 'TZS', 5_000_000n, '50000.00'],
    [50000, 'TZS', 5_000_000n, '50000.00'],
    [0.1, 'USD', 10n, '0.10'],
    ['1500', 'XOF', 1500n, '1500'],
    ['1.234', 'TND', 1234n, '1.234'],
    ['0.05', 'etb', 5n, '0.05'],
    ['9999999999999.99', 'TZS', 999_999_999_999_999n, '9999999999999.99'],
  ])('reads %p %s', (value, currency, minor, text) => {
    const money = Money.parse(value, currency);
    expect(money.minor).toBe(minor);
    expect(money.toString()).toBe(text);
  });

  it.each([
    ['-5', 'TZS'],
    ['+5', 'TZS'],
    ['1e3', 'TZS'],
    [1e21, 'TZS'],
    ['0', 'TZS'],
    ['0.00', 'TZS'],
    ['', 'TZS'],
    ['1.', 'TZS'],
    ['.5', 'TZS'],
    ['1,000', 'TZS'],
    ['0x10', 'TZS'],
    ['١٢', 'TZS'],
    ['1.005', 'TZS'],
    ['1500.0', 'XOF'],
    ['10000000000000.00', 'TZS'],
    [Number.NaN, 'TZS'],
    [Infinity, 'TZS'],
  ])('refuses %p %s and names the field', (value, currency) => {
    const error = refusal(() => Money.parse(value, currency, 'total_price'));
    expect(error.kind).toBe('invalid');
    expect(error.extra.errors).toHaveProperty('total_price');
  });

  it('refuses a currency it does not know', () => {
    expect(refusal(() => Money.parse('1', 'ABC')).code).toBe('unknown_currency');
  });

  it('shows what it read, for every currency and any amount', () => {
    for (const [currency, decimals] of [
      ['TZS', 2],
      ['XOF', 0],
      ['TND', 3],
    ] as const) {
      for (let step = 1n; step < 10n ** 15n; step = step * 7n + 3n) {
        const text = formatMinor(step, currency);
        expect(text.split('.')[1]?.length ?? 0).toBe(decimals);
        expect(Money.parse(text, currency).minor).toBe(step);
      }
    }
  });

  it('gives whole major units only when there is no fraction', () => {
    expect(Money.parse('50000.00', 'TZS').toWholeMajor()).toBe(50000);
    expect(refusal(() => Money.parse('0.50', 'TZS').toWholeMajor()).code).toBe('amount_not_whole');
  });

  it('is equal only in amount and currency', () => {
    expect(Money.ofMinor(100, 'TZS').equals(Money.ofMinor('100', 'TZS'))).toBe(true);
    expect(Money.ofMinor(100, 'TZS').equals(Money.ofMinor(100, 'USD'))).toBe(false);
  });
});
