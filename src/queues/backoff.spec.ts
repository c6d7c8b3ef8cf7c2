import { backoffS } from './backoff.js';

const settings = { baseS: 2, maxS: 60 };
const middle = () => 0.5;

describe('backoffS', () => {
  it('doubles with every failure in a row', () => {
    expect([1, 2, 3, 4].map((n) => backoffS(n, settings, middle))).toEqual([2, 4, 8, 16]);
  });

  it('stops growing at the longest pause, however often it failed', () => {
    expect(backoffS(6, settings, middle)).toBe(60);
    expect(backoffS(5_000, settings, middle)).toBe(60);
  });

  it('spreads by a fifth to both sides', () => {
    expect(backoffS(2, settings, () => 0)).toBeCloseTo(3.2);
    expect(backoffS(2, settings, () => 1)).toBeCloseTo(4.8);
  });

  it('reads a first failure that was not counted as the first', () => {
    expect(backoffS(0, settings, middle)).toBe(2);
  });
});
