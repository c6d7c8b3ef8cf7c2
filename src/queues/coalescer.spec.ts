import { Coalescer } from './coalescer.js';

/** Work whose runs end only when the test says so. */
function heldWork() {
  const started: string[] = [];
  const release: (() => void)[] = [];
  const work = (key: string) =>
    new Promise<void>((resolve) => {
      started.push(key);
      release.push(resolve);
    });
  return { started, release, work };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Coalescer', () => {
  it('answers all requests of a burst with the run under way and one more', async () => {
    const { started, release, work } = heldWork();
    const coalescer = new Coalescer(work);
    for (let i = 0; i < 1_000; i += 1) coalescer.request('a');
    expect(started).toEqual(['a']);
    release[0]!();
    await turn();
    expect(started).toEqual(['a', 'a']);
    release[1]!();
    await coalescer.settled();
    expect(started).toHaveLength(2);
  });

  it('never lets one key wait for another', async () => {
    const { started, release, work } = heldWork();
    const coalescer = new Coalescer(work);
    coalescer.request('slow');
    coalescer.request('quick');
    expect(started).toEqual(['slow', 'quick']);
    release[1]!();
    await turn();
    coalescer.request('quick');
    expect(started).toEqual(['slow', 'quick', 'quick']);
    release.forEach((end) => end());
    await coalescer.settled();
  });

  it('starts anew for a request that comes after the last run ended', async () => {
    let runs = 0;
    const coalescer = new Coalescer(() => {
      runs += 1;
      return Promise.resolve();
    });
    coalescer.request('a');
    await coalescer.settled();
    coalescer.request('a');
    await coalescer.settled();
    expect(runs).toBe(2);
  });

  it('lets a while pass between two runs, however many requests come', async () => {
    const startedAt: number[] = [];
    const coalescer = new Coalescer(() => {
      startedAt.push(performance.now());
      return Promise.resolve();
    }, 30);
    while (startedAt.length < 3) {
      coalescer.request('a');
      await turn();
    }
    const gaps = startedAt.slice(1).map((at, i) => at - (startedAt[i] ?? 0));
    // Timers may end a little early.
    expect(Math.min(...gaps)).toBeGreaterThan(28);
  });

  it('answers what waits at once when it is to settle', async () => {
    let runs = 0;
    const coalescer = new Coalescer(() => {
      runs += 1;
      return Promise.resolve();
    }, 3_600_000);
    coalescer.request('a');
    await turn();
    coalescer.request('a');
    expect(runs).toBe(1);
    await coalescer.settled();
    expect(runs).toBe(2);
  });
});
