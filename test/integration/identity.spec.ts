import { scryptSync } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { DataSource } from 'typeorm';
import { Transactions } from '../../src/database/index.js';
import { Metrics } from '../../src/http/index.js';
import { DEMO_PASSWORD, seedIdentity, Users } from '../../src/identity/index.js';
import { Api, type Answer } from '../support/api.js';
import { IdentityHouse, newAddress, PASSWORD, startIdentityApp } from '../support/identity-app.js';
import { waitFor } from '../support/wait.js';

/**
 * Log-in, its throttle and the guard, on a real PostgreSQL, over HTTP. Each test calls from an address of
 * its own, so that the throttle of one does not refuse another's.
 */
describe('identity', () => {
  let house: IdentityHouse;

  beforeAll(async () => {
    house = await IdentityHouse.open();
  });
  afterAll(() => house?.close());
  beforeEach(() => {
    house.from = newAddress();
  });

  describe('demo users', () => {
    it('are those of the contract, all with the one password', async () => {
      const users = await house.rows<{ username: string; role: string; account_id: number }>(
        `SELECT username, role, account_id FROM users WHERE id <= 100 ORDER BY id`,
      );
      expect(users.map((user) => [user.username, user.role, user.account_id])).toEqual([
        ['customer@malipo.test', 'customer', 1],
        ['customer2@malipo.test', 'customer', 1],
        ['john_doe', 'customer', 1],
        ['owner@malipo.test', 'owner', 1],
        ['cashier@malipo.test', 'cashier', 1],
        ['staff@malipo.test', 'staff', 1],
        ['staff2@malipo.test', 'staff', 1],
        ['admin@malipo.test', 'admin', 1],
        ['outsider@malipo.test', 'admin', 2],
      ]);
      for (const { username } of users) await house.logIn(username);
    });

    it('come once, and the next user gets an id behind them', async () => {
      await new Transactions(house.database.dataSource).run(seedIdentity);
      const { id } = await house.register('after-the-demo');
      expect(id).toBeGreaterThan(100);
    });

    it('are found through the facade, within their account', async () => {
      const users = house.app.get(Users);
      expect(await users.find(1)).toEqual({
        id: 1,
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        accountId: 1,
        username: 'customer@malipo.test',
        email: 'customer@malipo.test',
        name: 'Asha Juma',
        phone: '255653294241',
        role: 'customer',
      });
      expect(await users.findByEmail(1, 'CUSTOMER@example.com')).toMatchObject({
        username: 'john_doe',
        name: 'John Doe',
      });
      expect(await users.findByEmail(1, 'outsider@malipo.test')).toBeNull();
      expect(await users.find(99)).toBeNull();
    });
  });

  describe('log-in', () => {
    it.each(['john_doe', 'John_Doe', 'customer@example.com', 'Customer@Example.COM', ' john_doe '])(
      'knows one user by name and by e-mail, in any case: %p',
      async (username) => {
        const { access, refresh: token } = await house.logIn(username);
        expect(decodeJwt(access)).toMatchObject({
          uid: 3,
          acc: 1,
          role: 'customer',
          username: 'john_doe',
        });
        expect(token).toMatch(/^[\w-]{43}$/);
      },
    );

    it('answers at both spellings of its path', async () => {
      const body = { username: 'john_doe', password: DEMO_PASSWORD };
      await expect(house.post('token', body)).resolves.toMatchObject({ status: 200 });
    });

    it('gives an access token of 15 minutes', async () => {
      const { exp = 0, iat = 0 } = decodeJwt((await house.logIn('john_doe')).access);
      expect(exp - iat).toBe(900);
    });

    it('says the same of a wrong password, an unknown and a deactivated user', async () => {
      const { id, email } = await house.register('deactivated');
      await house.rows(`UPDATE users SET is_active = false WHERE id = $1`, [id]);
      const refusals = [
        await house.tryLogin(email, PASSWORD),
        await house.tryLogin('staff2@malipo.test', 'wrong-password'),
        await house.tryLogin('nobody@malipo.test'),
      ];
      for (const { status, headers, body } of refusals) {
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toBe('Bearer');
        expect(body).toEqual({
          error: 'No active account found with the given credentials',
          code: 'invalid_credentials',
          request_id: expect.any(String),
        });
      }
    });

    it.each([
      [{}, ['username', 'password']],
      [{ username: 'john_doe' }, ['password']],
      [{ username: 7, password: [] }, ['username', 'password']],
      [{ username: 'a\u0007b', password: DEMO_PASSWORD }, ['username']],
      [{ username: 'john_doe', password: DEMO_PASSWORD, otp: '1' }, ['otp']],
    ])('refuses a body that is none: %j', async (body, fields) => {
      const answer = await house.post('token/', body);
      expect(answer.status).toBe(400);
      expect(Object.keys(answer.body.errors ?? {})).toEqual(fields);
    });

    it('tells the audit trail who came and who was refused, and nothing of nobody', async () => {
      const { id, email } = await house.register('audited');
      const all = `SELECT count(*)::int AS count FROM audit_entries`;
      const strangers = async (): Promise<number> => {
        const figures = await house.app.get(Metrics).registry.metrics();
        return Number(/^logins_total\{outcome="unknown_user"\} (\d+)$/m.exec(figures)?.[1] ?? 0);
      };
      const knocks = await strangers();
      const [before] = await house.rows<{ count: number }>(all);
      await house.tryLogin('no-such-user');
      expect(await house.rows(all)).toEqual([before]);
      expect(await strangers()).toBe(knocks + 1);
      await house.tryLogin(email, 'wrong-password');
      await waitFor('the refusal in the trail', async () => (await house.trailOf(id)).length === 2);
      await house.logIn(email, PASSWORD);
      const login = { address: house.from };
      expect(await house.trailOf(id)).toEqual([
        {
          action: 'user.registered',
          role: 'customer',
          changes: { username: email, role: 'customer' },
        },
        {
          action: 'user.login_refused',
          role: 'guest',
          changes: { reason: 'wrong_password', ...login },
        },
        { action: 'user.logged_in', role: 'customer', changes: login },
      ]);
    });

    it('hashes again at the cost of the day', async () => {
      const { id, email } = await house.register('outdated-hash');
      const salt = Buffer.alloc(16);
      const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
      const outdated = `scrypt$ln=14,r=8,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
      await house.rows(`UPDATE users SET password_hash = $2 WHERE id = $1`, [id, outdated]);
      await house.logIn(email, PASSWORD);
      const [stored] = await house.rows<{ password_hash: string }>(
        `SELECT password_hash FROM users WHERE id = $1`,
        [id],
      );
      expect(stored?.password_hash).toMatch(/^scrypt\$ln=15,r=8,p=3\$/);
      await house.logIn(email, PASSWORD);
    });
  });

  describe('the throttle', () => {
    const wrong = (username: string): ReturnType<IdentityHouse['tryLogin']> =>
      house.tryLogin(username, 'wrong-password');

    it('refuses a name after five failures, also the right password and from elsewhere', async () => {
      const { email } = await house.register('guessed');
      for (let n = 0; n < 5; n += 1) expect((await wrong(email)).status).toBe(401);
      const refused = await house.tryLogin(email.toUpperCase(), PASSWORD);
      expect(refused.status).toBe(429);
      expect(refused.body).toMatchObject({ code: 'rate_limited' });
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(800);
      expect(wait).toBeLessThanOrEqual(900);
      house.from = newAddress();
      expect((await house.tryLogin(email, PASSWORD)).status).toBe(429);
      expect((await house.tryLogin('john_doe')).status).toBe(200);
    });

    it('counts a name that nobody has the same way', async () => {
      const statuses = [];
      for (let n = 0; n < 6; n += 1) statuses.push((await wrong('ghost@malipo.test')).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    });

    it('forgets a name that got its password right', async () => {
      const { email } = await house.register('forgetful');
      for (const _round of [1, 2]) {
        for (let n = 0; n < 4; n += 1) expect((await wrong(email)).status).toBe(401);
        await house.logIn(email, PASSWORD);
      }
    });

    it('lets no more guesses through when they come together', async () => {
      const { id, email } = await house.register('stormed');
      const answers = await Promise.all(Array.from({ length: 25 }, () => wrong(email)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(5);
      expect(statuses.filter((status) => status === 429)).toHaveLength(20);
      await waitFor(
        'the refusals in the trail',
        async () => (await house.trailOf(id)).length === 6,
      );
    });

    it('refuses nobody of many who log in as one user at once, and get it right', async () => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => house.tryLogin('staff@malipo.test')),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    });

    it('refuses an address after its share of failures, whatever the names', async () => {
      const { app, url } = await startIdentityApp(house.database, {
        LIMIT_LOGINS_PER_ADDRESS: '6',
      });
      const from = (address: string, username: string, password: string): Promise<Answer> =>
        new Api(url).post(
          '/api/v1/auth/token/',
          { username, password },
          { 'x-forwarded-for': address },
        );
      const [sprayer, neighbour] = [newAddress(), newAddress()];
      for (const _right of [1, 2, 3]) {
        expect((await from(sprayer, 'john_doe', DEMO_PASSWORD)).status).toBe(200);
      }
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => from(sprayer, `spray-${n}`, 'wrong-password')),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(6);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4);
      expect((await from(sprayer, 'john_doe', DEMO_PASSWORD)).status).toBe(429);
      expect((await from(neighbour, 'john_doe', DEMO_PASSWORD)).status).toBe(200);
      await app.close();
    });
  });

  describe('the guard', () => {
    const get = (path: string, token?: string): Promise<Answer> =>
      house.api(token).get(`/test/policies/${path}`);

    it('asks who calls, and tells how to say it', async () => {
      for (const path of ['known', 'desk']) {
        const { status, headers, body } = await get(path);
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toBe('Bearer');
        expect(body).toMatchObject({ code: 'not_authenticated' });
        expect(await get(path, 'nonsense')).toMatchObject({
          status: 401,
          body: { code: 'invalid_token' },
        });
      }
    });

    it('lets in the roles that the policy names', async () => {
      const expected = { customer: 403, owner: 403, cashier: 200, staff: 200, admin: 403 };
      for (const [role, status] of Object.entries(expected)) {
        const { access } = await house.logIn(`${role}@malipo.test`);
        expect((await get('known', access)).status).toBe(200);
        const desk = await get('desk', access);
        expect({ role, status: desk.status }).toEqual({ role, status });
      }
    });

    it('knows the caller of a public route, and ignores a token that proves nothing there', async () => {
      const { access } = await house.logIn('staff@malipo.test');
      expect((await get('anybody', access)).body).toEqual({
        caller: {
          userId: 6,
          uuid: expect.any(String),
          accountId: 1,
          role: 'staff',
          username: 'staff@malipo.test',
        },
      });
      expect(await get('anybody', 'nonsense')).toMatchObject({
        status: 200,
        body: { caller: null },
      });
      expect(await get('anybody')).toMatchObject({ status: 200, body: { caller: null } });
      const login = { username: 'john_doe', password: DEMO_PASSWORD };
      const stale = await house.api('nonsense').post('/api/v1/auth/token/', login);
      expect(stale.status).toBe(200);
    });

    it('asks the database nothing', async () => {
      const { access } = await house.logIn('staff@malipo.test');
      const asked = jest.spyOn(house.app.get(DataSource), 'createQueryRunner');
      for (let n = 0; n < 3; n += 1) expect((await get('desk', access)).status).toBe(200);
      expect(asked).not.toHaveBeenCalled();
      // The spy sees what is asked: the profile is read from the database.
      expect((await house.api(access).get('/api/v1/auth/me/')).status).toBe(200);
      expect(asked).toHaveBeenCalled();
      asked.mockRestore();
    });

    it('does not let a route without a policy come up', async () => {
      @Controller('test/forgotten')
      class ForgottenController {
        @Get(':id/details/')
        details(): string {
          return 'open to everybody';
        }
      }
      await expect(startIdentityApp(house.database, {}, [ForgottenController])).rejects.toThrow(
        'routes without a policy: GET /test/forgotten/:id/details/ (ForgottenController.details)',
      );
    });
  });
});
