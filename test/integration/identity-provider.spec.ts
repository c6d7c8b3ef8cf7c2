import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { DataSource } from 'typeorm';
import { Transactions } from '../../src/database/index.js';
import { seedIdentity } from '../../src/identity/index.js';
import { Api, type Answer } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startIdentityApp } from '../support/identity-app.js';
import { anIdentity, AUDIENCE, IdentityProvider, ISSUER } from '../support/identity-provider.js';

interface Caller {
  userId: number;
  accountId: number;
  role: string;
  username: string;
}
type Known = Answer<{ caller: Caller; code: string; details?: string }>;
type Server = Awaited<ReturnType<typeof startIdentityApp>>;

/** Log-in at the deployment's own identity provider: a real HTTP server with keys, a real PostgreSQL. */
describe('with an identity provider', () => {
  let database: TestDatabase;
  let provider: IdentityProvider;
  let server: Server;
  let kid: string;
  let subjects = 0;

  const start = (env: Record<string, string> = {}): Promise<Server> =>
    startIdentityApp(database, {
      JWT_JWKS_URL: provider.url,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
      ...env,
    });

  beforeAll(async () => {
    database = await createTestDatabase();
    await new Transactions(database.dataSource).run(seedIdentity);
    provider = await IdentityProvider.open();
    kid = await provider.addKey('RS256');
    server = await start();
  });
  afterAll(async () => {
    await server?.app.close();
    await provider?.close();
    await database?.drop();
  });

  const aSubject = (): string => `subject-${(subjects += 1)}`;
  const known = (token: string, at = server): Promise<Known> =>
    new Api(at.url, token).get('/test/policies/known');
  const knownBy = async (claims: JWTPayload): Promise<Known> => known(await provider.token(claims));
  const rows = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
    database.dataSource.query(sql, parameters);
  const stored = (sub: string): Promise<Record<string, unknown>[]> =>
    rows(
      `SELECT account_id, username, email, name, phone, role, password_hash FROM users
       WHERE external_issuer = $1 AND external_subject = $2`,
      [ISSUER, sub],
    );
  const actionsOf = async (userId: number): Promise<string[]> => {
    const entries = await rows<{ action: string }>(
      `SELECT action FROM audit_entries WHERE object_type = 'user' AND object_id = $1 ORDER BY id`,
      [userId],
    );
    return entries.map(({ action }) => action);
  };

  it('makes a user of whoever comes first, and knows them again without the database', async () => {
    const sub = aSubject();
    const token = await provider.token({
      sub,
      preferred_username: 'halima',
      email: 'Halima@Corp.example',
      name: 'Halima Ali',
      phone_number: '+255 754 000 321',
      role: 'cashier',
      account: 2,
    });
    const first = await known(token);
    expect(first).toMatchObject({
      status: 200,
      body: { caller: { accountId: 2, role: 'cashier', username: 'halima' } },
    });
    expect(await stored(sub)).toEqual([
      {
        account_id: 2,
        username: 'halima',
        email: 'halima@corp.example',
        name: 'Halima Ali',
        phone: '255754000321',
        role: 'cashier',
        password_hash: null,
      },
    ]);
    expect(await actionsOf(first.body.caller.userId)).toEqual(['user.provisioned']);
    const asked = jest.spyOn(server.app.get(DataSource), 'createQueryRunner');
    expect(await known(token)).toEqual({ ...first, headers: expect.anything() });
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });

  it('makes one user of many first requests', async () => {
    const sub = aSubject();
    const tokens = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        provider.token({ sub, preferred_username: 'swarm', jti: String(n) }),
      ),
    );
    const answers = await Promise.all(tokens.map((token) => known(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.caller.userId)).size).toBe(1);
    expect(await stored(sub)).toHaveLength(1);
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('accepts %s', async (alg) => {
    const other = await IdentityProvider.open();
    await other.addKey(alg);
    const own = await start({ JWT_JWKS_URL: other.url });
    const token = await other.token({ sub: aSubject() }, { typ: 'at+jwt' });
    expect((await known(token, own)).status).toBe(200);
    await own.app.close();
    await other.close();
  });

  it.each(['RS512', 'ES384'])('does not accept %s, though its key is published', async (alg) => {
    const other = await IdentityProvider.open();
    await other.addKey(alg);
    const own = await start({ JWT_JWKS_URL: other.url });
    const answer = await known(await other.token({ sub: aSubject() }), own);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    await own.app.close();
    await other.close();
  });

  it('refuses every token that proves nothing', async () => {
    const sub = aSubject();
    const past = Math.floor(Date.now() / 1000) - 60;
    const { privateKey } = await generateKeyPair('RS256');
    const published = Buffer.from(JSON.stringify(provider.publicKey(kid)));
    const forged: Record<string, string> = {
      expired: await provider.token({ sub, exp: past }),
      'not valid yet': await provider.token({ sub, nbf: past + 600 }),
      'another issuer': await provider.token({ sub, iss: 'https://evil.example' }),
      'another audience': await provider.token({ sub, aud: 'others' }),
      'without subject': await provider.token({}),
      'without end': await provider.token({ sub, exp: undefined }),
      'another type': await provider.token({ sub }, { typ: 'logout+jwt' }),
      'alg none': new UnsecuredJWT(anIdentity({ sub })).encode(),
      'the published key as HMAC secret': await new SignJWT(anIdentity({ sub }))
        .setProtectedHeader({ alg: 'HS256', kid, typ: 'JWT' })
        .sign(published),
      'another key': await new SignJWT(anIdentity({ sub }))
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .sign(privateKey),
      'an unknown key': await new SignJWT(anIdentity({ sub }))
        .setProtectedHeader({ alg: 'RS256', kid: 'unknown', typ: 'JWT' })
        .sign(privateKey),
      'a key brought along': await new SignJWT(anIdentity({ sub }))
        .setProtectedHeader({ alg: 'RS256', jku: 'https://evil.example/jwks', typ: 'JWT' })
        .sign(privateKey),
    };
    for (const [what, token] of Object.entries(forged)) {
      const { status, body } = await known(token);
      expect({ what, status, code: body.code }).toEqual({
        what,
        status: 401,
        code: 'invalid_token',
      });
    }
    expect(await stored(sub)).toEqual([]);
  });

  it('does not accept tokens of our own, nor give any', async () => {
    const own = await startIdentityApp(database);
    const login = { username: 'john_doe', password: 'malipo-demo' };
    const { body } = await new Api(own.url).post<{ access: string; refresh: string }>(
      '/api/v1/auth/token/',
      login,
    );
    expect((await known(body.access, own)).status).toBe(200);
    expect((await known(body.access)).status).toBe(401);
    await own.app.close();
    for (const [path, send] of Object.entries({
      'token/': login,
      'token/refresh/': { refresh: body.refresh },
      'logout/': { refresh: body.refresh },
      'register/': { email: 'new@example.test', password: 'karibu-zanzibar' },
    })) {
      const answer = await new Api(server.url).post(`/api/v1/auth/${path}`, send);
      expect(answer).toMatchObject({
        status: 404,
        body: {
          code: 'external_identity_provider',
          error: expect.stringContaining(ISSUER),
        },
      });
    }
  });

  it('answers 503 while the keys cannot be had, and works when they can', async () => {
    const other = await IdentityProvider.open();
    await other.addKey('ES256');
    const own = await start({ JWT_JWKS_URL: other.url });
    const token = await other.token({ sub: aSubject() });
    for (const outage of [
      { status: 500, body: 'oops' },
      { status: 200, body: 'not json' },
      { status: 200, body: '{"keys": 7}' },
    ]) {
      other.outage = outage;
      const { status, headers, body } = await known(token, own);
      expect({ outage, status, code: body.code }).toEqual({
        outage,
        status: 503,
        code: 'identity_provider_unavailable',
      });
      expect(headers.get('retry-after')).toBe('5');
      const open = await new Api(own.url, token).get('/test/policies/anybody');
      expect(open).toMatchObject({ status: 200, body: { caller: null } });
    }
    other.outage = null;
    expect((await known(token, own)).status).toBe(200);
    await other.close();
    await own.app.close();
  });

  it('finds a new key of the provider, but does not run to it for every unknown one', async () => {
    const other = await IdentityProvider.open();
    await other.addKey('ES256');
    const own = await start({ JWT_JWKS_URL: other.url });
    expect((await known(await other.token({ sub: aSubject() }), own)).status).toBe(200);
    await other.addKey('ES256');
    const rotated = await other.token({ sub: aSubject() });
    for (let n = 0; n < 5; n += 1) expect((await known(rotated, own)).status).toBe(401);
    expect(other.fetches).toBe(1);
    const later = Date.now() + 31_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect((await known(rotated, own)).status).toBe(200);
    clock.mockRestore();
    expect(other.fetches).toBe(2);
    await own.app.close();
    await other.close();
  });

  describe('the role', () => {
    it.each([undefined, 'root', 'ADMIN', ['other']])(
      'must be one of the five where there is no default: %j',
      async (role) => {
        const sub = aSubject();
        expect(await knownBy({ sub, role })).toMatchObject({
          status: 403,
          body: { code: 'external_user_refused' },
        });
        expect(await stored(sub)).toEqual([]);
      },
    );

    it('is customer where the deployment says so, also for one who was more', async () => {
      const own = await start({ JWT_DEFAULT_ROLE: 'customer' });
      const sub = aSubject();
      const roles = [];
      for (const role of ['admin', 'root']) {
        roles.push((await known(await provider.token({ sub, role }), own)).body.caller.role);
      }
      expect(roles).toEqual(['admin', 'customer']);
      await own.app.close();
    });
  });

  it('follows what the newest token says, and keeps what it does not say', async () => {
    const sub = aSubject();
    const now = Math.floor(Date.now() / 1000);
    const first = await knownBy({
      sub,
      iat: now - 20,
      email: 'first@corp.example',
      name: 'First',
      role: 'customer',
    });
    await knownBy({ sub, iat: now - 10, name: 'Second', role: 'staff', account: 2 });
    const expected = { account_id: 2, email: 'first@corp.example', name: 'Second', role: 'staff' };
    expect(await stored(sub)).toMatchObject([expected]);
    const old = await knownBy({ sub, iat: now - 15, name: 'Old', role: 'admin' });
    expect(old.body.caller).toMatchObject({ role: 'staff', accountId: 2 });
    expect(await stored(sub)).toMatchObject([expected]);
    expect(await actionsOf(first.body.caller.userId)).toEqual([
      'user.provisioned',
      'user.updated_by_identity_provider',
    ]);
  });

  it.each([77, 'headquarters', ['1']])('refuses an account that is none: %j', async (account) => {
    const sub = aSubject();
    expect(await knownBy({ sub, account })).toMatchObject({
      status: 403,
      body: { code: 'external_user_refused' },
    });
    expect(await stored(sub)).toEqual([]);
  });

  describe('users who were here before', () => {
    it('are known again by an address that the provider has verified', async () => {
      const sub = aSubject();
      const claims = { sub, email: 'customer2@malipo.test', email_verified: true };
      const { body } = await knownBy({ ...claims, preferred_username: 'baraka' });
      expect(body.caller).toMatchObject({ userId: 2, username: 'customer2@malipo.test' });
      expect(await stored(sub)).toMatchObject([
        { phone: '255684000222', name: 'Baraka Mushi', password_hash: null },
      ]);
      expect(await actionsOf(2)).toContain('user.adopted_by_identity_provider');
    });

    it('are not taken over by an address that anybody may type', async () => {
      const sub = aSubject();
      const claims = { sub, email: 'admin@malipo.test', email_verified: false };
      const { body } = await knownBy({ ...claims, preferred_username: 'admin@malipo.test' });
      expect(body.caller.userId).not.toBe(8);
      expect(await stored(sub)).toMatchObject([
        { email: null, username: expect.stringMatching(/^user-/), role: 'customer' },
      ]);
      const [admin] = await rows(`SELECT role, external_subject FROM users WHERE id = 8`);
      expect(admin).toEqual({ role: 'admin', external_subject: null });
    });

    it('belong to one subject each', async () => {
      const email = 'staff2@malipo.test';
      const one = await knownBy({ sub: aSubject(), email, email_verified: true });
      const other = await knownBy({ sub: aSubject(), email, email_verified: true });
      expect(one.body.caller.userId).toBe(7);
      expect(other.body.caller.userId).not.toBe(7);
    });
  });

  it.each(['system', 'Guest', 'gateway:azampay'])(
    'does not name a user as the audit trail names nobody: %s',
    async (preferred_username) => {
      const { body } = await knownBy({ sub: aSubject(), preferred_username });
      expect(body.caller.username).toMatch(/^user-/);
    },
  );

  it('refuses who is deactivated here, when the belief of minutes is over', async () => {
    const sub = aSubject();
    const token = await provider.token({ sub });
    const { body } = await known(token);
    await rows(`UPDATE users SET is_active = false WHERE id = $1`, [body.caller.userId]);
    expect((await known(token)).status).toBe(200);
    const later = Date.now() + 3 * 60_000 + 1;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect(await known(token)).toMatchObject({
      status: 403,
      body: { code: 'external_user_refused', details: 'The user is deactivated here' },
    });
    clock.mockRestore();
  });

  it('lets users change what the provider does not say', async () => {
    const token = await provider.token({ sub: aSubject(), name: 'Fixed' });
    const me = new Api(server.url, token);
    const changed = await me.send('PATCH', '/api/v1/auth/me/', { phone: '0754 111 222' });
    expect(changed).toMatchObject({ status: 200, body: { phone: '255754111222', email: null } });
  });
});
