import type { Principal } from '../../common/index.js';
import { Callers } from './callers.service.js';
import { invalidAccessToken } from '../identity.errors.js';
import type { TokenVerifier } from './token-verifier.port.js';

const caller: Principal = { userId: 1, uuid: 'u', accountId: 1, role: 'staff', username: 'asha' };

class CountingVerifier implements TokenVerifier {
  readonly asked: string[] = [];
  validUntilMs = Date.now() + 60_000;

  async verify(token: string): ReturnType<TokenVerifier['verify']> {
    this.asked.push(token);
    await Promise.resolve();
    if (token.startsWith('bad')) throw invalidAccessToken();
    return { principal: caller, validUntilMs: this.validUntilMs };
  }
}

describe('callers', () => {
  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YWxhZGRpbg==', 'good', 'Bearer two words'])(
    'are nobody without a bearer token: %p',
    async (header) => {
      const verifier = new CountingVerifier();
      await expect(new Callers(verifier).identify(header)).resolves.toBeNull();
      expect(verifier.asked).toEqual([]);
    },
  );

  it.each(['Bearer good', 'bearer good', 'BEARER  good '])('are told by %p', async (header) => {
    await expect(new Callers(new CountingVerifier()).identify(header)).resolves.toBe(caller);
  });

  it('are checked once while their token is valid, also when they call together', async () => {
    const verifier = new CountingVerifier();
    const callers = new Callers(verifier);
    await Promise.all([1, 2, 3].map(() => callers.identify('Bearer good')));
    await callers.identify('Bearer good');
    expect(verifier.asked).toEqual(['good']);
  });

  it('are checked again when the time is up', async () => {
    const verifier = new CountingVerifier();
    verifier.validUntilMs = Date.now() - 1;
    const callers = new Callers(verifier);
    await callers.identify('Bearer good');
    await callers.identify('Bearer good');
    expect(verifier.asked).toEqual(['good', 'good']);
  });

  it('are refused each time with a bad token, which is not remembered', async () => {
    const verifier = new CountingVerifier();
    const callers = new Callers(verifier);
    for (const _time of [1, 2]) {
      await expect(callers.identify('Bearer bad')).rejects.toMatchObject({ code: 'invalid_token' });
    }
    expect(verifier.asked).toEqual(['bad', 'bad']);
  });

  it('are not looked at with a token of absurd length', async () => {
    const verifier = new CountingVerifier();
    await expect(
      new Callers(verifier).identify(`Bearer ${'x'.repeat(9000)}`),
    ).rejects.toMatchObject({ code: 'invalid_token' });
    expect(verifier.asked).toEqual([]);
  });

  it('remembers ten thousand tokens and drops the oldest', async () => {
    const verifier = new CountingVerifier();
    const callers = new Callers(verifier);
    for (let n = 0; n <= 10_000; n += 1) await callers.identify(`Bearer t${n}`);
    verifier.asked.length = 0;
    await callers.identify('Bearer t1');
    await callers.identify('Bearer t10000');
    expect(verifier.asked).toEqual([]);
    await callers.identify('Bearer t0');
    expect(verifier.asked).toEqual(['t0']);
  });
});
