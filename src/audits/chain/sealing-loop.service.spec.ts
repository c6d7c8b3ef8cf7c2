import { Logger } from '@nestjs/common';
import type { Config } from '../../config/index.js';
import { type AuditSealer, SEAL_BATCH } from './audit-sealer.service.js';
import { SealingLoop } from './sealing-loop.service.js';

type Batch = () => number | Promise<number>;

/** Answers one batch after the other, then tells that the last was taken and has nothing more. */
function aLoop(batches: Batch[], role: Config['role'] = 'worker', sealEveryMs = 1) {
  let calls = 0;
  let tellDone: () => void;
  const done = new Promise<void>((resolve) => {
    tellDone = resolve;
  });
  const sealer = {
    sealBatch: async () => {
      const batch = batches[calls];
      calls += 1;
      if (calls >= batches.length) tellDone();
      return batch ? batch() : 0;
    },
  } as AuditSealer;
  const config = { role, jobs: { sealEveryMs } } as Config;
  return { loop: new SealingLoop(config, sealer), done, calls: () => calls };
}

describe('SealingLoop', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  it('goes on at once while batches are full', async () => {
    const full = () => SEAL_BATCH;
    const { loop, done, calls } = aLoop([full, full, () => 3], 'all', 3_600_000);
    loop.onApplicationBootstrap();
    await done;
    await loop.beforeApplicationShutdown();
    expect(calls()).toBe(3);
  });

  it('goes on after a failure', async () => {
    const fail = () => Promise.reject(new Error('connection lost'));
    const { loop, done, calls } = aLoop([fail, fail, () => 1]);
    loop.onApplicationBootstrap();
    await done;
    await loop.beforeApplicationShutdown();
    expect(calls()).toBeGreaterThanOrEqual(3);
  });

  it('finishes the batch under way before it stops', async () => {
    let finish = (): void => {};
    let finished = false;
    const slow = () =>
      new Promise<number>((resolve) => {
        finish = () => {
          finished = true;
          resolve(SEAL_BATCH);
        };
      });
    const { loop, done, calls } = aLoop([slow]);
    loop.onApplicationBootstrap();
    await done;
    const stopped = loop.beforeApplicationShutdown().then(() => expect(finished).toBe(true));
    finish();
    await stopped;
    expect(calls()).toBe(1);
  });

  it('leaves sealing to job processes', async () => {
    const { loop, calls } = aLoop([], 'api');
    loop.onApplicationBootstrap();
    await loop.beforeApplicationShutdown();
    expect(calls()).toBe(0);
  });
});
