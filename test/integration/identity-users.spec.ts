import type { Answer, Api } from '../support/api.js';
import { IdentityHouse, newAddress, PASSWORD } from '../support/identity-app.js';

const newUser = (name: string, more: Record<string, unknown> = {}) => ({
  email: `${name}@example.test`,
  password: PASSWORD,
  ...more,
});

/** Registration and the own profile, on a real PostgreSQL, over HTTP. */
describe('identity', () => {
  let house: IdentityHouse;

  beforeAll(async () => {
    house = await IdentityHouse.open();
  });
  afterAll(() => house?.close());
  beforeEach(() => {
    house.from = newAddress();
  });

  describe('registration', () => {
    it('makes a customer of the default account', async () => {
      const { status, body } = await house.post<Record<string, unknown>>('register/', {
        email: 'Zuri.Hassan@Example.test',
        password: PASSWORD,
        username: 'zuri',
        name: 'Zuri Hassan',
        phone: '0653 294 299',
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.any(Number),
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: 'zuri',
        email: 'zuri.hassan@example.test',
        name: 'Zuri Hassan',
        phone: '255653294299',
        role: 'customer',
        account: { id: 1, uuid: expect.any(String), name: 'Malipo Demo' },
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      });
      await house.logIn('ZURI', PASSWORD);
      const [stored] = await house.rows<{ password_hash: string }>(
        `SELECT password_hash FROM users WHERE username = 'zuri'`,
      );
      expect(stored?.password_hash).not.toContain('karibu');
    });

    it('lets one of many win who send the same e-mail at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          house.post('register/', newUser('wanted', n % 2 ? { username: `wanted-${n}` } : {})),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 400);
      expect(refused).toHaveLength(7);
      for (const { body } of refused) {
        expect(body).toMatchObject({
          code: 'email_taken',
          errors: { email: ['A user with this e-mail exists already'] },
        });
      }
    });

    it('names a user name that is taken', async () => {
      const { status, body } = await house.post(
        'register/',
        newUser('second', { username: 'JOHN_DOE' }),
      );
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'username_taken',
        errors: { username: [expect.any(String)] },
      });
    });

    it.each([
      [newUser('a', { email: 'no-address' }), 'email'],
      [newUser('a', { email: undefined }), 'email'],
      [newUser('a', { password: 'short' }), 'password'],
      [newUser('a', { password: 'a@example.test' }), 'password'],
      [newUser('a', { username: 'admin@malipo.test' }), 'username'],
      [newUser('a', { username: 'System' }), 'username'],
      [newUser('a', { username: 'gateway:azampay' }), 'username'],
      [newUser('a', { phone: 'call me' }), 'phone'],
      [newUser('a', { name: 'bell\u0007' }), 'name'],
      [newUser('a', { role: 'admin' }), 'role'],
      [newUser('a', { account_id: 2 }), 'account_id'],
      [newUser('a', { is_active: true }), 'is_active'],
    ])('refuses what it cannot take: %j', async (body, field) => {
      const answer = await house.post('register/', body);
      expect(answer.status).toBe(400);
      expect(Object.keys(answer.body.errors ?? {})).toEqual([field]);
      expect(await house.rows(`SELECT FROM users WHERE email = 'a@example.test'`)).toEqual([]);
    });

    it('cannot give a user name in the form of an address not one’s own, whatever the code does', async () => {
      await expect(
        house.rows(`UPDATE users SET username = 'boss@malipo.test' WHERE username = 'john_doe'`),
      ).rejects.toMatchObject({ constraint: 'users_login_unambiguous' });
    });

    it('is throttled per address', async () => {
      const answers = await Promise.all(
        Array.from({ length: 53 }, () =>
          house.post('register/', newUser('b', { password: 'short' })),
        ),
      );
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(50);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    });
  });

  describe('the own profile', () => {
    async function somebody(name: string): Promise<{ id: number; email: string; api: Api }> {
      const user = await house.register(name);
      return { ...user, api: house.api((await house.logIn(user.email, PASSWORD)).access) };
    }
    let john: Api;
    beforeAll(async () => {
      john = house.api((await house.logIn('john_doe')).access);
    });
    const patch = (who: Api, body: unknown): Promise<Answer> =>
      who.send('PATCH', '/api/v1/auth/me/', body);

    it('changes name, e-mail and phone, and the user name that was the e-mail', async () => {
      const user = await somebody('changing');
      const { status, body } = await patch(user.api, {
        name: '  Changed Name ',
        email: 'Changed@Example.test',
        phone: '+255 684 000 333',
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        id: user.id,
        name: 'Changed Name',
        email: 'changed@example.test',
        username: 'changed@example.test',
        phone: '255684000333',
        role: 'customer',
      });
      expect((await user.api.get('/api/v1/auth/me')).body).toEqual(body);
      expect((await house.tryLogin(user.email, PASSWORD)).status).toBe(401);
      await house.logIn('changed@example.test', PASSWORD);
      const trail = await house.trailOf(user.id);
      expect(trail.find(({ action }) => action === 'user.profile_changed')?.changes).toEqual({
        name: ['', 'Changed Name'],
        email: [user.email, 'changed@example.test'],
        username: [user.email, 'changed@example.test'],
        phone: [null, '255*******33'],
      });
    });

    it('keeps a user name of its own, and what is not sent', async () => {
      const { body } = await patch(john, { phone: '0754 000 999' });
      expect(body).toMatchObject({
        username: 'john_doe',
        email: 'customer@example.com',
        phone: '255754000999',
        name: 'John Doe',
      });
      expect((await patch(john, { phone: null })).body).toMatchObject({ phone: null });
      expect((await patch(john, {})).body).toMatchObject({ name: 'John Doe', phone: null });
    });

    it.each([
      [{ role: 'admin' }, 'role'],
      [{ account: 2 }, 'account'],
      [{ username: 'other' }, 'username'],
      [{ password: 'other-password' }, 'password'],
      [{ id: 1 }, 'id'],
      [{ name: null }, 'name'],
      [{ email: '' }, 'email'],
      [{ phone: '12' }, 'phone'],
    ])('refuses anything else: %j', async (body, field) => {
      const before = await john.get('/api/v1/auth/me/');
      const answer = await patch(john, body);
      expect(answer.status).toBe(400);
      expect(Object.keys(answer.body.errors as object)).toEqual([field]);
      expect((await john.get('/api/v1/auth/me/')).body).toEqual(before.body);
    });

    it('lets one of two win who want the same address at once', async () => {
      const users = [await somebody('wants-1'), await somebody('wants-2')];
      const answers = await Promise.all(
        users.map((user) => patch(user.api, { email: 'contested@example.test' })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.find(({ status }) => status === 400);
      expect(refused?.body).toMatchObject({
        code: 'email_taken',
        errors: { email: expect.any(Array) },
      });
    });

    it('is gone with its user', async () => {
      const user = await somebody('vanishing');
      await house.rows(`UPDATE users SET is_active = false WHERE id = $1`, [user.id]);
      expect((await user.api.get('/api/v1/auth/me/')).status).toBe(401);
      expect((await patch(user.api, { name: 'Ghost' })).status).toBe(401);
    });
  });
});
