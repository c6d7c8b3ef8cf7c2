import { owedMinor, statusByMoney } from './booking.types.js';

describe('money of a booking', () => {
  it.each([
    [0n, 'pending'],
    [1n, 'partially_paid'],
    [99n, 'partially_paid'],
    [100n, 'confirmed'],
  ])('%s of 100 paid is %s', (paid, status) => {
    expect(statusByMoney(paid, 100n)).toBe(status);
  });

  it.each([
    ['pending', '0', 100n],
    ['partially_paid', '30', 70n],
    ['confirmed', '100', 0n],
    ['cancelled', '0', 0n],
  ] as const)('%s with %s of 100 paid owes %s', (status, paid_minor, owed) => {
    expect(owedMinor({ status, paid_minor, total_minor: '100' })).toBe(owed);
  });
});
