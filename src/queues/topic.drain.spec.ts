import { TopicDrain, type DrainSource } from './topic.drain.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const until = async (holds: () => boolean) => {
  for (let i = 0; i < 1_000 && !holds(); i += 1) await turn();
  expect(holds()).toBe(true);
};

const taken = <Row>(rows: Row[], limit: number) => ({ rows, full: rows.length >= limit });

/** A source in memory; the work of the rows in `held` ends when the test says so. */
function aSource(due: number[], held: number[] = []) {
  const handled: number[] = [];
  const takes: number[] = [];
  const release = new Map<number, () => void>();
  let atOnce = 0;
  const seen = { most: 0 };
  const source: DrainSource<number> = {
    take: (limit) => {
      takes.push(limit);
      return Promise.resolve(taken(due.splice(0, limit), limit));
    },
    handle: async (row) => {
      atOnce += 1;
      seen.most = Math.max(seen.most, atOnce);
      if (held.includes(row)) await new Promise<void>((resolve) => release.set(row, resolve));
      else await turn();
      atOnce -= 1;
      handled.push(row);
    },
  };
  return { source, due, handled, takes, release, seen };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('TopicDrain', () => {
  it('handles everything that is due, never more than its share at once', async () => {
    const { source, handled, seen } = aSource(numbers(100));
    await new TopicDrain(source, { concurrency: 4, ahead: 0 }).drain();
    expect(handled.sort((a, b) => a - b)).toEqual(numbers(100));
    expect(seen.most).toBe(4);
  });

  it('takes leased rows only as fast as they can start, others in batches', async () => {
    const leased = aSource(numbers(10));
    await new TopicDrain(leased.source, { concurrency: 4, ahead: 0 }).drain();
    expect(Math.max(...leased.takes)).toBe(4);
    const listed = aSource(numbers(100));
    await new TopicDrain(listed.source, { concurrency: 4, ahead: 50 }).drain();
    expect(listed.takes).toEqual([50, 50, 50]);
    expect(listed.seen.most).toBe(4);
  });

  it('looks once and stops when nothing is due', async () => {
    const { source, takes } = aSource([]);
    await new TopicDrain(source, { concurrency: 4, ahead: 50 }).drain();
    expect(takes).toHaveLength(1);
  });

  it('takes up new rows while a slow one is still in work', async () => {
    const { source, due, handled, release } = aSource([1], [1]);
    const drain = new TopicDrain(source, { concurrency: 2, ahead: 0 });
    const run = drain.drain();
    await until(() => release.has(1));
    due.push(2, 3);
    await drain.drain();
    await until(() => handled.length === 2);
    expect(handled).toEqual([2, 3]);
    release.get(1)!();
    await run;
    expect(handled).toEqual([2, 3, 1]);
  });

  it('never runs twice at once, however often it is called', async () => {
    const { source, handled, seen } = aSource(numbers(30));
    const drain = new TopicDrain(source, { concurrency: 3, ahead: 0 });
    await Promise.all(numbers(20).map(() => drain.drain()));
    await drain.stop();
    expect(handled).toHaveLength(30);
    expect(seen.most).toBe(3);
  });

  it('stops with the rows in work and leaves the listed rest', async () => {
    const { source, handled, release } = aSource(numbers(10), [1, 2]);
    const drain = new TopicDrain(source, { concurrency: 2, ahead: 10 });
    const run = drain.drain();
    await until(() => release.size === 2);
    const stopped = drain.stop();
    release.forEach((end) => end());
    await stopped;
    await run;
    expect(handled).toEqual([1, 2]);
    await drain.drain();
    expect(handled).toEqual([1, 2]);
  });

  it('rejects when rows cannot be taken, and works again once they can', async () => {
    const { source, handled } = aSource([1]);
    const outage = new Error('no database');
    let down = true;
    const drain = new TopicDrain(
      { ...source, take: (n) => (down ? Promise.reject(outage) : source.take(n)) },
      { concurrency: 2, ahead: 0 },
    );
    await expect(drain.drain()).rejects.toBe(outage);
    down = false;
    await drain.drain();
    expect(handled).toEqual([1]);
  });

  it('ends with what it has begun when a conclusion cannot be written, and rejects', async () => {
    const handled: number[] = [];
    const outage = new Error('no database');
    const due = numbers(10);
    const drain = new TopicDrain<number>(
      {
        take: (limit) => Promise.resolve(taken(due.splice(0, limit), limit)),
        handle: async (row) => {
          await turn();
          if (row === 1) throw outage;
          handled.push(row);
        },
      },
      { concurrency: 2, ahead: 10 },
    );
    await expect(drain.drain()).rejects.toBe(outage);
    expect(handled).toEqual([2]);
  });

  describe('that gathers', () => {
    const HOURS = 10_000_000;
    const limits = { concurrency: 2, ahead: 0 };

    it('looks at once after a quiet time and after a look that found all it may take', async () => {
      const { source, handled } = aSource(numbers(21));
      await new TopicDrain(source, { ...limits, gatherMs: HOURS }).drain();
      expect(handled).toEqual(numbers(21));
    });

    it('takes together what came after a look that found less', async () => {
      const { source, due, handled, takes } = aSource([1]);
      const drain = new TopicDrain(source, { ...limits, gatherMs: 20 });
      await drain.drain();
      due.push(2);
      const second = drain.drain();
      due.push(3);
      await second;
      expect(handled).toEqual([1, 2, 3]);
      expect(takes).toHaveLength(3);
    });

    it('stops without waiting for more, and takes nothing then', async () => {
      const { source, due, handled, takes } = aSource([1]);
      const drain = new TopicDrain(source, { ...limits, gatherMs: HOURS });
      await drain.drain();
      due.push(2);
      const second = drain.drain();
      await turn();
      await drain.stop();
      await second;
      expect(handled).toEqual([1]);
      expect(takes).toEqual([2]);
    });
  });
});
