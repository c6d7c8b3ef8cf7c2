import { LocalTally } from './local.tally.js';

/** A counter as PostgreSQL or Redis keeps it, shared by the tallies of several processes. */
class SharedCounter {
  consumed = 0;
  reports = 0;
  msBeforeNext = 60_000;

  constructor(private readonly points: number) {}

  /** True when the request may pass. */
  ask(tally: LocalTally, key = 'k'): boolean {
    const due = tally.spend(key, 1);
    if (due === 0) return true;
    this.reports += 1;
    this.consumed += due;
    tally.learn(key, { consumedPoints: this.consumed, msBeforeNext: this.msBeforeNext });
    return this.consumed <= this.points;
  }
}

const passed = (times: number, ask: (n: number) => boolean): number =>
  Array.from({ length: times }, (_, n) => ask(n)).filter(Boolean).length;

describe('points counted in the process', () => {
  it('are exact for one process, in a hundredth of the reports', () => {
    const counter = new SharedCounter(1_200);
    const tally = new LocalTally({ points: 1_200 });
    expect(passed(1_500, () => counter.ask(tally))).toBe(1_200);
    expect(counter.reports).toBeLessThan(101 + 300 + 12);
  });

  it('are all reported where the limit is small', () => {
    const counter = new SharedCounter(199);
    const tallies = [1, 2].map(() => new LocalTally({ points: 199 }));
    expect(passed(300, (n) => counter.ask(tallies[n % 2] as LocalTally))).toBe(199);
    expect(counter.reports).toBe(300);
  });

  it.each([2, 5])('exceed the limit over %i processes by less than a portion each', (processes) => {
    const counter = new SharedCounter(1_200);
    const tallies = Array.from({ length: processes }, () => new LocalTally({ points: 1_200 }));
    const all = passed(3_000, (n) => counter.ask(tallies[n % processes] as LocalTally));
    expect(all).toBeGreaterThanOrEqual(1_200);
    expect(all).toBeLessThan(1_200 + processes * 12);
  });

  it('are told by the shared counter in a new window', () => {
    const counter = new SharedCounter(1_200);
    const tally = new LocalTally({ points: 1_200 });
    counter.msBeforeNext = 0;
    expect(passed(10, () => counter.ask(tally))).toBe(10);
    expect(counter.reports).toBe(10);
  });

  it('learn nothing from a refusal that was not counted', () => {
    const tally = new LocalTally({ points: 1_200 });
    tally.learn('k', { consumedPoints: 0, msBeforeNext: 60_000 });
    expect(tally.spend('k', 1)).toBe(1);
  });

  it('are kept for ten thousand keys', () => {
    const tally = new LocalTally({ points: 1_200 });
    for (let n = 0; n <= 10_000; n += 1) {
      tally.learn(`k${n}`, { consumedPoints: 1, msBeforeNext: 60_000 });
    }
    expect(tally.spend('k0', 1)).toBe(1);
    expect(tally.spend('k1', 1)).toBe(0);
    expect(tally.spend('k10000', 1)).toBe(0);
  });
});
