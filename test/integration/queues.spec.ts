import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { HealthRegistry } from '../../src/http/index.js';
import { openQueue } from '../../src/queues/bell.factory.js';
import { untilReady } from '../../src/queues/doorbell.service.js';
import {
  bells,
  gate,
  JobProcesses,
  leasing,
  NEVER_MS,
  recording,
  until,
} from '../support/job-processes.js';

describe.each(bells)('jobs with the doorbell on $name', (bell) => {
  let jobs: JobProcesses;

  beforeAll(async () => {
    jobs = await JobProcesses.create(bell.redisUrl);
  });

  afterEach(async () => {
    await jobs.reset();
    jest.restoreAllMocks();
  });

  afterAll(() => jobs.drop());

  it('rings after the commit: work is done long before anybody would have looked', async () => {
    const { add } = await jobs.start([recording('t.bell')], { sweepMs: NEVER_MS });
    await add('t.bell', 'a');
    await until('the work is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.effects()).toEqual(['a']);
  });

  it('has every effect once, with two workers, needless rings and looks all the time', async () => {
    const first = await jobs.start([recording('t.once', 'first')], { sweepMs: 50, batchSize: 7 });
    const second = await jobs.start([recording('t.once', 'second')], { sweepMs: 50, batchSize: 7 });
    const keys = Array.from({ length: 300 }, (_, i) => `k${i}`);
    const adding = Promise.all(keys.map((key, i) => (i % 2 ? first : second).add('t.once', key)));
    while ((await jobs.count('done_at IS NOT NULL')) < keys.length) {
      await Promise.all([first, second].map(({ add }) => add('t.once', 'k0')));
      await pause(5);
    }
    await adding;
    await jobs.close();
    expect((await jobs.effects()).sort()).toEqual([...keys].sort());
    const workers = await jobs.rows('SELECT worker FROM effects GROUP BY worker');
    expect(workers).toHaveLength(2);
  });

  it('finds work whose ring was lost', async () => {
    await jobs.start([recording('t.lost')]);
    await jobs.rows(
      `INSERT INTO outbox (topic, key, payload, next_at) VALUES ('t.lost', 'a', '{}', app_now())`,
    );
    await until('it is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.effects()).toEqual(['a']);
  });

  it('does nothing while the queue is out of reach but lose time', async () => {
    const { add } = await jobs.start([recording('t.deaf')]);
    jest.spyOn(Queue.prototype, 'add').mockRejectedValue(new Error('no queue'));
    await add('t.deaf', 'a');
    await until('it is done', async () => (await jobs.count('done_at IS NOT NULL')) === 1);
    expect(await jobs.effects()).toEqual(['a']);
  });

  it('neither rings nor works for a transaction that was rolled back', async () => {
    const { transactions, outbox, add } = await jobs.start([recording('t.rollback')]);
    const ring = jest.spyOn(Queue.prototype, 'add');
    const rolledBack = transactions.run(async (manager) => {
      await outbox.add(manager, { topic: 't.rollback', key: 'never', payload: {} });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(ring).not.toHaveBeenCalled();
    await add('t.rollback', 'after');
    await until('what came later is done', async () => (await jobs.effects()).length > 0);
    expect(await jobs.effects()).toEqual(['after']);
  });

  it('answers a burst of commits with few rings', async () => {
    const { add } = await jobs.start([recording('t.burst')], { sweepMs: NEVER_MS });
    const ring = jest.spyOn(Queue.prototype, 'add');
    await Promise.all(Array.from({ length: 500 }, (_, i) => add('t.burst', `b${i}`)));
    await until('all are done', async () => (await jobs.count('done_at IS NOT NULL')) === 500);
    expect(await jobs.effects()).toHaveLength(500);
    expect(ring.mock.calls.length).toBeLessThan(250);
  });

  it('waits at shutdown for the handler under way, takes up nothing more, and leaves the rest due', async () => {
    const { opened, open } = gate();
    const begun: string[] = [];
    const order: string[] = [];
    const { add, app, closing } = await jobs.start(
      [
        leasing('t.shutdown', async (key) => {
          begun.push(key);
          await opened;
          order.push('handler ended');
          return { done: true };
        }),
      ],
      { concurrency: 1 },
    );
    await add('t.shutdown', 'a');
    await until('it has begun', () => begun.length === 1);
    await add('t.shutdown', 'b');
    const closed = jobs.close(app).then(() => order.push('closed'));
    await closing;
    open();
    await closed;
    expect(order).toEqual(['handler ended', 'closed']);
    expect(begun).toEqual(['a']);
    expect(
      await jobs.rows('SELECT key, done_at IS NOT NULL AS done FROM outbox ORDER BY key'),
    ).toEqual([
      { key: 'a', done: true },
      { key: 'b', done: false },
    ]);
  });

  it('gives up waiting at the deadline, and the row is done after the next start', async () => {
    const { opened, open } = gate();
    let begun = 0;
    const slow = leasing(
      't.hangs',
      async () => {
        begun += 1;
        if (begun === 1) await opened;
        return { done: true };
      },
      5,
    );
    const { add, app } = await jobs.start(
      [slow],
      {},
      { shutdownGraceMs: 1_000, shutdownProbeMs: 0 },
    );
    await add('t.hangs', 'a');
    await until('it has begun', () => begun === 1);
    await jobs.close(app);
    await jobs.start([slow]);
    expect(await jobs.count('done_at IS NOT NULL')).toBe(0);
    await jobs.moveClock(6);
    await until(
      'the next process did it',
      async () => (await jobs.count('done_at IS NOT NULL')) === 1,
    );
    expect(begun).toBe(2);
    open();
  });

  it('leaves the work to others in a process of the role api', async () => {
    const api = await jobs.start([recording('t.api', 'api')], { sweepMs: 50 }, { role: 'api' });
    await api.add('t.api', 'a');
    await jobs.start([recording('t.api', 'worker')], { sweepMs: NEVER_MS }, { role: 'worker' });
    await until('the worker did it', async () => (await jobs.effects()).length === 1);
    await api.add('t.api', 'b');
    await until('and hears the ring of the api', async () => (await jobs.effects()).length === 2);
    expect(await jobs.rows('SELECT DISTINCT worker FROM effects')).toEqual([{ worker: 'worker' }]);
  });

  it('stops ringing while a thousand rings wait unanswered', async () => {
    const { add } = await jobs.start([recording('t.flood')]);
    jest.spyOn(Queue.prototype, 'getWaitingCount').mockResolvedValue(1_000);
    const ring = jest.spyOn(Queue.prototype, 'add');
    await add('t.flood', 'a');
    await until('it is done all the same', async () => (await jobs.effects()).length === 1);
    expect(ring).not.toHaveBeenCalled();
  });

  it('goes on after every connection to the database was cut', async () => {
    const { add } = await jobs.start([recording('t.cut')]);
    await jobs.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await until('work can be written again', () =>
      add('t.cut', 'a').then(
        () => true,
        () => false,
      ),
    );
    await until('it is done', async () => (await jobs.effects()).length === 1);
    const ring = jest.spyOn(Queue.prototype, 'add');
    await until('the bell works again', async () => {
      await add('t.cut', `b${Date.now()}`);
      const results = await Promise.allSettled(ring.mock.results.map(({ value }) => value));
      return results.some(({ status }) => status === 'fulfilled');
    });
    expect(await jobs.count('parked_at IS NOT NULL')).toBe(0);
  });

  it('is ready when the queue answers and the worker looks for work', async () => {
    const { app } = await jobs.start([recording('t.health')]);
    const health = app.get(HealthRegistry);
    expect(await health.check()).toMatchObject({ ready: true, checks: { jobs: 'ok' } });
    jest.spyOn(Queue.prototype, 'getWaitingCount').mockRejectedValue(new Error('gone'));
    expect(await health.check()).toMatchObject({ ready: false });
  });
});

describe('a queue that cannot be reached', () => {
  it('stops the boot at once, in words that tell the fix', async () => {
    const queue = openQueue({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', redisUrl: null });
    queue.on('error', () => undefined);
    await expect(untilReady(queue, 'queue')).rejects.toThrow(
      /job queue is out of reach, start again when it is up.*ECONNREFUSED/,
    );
  });
});
