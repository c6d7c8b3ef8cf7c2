import { setImmediate as nextTurn } from 'node:timers/promises';
import { PasswordTurns } from './password-turns.service.js';

describe('turns of password work', () => {
  it('lets two work at once and the others in their order', async () => {
    const turns = new PasswordTurns();
    const finish: (() => void)[] = [];
    const started: number[] = [];
    const all = [0, 1, 2, 3].map((n) =>
      turns.take(async () => {
        started.push(n);
        await new Promise<void>((resolve) => finish.push(resolve));
        return n;
      }),
    );
    await nextTurn();
    expect(started).toEqual([0, 1]);
    finish[0]?.();
    await all[0];
    await nextTurn();
    expect(started).toEqual([0, 1, 2]);
    finish[1]?.();
    await all[1];
    await nextTurn();
    expect(started).toEqual([0, 1, 2, 3]);
    finish[2]?.();
    finish[3]?.();
    await expect(Promise.all(all)).resolves.toEqual([0, 1, 2, 3]);
  });

  it('gives a turn back when the work fails', async () => {
    const turns = new PasswordTurns();
    const failing = Array.from({ length: 5 }, () =>
      turns.take(() => Promise.reject(new Error('no'))),
    );
    const results = await Promise.allSettled(failing);
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    await expect(turns.take(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  it('refuses whoever would wait behind 64 others', async () => {
    const turns = new PasswordTurns();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const taken = Array.from({ length: 66 }, () => turns.take(() => gate));
    await expect(turns.take(() => gate)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'login_busy',
      extra: { retryAfterS: 5 },
    });
    open();
    await Promise.all(taken);
  });
});
