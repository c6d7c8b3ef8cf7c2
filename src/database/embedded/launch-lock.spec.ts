import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { holdLaunchLock } from './launch-lock.js';
import { identityOf } from './process-identity.js';

describe('the launch lock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'malipo-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const leave = (generation: number, holder: object) =>
    writeFile(join(folder, `launch.${generation}.lock`), JSON.stringify(holder));

  it('lets one in at a time and leaves nothing', async () => {
    let inside = 0;
    let most = 0;
    const done: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        holdLaunchLock(folder, async () => {
          most = Math.max(most, (inside += 1));
          await turn();
          inside -= 1;
          done.push(n);
        }),
      ),
    );
    expect(most).toBe(1);
    expect(done).toHaveLength(12);
    expect(await readdir(folder)).toEqual([]);
  });

  it('passes over the locks of dead processes, one at a time again', async () => {
    await leave(3, { pid: 2 ** 22 - 1, started: '1' });
    // The number of a living process, but of one that started at another time.
    await leave(4, { ...(await identityOf(process.pid)), started: 'long ago' });
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        holdLaunchLock(folder, async () => {
          most = Math.max(most, (inside += 1));
          await turn();
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(
      holdLaunchLock(folder, () => Promise.reject(new Error('no disk space'))),
    ).rejects.toThrow('no disk space');
    expect(await holdLaunchLock(folder, () => Promise.resolve('in'))).toBe('in');
  });
});
