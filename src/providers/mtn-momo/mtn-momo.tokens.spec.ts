import { MtnMomoTokens } from './mtn-momo.tokens.js';

function tokens(lifeMs: number) {
  let nowMs = 0;
  let count = 0;
  const kept = new MtnMomoTokens(
    async () => ({ value: `t${(count += 1)}`, lifeMs }),
    () => nowMs,
  );
  return { kept, at: (ms: number) => (nowMs = ms) };
}

describe('MtnMomoTokens', () => {
  it('keeps a token until ten minutes before its end', async () => {
    const { kept, at } = tokens(3_600_000);
    expect(await kept.current()).toBe('t1');
    at(2_999_999);
    expect(await kept.current()).toBe('t1');
    at(3_000_000);
    expect(await kept.current()).toBe('t2');
  });

  it('keeps a short one for half of its life', async () => {
    const { kept, at } = tokens(60_000);
    await kept.current();
    at(29_999);
    expect(await kept.current()).toBe('t1');
    at(30_000);
    expect(await kept.current()).toBe('t2');
  });

  it('shares one request, and one renewal of a refused token', async () => {
    const { kept } = tokens(3_600_000);
    expect(await Promise.all([kept.current(), kept.current()])).toEqual(['t1', 't1']);
    expect(await Promise.all([kept.renew('t1'), kept.renew('t1')])).toEqual(['t2', 't2']);
    expect(await kept.renew('t1')).toBe('t2');
  });

  it('keeps nothing of a failure', async () => {
    let fail = true;
    const kept = new MtnMomoTokens(async () => {
      if (fail) throw new Error('down');
      return { value: 't', lifeMs: 1_000 };
    });
    await expect(kept.current()).rejects.toThrow('down');
    fail = false;
    expect(await kept.current()).toBe('t');
  });
});
