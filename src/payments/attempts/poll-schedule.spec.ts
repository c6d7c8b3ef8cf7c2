import { askAgainInS, nextCheckInS } from './poll-schedule.js';

const schedule = [15, 30, 60, 180];

describe('nextCheckInS', () => {
  it.each([
    [0, 15],
    [14.5, 0.5],
    [15, 15],
    [31, 29],
    [60, 120],
  ])('at %d s asks again in %d s', (elapsed, expected) => {
    expect(nextCheckInS(schedule, 900, elapsed, 0)).toBeCloseTo(expected);
  });

  it('looks once more exactly at the end of the lifetime', () => {
    expect(nextCheckInS(schedule, 900, 200, 1)).toBe(700);
    expect(nextCheckInS([], 90, 0, 1)).toBe(90);
    expect(nextCheckInS(schedule, 20, 16, 1)).toBe(4);
  });

  it('stops when the lifetime is over', () => {
    expect(nextCheckInS(schedule, 900, 900, 0)).toBeNull();
  });

  it('spreads calls by at most a tenth, never earlier than the schedule', () => {
    expect(nextCheckInS(schedule, 900, 0, 1)).toBeCloseTo(16.5);
  });
});

describe('askAgainInS', () => {
  it.each([
    [0, 5],
    [6, 5],
    [24, 8],
    [90, 30],
    [10_000, 60],
  ])('%d s after the order a failed query is repeated in %d s', (elapsed, expected) => {
    expect(askAgainInS(elapsed, 60, 0)).toBeCloseTo(expected);
  });

  it('spreads what failed together by at most a tenth', () => {
    expect(askAgainInS(30, 60, 1)).toBeCloseTo(11);
  });
});
