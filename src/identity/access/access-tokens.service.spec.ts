import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import type { Principal } from '../../common/index.js';
import { loadConfig } from '../../config/index.js';
import { AccessTokens } from './access-tokens.service.js';

const SECRET = 'a-secret-of-the-tests-with-32-bytes-or-more';
const config = loadConfig({ NODE_ENV: 'test', JWT_SECRET: SECRET }, []);
const tokens = new AccessTokens(config);
const caller: Principal = {
  userId: 6,
  uuid: '2f9c1c0e-3a5e-4c56-8a3c-4f3d2d1b0a66',
  accountId: 1,
  role: 'customer',
  username: 'customer@malipo.test',
};

const now = (): number => Math.floor(Date.now() / 1000);
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  sub: caller.uuid,
  uid: caller.userId,
  acc: caller.accountId,
  role: caller.role,
  username: caller.username,
  iss: config.auth.issuer,
  aud: config.auth.audience,
  iat: now(),
  nbf: now(),
  exp: now() + 60,
  ...changes,
});
const forge = (
  changes: JWTPayload = {},
  header: { alg?: string; typ?: string } = {},
  key: string | Buffer = SECRET,
): Promise<string> =>
  new SignJWT(claims(changes))
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .sign(Buffer.from(key));

describe('access tokens', () => {
  it('carry the caller', async () => {
    const token = await tokens.issue(caller);
    const { principal, validUntilMs } = await tokens.verify(token);
    expect(principal).toEqual(caller);
    expect(Math.abs(validUntilMs - Date.now() - config.auth.accessTtlS * 1000)).toBeLessThan(2_000);
  });

  it('are told by the documented claims', async () => {
    const [, payload = ''] = (await tokens.issue(caller)).split('.');
    const issued: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(issued).toEqual({
      sub: caller.uuid,
      uid: 6,
      acc: 1,
      role: 'customer',
      username: 'customer@malipo.test',
      iss: 'malipo',
      aud: 'malipo',
      iat: expect.any(Number),
      nbf: expect.any(Number),
      exp: expect.any(Number),
    });
  });

  it('accepts what the forger of these tests makes when nothing is wrong with it', async () => {
    await expect(tokens.verify(await forge())).resolves.toMatchObject({ principal: caller });
  });

  const forgeries: [string, () => Promise<string> | string][] = [
    ['no signature (alg none)', () => new UnsecuredJWT(claims()).encode()],
    [
      'alg none with our type and an empty signature',
      async () => {
        const [, payload] = (await forge()).split('.');
        const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' }));
        return `${header.toString('base64url')}.${payload}.`;
      },
    ],
    ['another key', () => forge({}, {}, randomBytes(48))],
    ['an empty key', () => emptyKeyToken()],
    ['our key with another algorithm', () => forge({}, { alg: 'HS512' }, `${SECRET}${SECRET}`)],
    ['a public-key algorithm', () => rsaToken()],
    ['expired', () => forge({ exp: now() - 1 })],
    ['not valid yet', () => forge({ nbf: now() + 60 })],
    ['without an end', () => forge({ exp: undefined })],
    ['of another issuer', () => forge({ iss: 'somebody' })],
    ['without issuer', () => forge({ iss: undefined })],
    ['for another audience', () => forge({ aud: 'others' })],
    ['without audience', () => forge({ aud: undefined })],
    ['of another type', () => forge({}, { typ: 'JWT' })],
    ['of the type of a refresh token', () => forge({}, { typ: 'refresh+jwt' })],
    ['with a role that is none', () => forge({ role: 'root' })],
    ['without our claims', () => forge({ uid: undefined })],
    ['a refresh token', () => randomBytes(32).toString('base64url')],
    ['no token at all', () => 'a.b.c'],
  ];
  it.each(forgeries)('are refused: %s', async (_what, make) => {
    const token = await make();
    await expect(tokens.verify(token)).rejects.toMatchObject({
      kind: 'unauthenticated',
      code: 'invalid_token',
    });
  });

  it('are refused when any character was changed', async () => {
    const token = await tokens.issue(caller);
    // The last character of each part may hold bits that decode to nothing.
    const meaningful = token
      .split('')
      .flatMap((char, at) => (char === '.' || /^(\.|$)/.test(token.slice(at + 1)) ? [] : [at]));
    for (const at of meaningful) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      await expect(tokens.verify(changed)).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });

  it('does not accept a role raised in the payload', async () => {
    const [header, , signature] = (await tokens.issue(caller)).split('.');
    const payload = Buffer.from(JSON.stringify(claims({ role: 'admin' }))).toString('base64url');
    await expect(tokens.verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('has a key that nobody knows where an identity provider issues the tokens', async () => {
    const external = new AccessTokens({
      ...config,
      auth: {
        ...config.auth,
        jwtSecret: '',
        jwks: {
          url: 'http://127.0.0.1:1/jwks',
          claims: { username: '', email: '', name: '', role: '', account: '', phone: '' },
          defaultRole: null,
        },
      },
    });
    for (const token of [await forge(), await emptyKeyToken()]) {
      await expect(external.verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    }
  });
});

async function emptyKeyToken(): Promise<string> {
  const [header, payload] = (await forge()).split('.');
  const signature = createHmac('sha256', '').update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}

function rsaToken(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey);
}
