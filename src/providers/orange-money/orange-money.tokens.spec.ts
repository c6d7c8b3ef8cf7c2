import { type OrangeMoneyToken, OrangeMoneyTokens } from './orange-money.tokens.js';

function aCache(answers: (OrangeMoneyToken | Error)[]) {
  const clock = { now: 1_800_000_000_000 };
  const left = [...answers];
  const tokens = new OrangeMoneyTokens(
    async () => {
      const answer = left.shift() ?? new Error('asked more often than expected');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => clock.now,
  );
  return { clock, left, tokens };
}

const aToken = (value: string, lifeMs: number | null): OrangeMoneyToken => ({ value, lifeMs });

describe('OrangeMoneyTokens', () => {
  it.each([
    ['an hour', 3_600_000, 3_540_000],
    ['90 days', 7_776_000_000, 7_775_940_000],
    ['no named life', null, 54 * 60_000],
    ['20 seconds', 20_000, 10_000],
  ])('keeps one of %s until shortly before its end', async (_case, lifeMs, usableMs) => {
    const { tokens, clock } = aCache([aToken('a', lifeMs), aToken('b', null)]);
    const start = clock.now;
    expect(await tokens.current()).toBe('a');
    clock.now = start + usableMs - 1;
    expect(await tokens.current()).toBe('a');
    clock.now = start + usableMs;
    expect(await tokens.current()).toBe('b');
  });

  it('asks once for any number of callers', async () => {
    const { tokens, left } = aCache([aToken('a', null), aToken('b', null)]);
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.current()));
    expect(new Set(all)).toEqual(new Set(['a']));
    expect(left).toHaveLength(1);
  });

  it('renews a refused token once, however many callers were refused', async () => {
    const { tokens } = aCache([aToken('a', null), aToken('b', null)]);
    await tokens.current();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.renew('a')));
    expect(new Set(all)).toEqual(new Set(['b']));
    expect(await tokens.renew('a')).toBe('b');
  });

  it('keeps nothing of a failure: all who waited learn of it, the next caller asks again', async () => {
    const { tokens } = aCache([new Error('down'), aToken('a', null)]);
    const results = await Promise.allSettled([tokens.current(), tokens.current()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await tokens.current()).toBe('a');
  });
});
