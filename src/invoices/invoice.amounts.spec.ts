import { array, assert, integer, property, record } from 'fast-check';
import { DomainError } from '../common/index.js';
import { priceLines, type WantedLine } from './invoice.amounts.js';

const line = (quantity: string, unit_price: string, tax_rate = '0'): WantedLine => ({
  description: 'Thing',
  quantity,
  unit_price,
  tax_rate,
});
const faultOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return Object.keys(error.extra.errors ?? {});
    throw error;
  }
  return [];
};

describe('what lines come to', () => {
  it.each([
    // currency, quantity, unit price, tax rate → net, tax in minor units
    ['TZS', '1', '100000.00', '18', '10000000', '1800000'],
    ['TZS', '3', '33.33', '18', '9999', '1800'],
    ['TZS', '0.5', '0.01', '0', '1', '0'],
    ['TZS', '0.333', '10.00', '18', '333', '60'],
    ['USD', '1.005', '1.00', '0', '101', '0'],
    ['USD', '1.004', '1.00', '0', '100', '0'],
    ['USD', '1', '0.50', '5', '50', '3'],
    ['USD', '1', '0.50', '4.999', '50', '2'],
    ['USD', '1', '19.99', '7.5', '1999', '150'],
    ['XOF', '2.5', '333', '18', '833', '150'],
    ['XOF', '1', '25', '18', '25', '5'],
    ['XOF', '1', '25', '10', '25', '3'],
    ['TND', '1', '0.125', '19', '125', '24'],
    ['ETB', '999999999.999', '1.00', '15', '100000000000', '15000000000'],
  ])('%s: %s × %s at %s %% is %s and %s', (currency, quantity, price, rate, net, tax) => {
    expect(priceLines([line(quantity, price, rate)], currency).lines[0]).toMatchObject({
      net_minor: net,
      tax_minor: tax,
    });
  });

  it('rounds lines, not totals', () => {
    const priced = priceLines([line('1', '0.03', '18'), line('1', '0.03', '18')], 'USD');
    // 0.54 of a cent each: rounded up twice, where the sum would be 1.08 and rounded down.
    expect(priced).toMatchObject({ subtotalMinor: 6n, taxMinor: 2n, totalMinor: 8n });
  });

  it('takes numbers and shows what was meant', () => {
    const [priced] = priceLines(
      [{ description: ' Boat ', quantity: 1.5, unit_price: 10, tax_rate: 7.25 }],
      'USD',
    ).lines;
    expect(priced).toEqual({
      description: 'Boat',
      quantity: '1.5',
      unit_price_minor: '1000',
      tax_rate: '7.25',
      net_minor: '1500',
      tax_minor: '109',
    });
  });

  it.each([
    ['lines.0.quantity', line('0', '1.00')],
    ['lines.0.quantity', line('-1', '1.00')],
    ['lines.0.quantity', line('1.0001', '1.00')],
    ['lines.0.quantity', line('1e3', '1.00')],
    ['lines.0.quantity', line('0.001', '0.01')],
    ['lines.0.unit_price', line('1', '1.001')],
    ['lines.0.unit_price', line('1', '0')],
    ['lines.0.tax_rate', line('1', '1.00', '100.001')],
    ['lines.0.tax_rate', line('1', '1.00', '-1')],
    ['lines', line('999999999', '9999999999.00')],
  ])('names %s', (field, wanted) => {
    expect(faultOf(() => priceLines([wanted], 'USD'))).toEqual([field]);
  });

  it('is never further from the exact amount than half a unit, and adds up', () => {
    assert(
      property(
        array(
          record({
            quantity: integer({ min: 1_000, max: 999_999 }),
            price: integer({ min: 1, max: 9_999_999 }),
            rate: integer({ min: 0, max: 100_000 }),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        (drawn) => {
          const wanted = drawn.map(({ quantity, price, rate }) =>
            line(
              `${Math.floor(quantity / 1000)}.${String(quantity % 1000).padStart(3, '0')}`,
              `${Math.floor(price / 100)}.${String(price % 100).padStart(2, '0')}`,
              `${Math.floor(rate / 1000)}.${String(rate % 1000).padStart(3, '0')}`,
            ),
          );
          const priced = priceLines(wanted, 'USD');
          let total = 0n;
          priced.lines.forEach((got, index) => {
            const { quantity = 0, price = 0, rate = 0 } = drawn[index] ?? {};
            const exactNet = BigInt(quantity) * BigInt(price);
            const net = BigInt(got.net_minor) * 1000n;
            expect(net - exactNet).toBeGreaterThan(-500n);
            expect(net - exactNet).toBeLessThanOrEqual(500n);
            const exactTax = BigInt(got.net_minor) * BigInt(rate);
            const tax = BigInt(got.tax_minor) * 100_000n;
            expect(tax - exactTax).toBeGreaterThan(-50_000n);
            expect(tax - exactTax).toBeLessThanOrEqual(50_000n);
            total += BigInt(got.net_minor) + BigInt(got.tax_minor);
          });
          expect(priced.totalMinor).toBe(total);
          expect(priced.subtotalMinor + priced.taxMinor).toBe(total);
        },
      ),
      { numRuns: 200 },
    );
  });
});
