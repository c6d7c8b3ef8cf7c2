import { CircuitBreaker } from './circuit.breaker.js';

function aBreaker() {
  const clock = { now: 0 };
  return { clock, breaker: new CircuitBreaker(3, 1_000, () => clock.now) };
}

function fail(breaker: CircuitBreaker, times: number, key = 'initiate'): void {
  for (let i = 0; i < times; i += 1) breaker.record(key, false);
}

describe('CircuitBreaker', () => {
  it('permits while failures stay below the threshold, and forgets them on a success', () => {
    const { breaker } = aBreaker();
    fail(breaker, 2);
    breaker.record('initiate', true);
    fail(breaker, 2);
    expect(breaker.permits('initiate')).toBe(true);
  });

  it('holds calls for the pause after too many failures, of that operation only', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    expect(breaker.permits('initiate')).toBe(false);
    expect(breaker.permits('status')).toBe(true);
    clock.now = 999;
    expect(breaker.permits('initiate')).toBe(false);
  });

  it('lets exactly one probe through after the pause', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.now = 1_000;
    expect([breaker.permits('initiate'), breaker.permits('initiate')]).toEqual([true, false]);
  });

  it.each([
    { healthy: true, after: true },
    { healthy: false, after: false },
  ])('a probe that is healthy=$healthy leaves the circuit permitting=$after', (probe) => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.now = 1_000;
    expect(breaker.permits('initiate')).toBe(true);
    breaker.record('initiate', probe.healthy);
    expect(breaker.permits('initiate')).toBe(probe.after);
  });

  it('a withdrawn probe makes room for another', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 3);
    clock.now = 1_000;
    expect(breaker.permits('initiate')).toBe(true);
    breaker.release('initiate');
    expect(breaker.permits('initiate')).toBe(true);
  });
});
