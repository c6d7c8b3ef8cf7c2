import { type AzamPayToken, AzamPayTokens } from './azampay.tokens.js';

const HOUR_MS = 3_600_000;

function aCache(answers: (AzamPayToken | Error)[]) {
  const clock = { now: 1_800_000_000_000 };
  const asked: number[] = [];
  const tokens = new AzamPayTokens(
    async () => {
      asked.push(clock.now);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error('asked more often than expected');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => clock.now,
  );
  return { clock, asked, tokens };
}

function aToken(value: string, expiresAt: number | null): AzamPayToken {
  return { value, expiresAt };
}

describe('AzamPayTokens', () => {
  it('keeps a token until a minute before it expires', async () => {
    const start = 1_800_000_000_000;
    const { tokens, clock, asked } = aCache([
      aToken('a', start + HOUR_MS),
      aToken('b', start + 2 * HOUR_MS),
    ]);
    expect(await tokens.current()).toBe('a');
    clock.now = start + HOUR_MS - 60_001;
    expect(await tokens.current()).toBe('a');
    clock.now = start + HOUR_MS - 60_000;
    expect(await tokens.current()).toBe('b');
    expect(asked).toHaveLength(2);
  });

  it('keeps one without a named end for at most 55 minutes', async () => {
    const { tokens, clock } = aCache([aToken('a', null), aToken('b', null)]);
    await tokens.current();
    clock.now += 55 * 60_000;
    expect(await tokens.current()).toBe('b');
  });

  it('uses half the life of a very short one', async () => {
    const { tokens, clock } = aCache([aToken('a', 1_800_000_000_000 + 20_000), aToken('b', null)]);
    await tokens.current();
    clock.now += 9_999;
    expect(await tokens.current()).toBe('a');
    clock.now += 1;
    expect(await tokens.current()).toBe('b');
  });

  it('hands out one that seems expired already, and does not keep it', async () => {
    const { tokens } = aCache([aToken('a', 1), aToken('b', 1)]);
    expect([await tokens.current(), await tokens.current()]).toEqual(['a', 'b']);
  });

  it('asks once for any number of callers', async () => {
    const { tokens, asked } = aCache([aToken('a', null)]);
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.current()));
    expect(new Set(all)).toEqual(new Set(['a']));
    expect(asked).toHaveLength(1);
  });

  it('renews a refused token once, however many callers were refused', async () => {
    const { tokens, asked } = aCache([aToken('a', null), aToken('b', null)]);
    await tokens.current();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.renew('a')));
    expect(new Set(all)).toEqual(new Set(['b']));
    expect(await tokens.renew('a')).toBe('b');
    expect(asked).toHaveLength(2);
  });

  it('keeps nothing of a failure: all who waited learn of it, the next caller asks again', async () => {
    const { tokens } = aCache([new Error('down'), aToken('a', null)]);
    const results = await Promise.allSettled([tokens.current(), tokens.current()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await tokens.current()).toBe('a');
  });
});
