import { decodeJwt } from 'jose';
import { IdentityHouse, newAddress, PASSWORD, type Pair } from '../support/identity-app.js';

/** Rotation and what happens to a stolen token, on a real PostgreSQL, over HTTP. */
describe('identity', () => {
  let house: IdentityHouse;

  beforeAll(async () => {
    house = await IdentityHouse.open();
  });
  afterAll(() => house?.close());
  beforeEach(() => {
    house.from = newAddress();
  });

  describe('refresh tokens', () => {
    const familiesOf = (userId: number): Promise<{ reason: string | null; tokens: number }[]> =>
      house.rows(
        `SELECT revoked_reason AS reason, (SELECT count(*)::int FROM refresh_tokens t
           WHERE t.family_id = f.id) AS tokens
         FROM refresh_families f WHERE user_id = $1 ORDER BY id`,
        [userId],
      );
    async function aLogin(name: string): Promise<Pair & { id: number; email: string }> {
      const user = await house.register(name);
      return { ...user, ...(await house.logIn(user.email, PASSWORD)) };
    }

    it('give a new pair, again and again', async () => {
      const login = await aLogin('rotating');
      let token = login.refresh;
      for (const _round of [1, 2, 3]) {
        const { status, body } = await house.refresh(token);
        expect(status).toBe(200);
        expect(body.refresh).not.toBe(token);
        expect((await house.api(body.access).get('/api/v1/auth/me/')).body).toMatchObject({
          id: login.id,
        });
        token = body.refresh;
      }
      expect(await familiesOf(login.id)).toEqual([{ reason: null, tokens: 4 }]);
    });

    it('are stored as hashes only', async () => {
      const { refresh: token } = await aLogin('hashed');
      const stored = await house.rows<{ row: string }>(
        `SELECT row_to_json(t)::text AS row FROM refresh_tokens t
         UNION ALL SELECT row_to_json(f)::text FROM refresh_families f
         UNION ALL SELECT row_to_json(a)::text FROM audit_entries a`,
      );
      expect(stored.length).toBeGreaterThan(2);
      expect(stored.filter(({ row }) => row.includes(token))).toEqual([]);
    });

    it('end the whole login when one comes a second time, and no other login', async () => {
      const login = await aLogin('stolen');
      const other = await house.logIn(login.email, PASSWORD);
      const { body: next } = await house.refresh(login.refresh);
      const reuse = await house.refresh(login.refresh);
      expect(reuse.status).toBe(401);
      expect(reuse.body.code).toBe('refresh_token_reused');
      const heir = await house.refresh(next.refresh);
      expect(heir.status).toBe(401);
      expect(heir.body.code).toBe('invalid_refresh_token');
      expect((await house.refresh(login.refresh)).status).toBe(401);
      expect((await house.refresh(other.refresh)).status).toBe(200);
      const trail = await house.trailOf(login.id);
      expect(trail.filter(({ action }) => action === 'user.refresh_reused')).toEqual([
        {
          action: 'user.refresh_reused',
          role: 'guest',
          changes: { login: expect.any(String), address: house.from },
        },
      ]);
    });

    it('work for exactly one of many who send one at the same moment', async () => {
      const login = await aLogin('raced');
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => house.refresh(login.refresh)),
      );
      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      const losers = answers.filter(({ status }) => status === 401);
      expect(losers).toHaveLength(19);
      expect(losers.map(({ body }) => body.code)).toEqual(
        Array.from({ length: 19 }, () => 'refresh_token_reused'),
      );
      expect((await house.refresh(winners[0]?.body.refresh ?? '')).status).toBe(401);
      expect(await familiesOf(login.id)).toEqual([{ reason: 'reuse', tokens: 2 }]);
      const trail = await house.trailOf(login.id);
      expect(trail.filter(({ action }) => action === 'user.refresh_reused')).toHaveLength(1);
    });

    it('cannot be two unused ones in a family, whatever the code does', async () => {
      const { id } = await aLogin('doubled');
      await expect(
        house.rows(
          `INSERT INTO refresh_tokens (family_id, token_sha256, expires_at)
           SELECT id, sha256('other'), now() + interval '1 day' FROM refresh_families WHERE user_id = $1`,
          [id],
        ),
      ).rejects.toMatchObject({ constraint: 'refresh_tokens_one_unused' });
    });

    it('expire by the clock of the database, and are swept out', async () => {
      const login = await aLogin('expired');
      await house.rows(
        `UPDATE refresh_tokens SET expires_at = app_now()
         WHERE family_id IN (SELECT id FROM refresh_families WHERE user_id = $1)`,
        [login.id],
      );
      const { status, body } = await house.refresh(login.refresh);
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'invalid_refresh_token' });
      await house.logIn(login.email, PASSWORD);
      expect(await familiesOf(login.id)).toEqual([{ reason: null, tokens: 1 }]);
    });

    it('bring the role of the day, and nothing for a deactivated user', async () => {
      const login = await aLogin('promoted');
      await house.rows(`UPDATE users SET role = 'cashier' WHERE id = $1`, [login.id]);
      const { body } = await house.refresh(login.refresh);
      expect(decodeJwt(body.access)).toMatchObject({ role: 'cashier' });
      await house.rows(`UPDATE users SET is_active = false WHERE id = $1`, [login.id]);
      expect((await house.refresh(body.refresh)).status).toBe(401);
    });

    it('are no access tokens, nor the other way round', async () => {
      const { access, refresh: token } = await house.logIn('john_doe');
      expect((await house.api(token).get('/api/v1/auth/me/')).status).toBe(401);
      expect((await house.refresh(access)).body.code).toBe('invalid_refresh_token');
      expect((await house.refresh('nonsense')).status).toBe(401);
      expect((await house.post('token/refresh/', { refresh: 7 })).status).toBe(400);
    });

    it('end with the logout, which may be said twice', async () => {
      const login = await aLogin('leaving');
      const { body: next } = await house.refresh(login.refresh);
      for (const token of [next.refresh, next.refresh, 'nonsense']) {
        const answer = await house.post('logout/', { refresh: token });
        expect(answer).toMatchObject({ status: 200, body: { message: 'Logged out' } });
      }
      expect((await house.refresh(next.refresh)).status).toBe(401);
      expect(await familiesOf(login.id)).toEqual([{ reason: 'logout', tokens: 2 }]);
      const trail = await house.trailOf(login.id);
      expect(trail.map(({ action }) => action)).toEqual([
        'user.registered',
        'user.logged_in',
        'user.logged_out',
      ]);
    });
  });
});
