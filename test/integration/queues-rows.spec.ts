import { Queue } from 'bullmq';
import type { EntityManager } from 'typeorm';
import { claimAlone, type OutboxHandler } from '../../src/database/index.js';
import { Metrics } from '../../src/http/index.js';
import {
  bells,
  gate,
  JobProcesses,
  leasing,
  NEVER_MS,
  recording,
  until,
} from '../support/job-processes.js';

describe.each(bells)('outbox rows with the doorbell on $name', (bell) => {
  let jobs: JobProcesses;

  beforeAll(async () => {
    jobs = await JobProcesses.create(bell.redisUrl);
  });

  afterEach(async () => {
    await jobs.reset();
    jest.restoreAllMocks();
  });

  afterAll(() => jobs.drop());

  it('rolls back a handler that throws, waits, and tries again', async () => {
    let tries = 0;
    const { add } = await jobs.start([
      {
        kind: 'transaction',
        topic: 't.throws',
        handle: async (row, manager) => {
          tries += 1;
          await manager.query('INSERT INTO effects (work, worker) VALUES ($1, $2)', [row.key, 'x']);
          if (tries < 3) throw new Error(`no luck for 255653294241`);
        },
      },
    ]);
    await add('t.throws', 'a');
    await until('a failure is noted', async () => (await jobs.count('failures > 0')) === 1);
    const [failed] = await jobs.rows('SELECT last_error, attempts FROM outbox');
    expect(failed?.['last_error']).toContain('no luck');
    expect(failed?.['last_error']).not.toContain('653294241');
    await until('it is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.effects()).toEqual(['a']);
    const [done] = await jobs.rows('SELECT attempts, failures, last_error FROM outbox');
    expect(done).toEqual({ attempts: 2, failures: 0, last_error: null });
  });

  describe('that may share a transaction', () => {
    /** Writes its key; what it does besides is the test's. */
    const sharing = (
      topic: string,
      besides: (key: string, manager: EntityManager) => Promise<void>,
    ): OutboxHandler => ({
      kind: 'transaction',
      topic,
      together: true,
      handle: async (row, manager) => {
        await manager.query('INSERT INTO effects (work, worker) VALUES ($1, $2)', [row.key, 'x']);
        await besides(row.key, manager);
      },
      onFailed: async (row, manager) => {
        await manager.query('INSERT INTO effects (work, worker) VALUES ($1, $2)', [
          `failed:${row.key}`,
          'x',
        ]);
      },
    });
    const written = (topic: string, keys: string[]) =>
      jobs.rows(
        `INSERT INTO outbox (topic, key, payload, next_at)
         SELECT $1, key, '{}', app_now() FROM unnest($2::text[]) key`,
        [topic, keys],
      );
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);

    it('are done in few commits, each effect once', async () => {
      await written('t.share', keys);
      await jobs.start([sharing('t.share', () => Promise.resolve())]);
      await until('all are done', async () => (await jobs.count('done_at IS NOT NULL')) === 30);
      expect((await jobs.effects()).sort()).toEqual([...keys].sort());
      const [commits] = await jobs.rows('SELECT count(DISTINCT done_at)::int AS n FROM outbox');
      expect(commits?.['n']).toBeLessThan(10);
    });

    it.each([
      ['throws', () => Promise.reject(new Error('poisoned'))],
      [
        'breaks the transaction',
        async (manager: EntityManager) => {
          await manager.query('SELECT 1 / 0');
        },
      ],
    ])('are not held up by one that %s, which fails alone', async (_, poison) => {
      await written('t.poison', keys);
      await jobs.start([
        sharing('t.poison', (key, manager) => (key === 'k7' ? poison(manager) : Promise.resolve())),
      ]);
      await until('it is given up', async () => (await jobs.count('parked_at IS NOT NULL')) === 1);
      await until('the rest is done', async () => (await jobs.count('done_at IS NOT NULL')) === 29);
      const effects = await jobs.effects();
      const good = keys.filter((key) => key !== 'k7');
      expect(effects.filter((work) => !work.startsWith('failed:')).sort()).toEqual(good.sort());
      // Four tries, of which the last parks it.
      expect(effects.filter((work) => work.startsWith('failed:'))).toEqual(
        Array.from({ length: 3 }, () => 'failed:k7'),
      );
      const [row] = await jobs.rows(`SELECT attempts, failures FROM outbox WHERE key = 'k7'`);
      expect(row).toEqual({ attempts: 4, failures: 4 });
    });

    it('run one by one when two meet on the same rows', async () => {
      await written('t.meet', keys);
      await jobs.start([
        sharing('t.meet', (key, manager) => {
          claimAlone(manager, key === 'k1' ? 'k0' : key);
          return Promise.resolve();
        }),
      ]);
      await until('all are done', async () => (await jobs.count('done_at IS NOT NULL')) === 30);
      expect((await jobs.effects()).sort()).toEqual([...keys].sort());
      expect(await jobs.count('attempts > 0')).toBe(0);
    });

    it('have every effect once with two workers at them', async () => {
      const handlers = [sharing('t.two', () => Promise.resolve())];
      const first = await jobs.start(handlers, { sweepMs: 50, batchSize: 3 });
      const second = await jobs.start(handlers, { sweepMs: 50, batchSize: 3 });
      const many = Array.from({ length: 200 }, (_, i) => `m${i}`);
      await Promise.all(many.map((key, i) => (i % 2 ? first : second).add('t.two', key)));
      await until('all are done', async () => (await jobs.count('done_at IS NOT NULL')) === 200);
      expect((await jobs.effects()).sort()).toEqual([...many].sort());
    });
  });

  it('parks a row after too many failures, with what its handler adds, in one commit', async () => {
    const parkedKeys: string[] = [];
    const { add, app } = await jobs.start(
      [
        {
          kind: 'transaction',
          topic: 't.parks',
          handle: () => Promise.reject(new Error('never works')),
          onParked: async (row, manager, error) => {
            await manager.query('INSERT INTO effects (work, worker) VALUES ($1, $2)', [
              error,
              'park',
            ]);
            parkedKeys.push(row.key);
          },
        },
        {
          kind: 'lease',
          topic: 't.parks.leased',
          leaseS: 30,
          handle: () => Promise.reject(new Error('never works either')),
          onParked: () => Promise.reject(new Error('and this fails too')),
        },
      ],
      { maxAttempts: 3 },
    );
    await add('t.parks', 'a');
    await add('t.parks.leased', 'b');
    await until('both are parked', async () => (await jobs.count('parked_at IS NOT NULL')) === 2);
    expect(parkedKeys).toEqual(['a']);
    expect(await jobs.effects()).toEqual(['Error: never works']);
    expect(
      await jobs.rows('SELECT attempts, failures, last_error FROM outbox ORDER BY topic'),
    ).toEqual([
      { attempts: 3, failures: 3, last_error: 'Error: never works' },
      { attempts: 3, failures: 3, last_error: 'Error: never works either' },
    ]);
    const figures = await app.get(Metrics).registry.metrics();
    expect(figures).toMatch(/outbox_parked_rows\{topic="t\.parks"\} 1/);
    expect(figures).toMatch(
      /outbox_handling_duration_seconds_count\{topic="t\.parks",outcome="parked"\} 1/,
    );
  });

  it('gives a parked row a fresh budget when it is hastened', async () => {
    let works = false;
    const { add, outbox, transactions } = await jobs.start(
      [
        leasing('t.replay', (key) =>
          works ? Promise.resolve({ done: true }) : Promise.reject(new Error(`not yet, ${key}`)),
        ),
      ],
      { maxAttempts: 2 },
    );
    await add('t.replay', 'a');
    await until('it is parked', async () => (await jobs.count('parked_at IS NOT NULL')) === 1);
    works = true;
    await transactions.run((manager) => outbox.hasten(manager, 't.replay', 'a'));
    await until('it is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.rows('SELECT failures, parked_at FROM outbox')).toEqual([
      { failures: 0, parked_at: null },
    ]);
  });

  it('lets delayed work wait for its time, by the clock that tests move', async () => {
    const { add } = await jobs.start([recording('t.later')], { sweepMs: 50 });
    const ring = jest.spyOn(Queue.prototype, 'add');
    await add('t.later', 'tomorrow', 86_400);
    expect(ring).not.toHaveBeenCalled();
    await add('t.later', 'now');
    await until('what is due is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.effects()).toEqual(['now']);
    await jobs.moveClock(86_400);
    await until('the rest is done', async () => (await jobs.count('done_at IS NOT NULL')) === 2);
    expect(await jobs.effects()).toEqual(['now', 'tomorrow']);
  });

  it('puts leased work off as its handler says, without calling that a failure', async () => {
    let calls = 0;
    const { add } = await jobs.start(
      [
        leasing('t.poll', () => {
          calls += 1;
          return Promise.resolve(calls < 10 ? { done: false, againInS: 0 } : { done: true });
        }),
      ],
      { sweepMs: NEVER_MS, maxAttempts: 3 },
    );
    await add('t.poll', 'a');
    await until(
      'the last poll is done',
      async () => (await jobs.count('done_at IS NOT NULL')) === 1,
    );
    expect(await jobs.rows('SELECT attempts, failures FROM outbox')).toEqual([
      { attempts: 10, failures: 0 },
    ]);
  });

  it('hands a row whose worker vanished to another, and hears the first no more', async () => {
    const { opened, open } = gate();
    let calls = 0;
    const handler = leasing(
      't.takeover',
      async () => {
        calls += 1;
        if (calls > 1) return { done: false, againInS: 5_000 };
        await opened;
        return { done: true };
      },
      10,
    );
    const { add } = await jobs.start([handler], { sweepMs: 50 });
    await jobs.start([handler], { sweepMs: 50 });
    await add('t.takeover', 'a');
    await until('the first has it', () => calls === 1);
    await jobs.moveClock(11);
    await until(
      'the second put it off',
      async () => (await jobs.count('failures = 0 AND attempts = 2')) === 1,
    );
    open();
    await jobs.close();
    expect(await jobs.count("done_at IS NULL AND next_at > app_now() + interval '4000 s'")).toBe(1);
  });

  it('leases for a quarter of a minute, so that what a dead worker held is soon free', async () => {
    const { opened, open } = gate();
    let runs = false;
    const { add } = await jobs.start([
      leasing(
        't.long',
        async () => {
          runs = true;
          await opened;
          return { done: true };
        },
        3_600,
      ),
    ]);
    await add('t.long', 'a');
    await until('it runs', () => runs);
    expect(await jobs.count("next_at BETWEEN app_now() AND app_now() + interval '15 s'")).toBe(1);
    open();
    await until('it is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
  });

  it('parks leased work whose workers die over and over', async () => {
    await jobs.rows(
      `INSERT INTO outbox (topic, key, payload, next_at, attempts, failures)
       VALUES ('t.deadly', 'a', '{}', app_now(), 4, 4)`,
    );
    let calls = 0;
    await jobs.start([
      leasing('t.deadly', () => {
        calls += 1;
        return Promise.resolve({ done: true });
      }),
    ]);
    await until('it is parked', async () => (await jobs.count('parked_at IS NOT NULL')) === 1);
    expect(calls).toBe(0);
    const [row] = await jobs.rows('SELECT last_error FROM outbox');
    expect(row?.['last_error']).toContain('without an end');
  });

  it('does leased work again that was hastened while it ran', async () => {
    const { opened, open } = gate();
    const seen: number[] = [];
    const { add, transactions, outbox } = await jobs.start(
      [
        leasing('t.hasten', async () => {
          seen.push(seen.length + 1);
          if (seen.length === 1) await opened;
          return seen.length === 1 ? { done: false, againInS: 5_000 } : { done: true };
        }),
      ],
      { sweepMs: NEVER_MS, concurrency: 1 },
    );
    await add('t.hasten', 'a');
    await until('it runs', () => seen.length === 1);
    await transactions.run((manager) => outbox.hasten(manager, 't.hasten', 'a'));
    open();
    await until('it ran once more', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(seen).toEqual([1, 2]);
  });

  it('never lets a slow topic keep another waiting', async () => {
    const { opened, open } = gate();
    const { add } = await jobs.start(
      [
        leasing('t.slow', async () => {
          await opened;
          return { done: true };
        }),
        recording('t.quick'),
      ],
      { sweepMs: NEVER_MS, concurrency: 2 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, i) => add('t.slow', `s${i}`)));
    await add('t.quick', 'q');
    await until('the quick one is done', async () => (await jobs.effects()).length === 1);
    expect(await jobs.count(`topic = 't.slow' AND done_at IS NOT NULL`)).toBe(0);
    open();
    await until(
      'the slow ones follow',
      async () => (await jobs.count('done_at IS NOT NULL')) === 21,
    );
  });

  it('keeps rows that nobody handles, and tells of them', async () => {
    const { add, app } = await jobs.start([recording('t.known')]);
    await add('t.stranger', 'a');
    await add('t.known', 'b');
    await until(
      'the known one is done',
      async () => (await jobs.count('done_at IS NOT NULL')) === 1,
    );
    expect(await jobs.count(`topic = 't.stranger' AND done_at IS NULL AND parked_at IS NULL`)).toBe(
      1,
    );
    const figures = await app.get(Metrics).registry.metrics();
    expect(figures).toMatch(/outbox_unhandled_topic\{topic="t\.stranger"\} 1/);
    expect(figures).toMatch(/outbox_unhandled_topic\{topic="t\.known"\} 0/);
    expect(figures).toMatch(/outbox_oldest_due_seconds\{topic="t\.stranger"\} 0\.\d+/);
  });

  it('deletes what was done long ago and nothing else', async () => {
    await jobs.rows(`
      INSERT INTO outbox (topic, key, payload, next_at, done_at)
        SELECT 't.old', 'done' || i, '{}', now(), now() - interval '8 days' FROM generate_series(1, 1200) i;
      INSERT INTO outbox (topic, key, payload, next_at, done_at, parked_at) VALUES
        ('t.old', 'done lately', '{}', now(), now() - interval '6 days', NULL),
        ('t.old', 'parked', '{}', now(), NULL, now() - interval '8 days'),
        ('t.old', 'open', '{}', now() - interval '8 days', NULL, NULL);
    `);
    await jobs.start([]);
    await until('the old rows are gone', async () => (await jobs.count('true')) === 3);
    expect(await jobs.rows('SELECT key FROM outbox ORDER BY key')).toEqual([
      { key: 'done lately' },
      { key: 'open' },
      { key: 'parked' },
    ]);
  });
});
