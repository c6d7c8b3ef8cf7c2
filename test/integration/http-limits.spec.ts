import { randomInt, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { RateLimits } from '../../src/http/index.js';
import { Sweeper } from '../../src/http/server/sweeper.service.js';
import { openHttpRoom, type HttpRoom } from '../support/http-room.js';

const redisUrl = process.env.TEST_REDIS_URL ?? null;
const stores: { name: string; env: Record<string, string> }[] = [
  { name: 'PostgreSQL', env: {} },
  ...(redisUrl ? [{ name: 'Redis', env: { REDIS_URL: redisUrl } }] : []),
];

describe.each(stores)('rate limits in $name', ({ env }) => {
  let room: HttpRoom;
  let second: HttpRoom;
  // A Redis may be shared with other tests, so that every caller here is new.
  const newUser = () => String(randomInt(1e6, 2e9));
  const newAddress = () => `198.51.${randomInt(256)}.${randomInt(256)}`;
  const settings = {
    ...env,
    LIMIT_REQUESTS_PER_MINUTE: '60',
    LIMIT_LOGINS_PER_ACCOUNT: '3',
    LIMIT_WEBHOOKS_PER_MINUTE: '5',
    TRUSTED_PROXIES: '1',
  };

  beforeAll(async () => {
    room = await openHttpRoom(settings);
    second = await openHttpRoom(settings, room.database);
  });
  afterAll(async () => {
    await second.close();
    await room.close();
  });

  it('count a caller over all processes and tell when to come back', async () => {
    const user = newUser();
    const answers: Response[] = [];
    for (let n = 0; n < 61; n += 1) {
      answers.push(
        await (n % 2 ? room : second).call('/api/v1/widgets/', { headers: { 'x-user': user } }),
      );
    }
    const statuses = answers.map(({ status }) => status);
    const wait = Number(answers[60]?.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await answers[60]?.json()).toMatchObject({ code: 'rate_limited' });
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
    expect((await room.call('/api/v1/widgets/', { headers: { 'x-user': newUser() } })).status).toBe(
      200,
    );
  });

  it('count each deployment for itself, whatever they share', async () => {
    const user = newUser();
    const other = await openHttpRoom(settings);
    try {
      const ask = (at: HttpRoom) => at.call('/api/v1/widgets/', { headers: { 'x-user': user } });
      await Promise.all(Array.from({ length: 60 }, () => ask(room)));
      expect((await ask(room)).status).toBe(429);
      expect((await ask(other)).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('hold under concurrency', async () => {
    const user = newUser();
    const answers = await Promise.all(
      Array.from({ length: 80 }, () =>
        room.call('/api/v1/widgets/', { headers: { 'x-user': user } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
  });

  it('count webhooks apart, by address, and health and docs not at all', async () => {
    const headers = { 'x-forwarded-for': newAddress() };
    const hook = (init: object) => fetch(`${room.url}/api/v1/hook/`, { method: 'POST', ...init });
    const hooks = await Promise.all(Array.from({ length: 7 }, () => hook({ headers, body: 'x' })));
    expect(hooks.filter(({ status }) => status === 200)).toHaveLength(5);
    const others = await Promise.all(
      Array.from({ length: 70 }, (_, n) => room.call(n % 2 ? '/health/live' : '/swagger.json')),
    );
    expect(others.every(({ status }) => status === 200)).toBe(true);
  });

  it('consume, check, give back, punish and forget', async () => {
    const limits = room.app.get(RateLimits);
    const key = randomUUID();
    await limits.consume('login_account', key);
    await limits.consume('login_account', key, 2);
    await expect(limits.check('login_account', key)).rejects.toMatchObject({ kind: 'too_many' });
    await expect(second.app.get(RateLimits).consume('login_account', key)).rejects.toMatchObject({
      kind: 'too_many',
      code: 'rate_limited',
    });
    await limits.reward('login_account', key, 2);
    await limits.check('login_account', key);
    await limits.penalty('login_account', key);
    await expect(limits.check('login_account', key)).rejects.toMatchObject({ kind: 'too_many' });
    await limits.reset('login_account', key);
    await limits.check('login_account', key);
    await limits.consume('login_account', key, 3);
  });
});

describe('rate limits in PostgreSQL', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom({ LIMIT_REQUESTS_PER_MINUTE: '60', LIMIT_LOGINS_PER_ACCOUNT: '2' });
  });
  afterAll(() => room.close());

  it('cost one statement a request, and none for whom they refuse', async () => {
    const pool = (
      room.app.get(DataSource).driver as unknown as { master: { query: () => unknown } }
    ).master;
    const query = jest.spyOn(pool, 'query');
    await room.call('/api/v1/widgets/1/', { headers: { 'x-user': '31' } });
    expect(query.mock.calls).toHaveLength(1);
    await Promise.all(
      Array.from({ length: 70 }, () =>
        room.call('/api/v1/widgets/1/', { headers: { 'x-user': '31' } }),
      ),
    );
    query.mockClear();
    expect((await room.call('/api/v1/widgets/1/', { headers: { 'x-user': '31' } })).status).toBe(
      429,
    );
    expect(query.mock.calls).toHaveLength(0);
    query.mockRestore();
  });

  it('know no names', async () => {
    await room.app.get(RateLimits).consume('login_account', 'customer@malipo.test');
    const rows: { key: string }[] = await room.database.dataSource.query(
      'SELECT key FROM rate_limits',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/malipo\.test|127\.0\.0\.1/);
  });

  it('are swept once they ran out', async () => {
    await room.database.dataSource.query(`INSERT INTO rate_limits VALUES ('old', 1, 1000)`);
    await room.app.get(Sweeper).sweep();
    expect(
      await room.database.dataSource.query(`SELECT 1 FROM rate_limits WHERE key = 'old'`),
    ).toEqual([]);
  });

  it('let ordinary work go on when the counters are gone, but nobody log in', async () => {
    const limits = room.app.get(RateLimits);
    const pool = (
      room.app.get(DataSource).driver as unknown as { master: { query: () => unknown } }
    ).master;
    const query = jest
      .spyOn(pool, 'query')
      .mockImplementation(() => Promise.reject(new Error('no store')));
    try {
      expect((await room.call('/api/v1/widgets/1/', { headers: { 'x-user': '32' } })).status).toBe(
        200,
      );
      for (const guarded of [
        limits.consume('login_account', 'x'),
        limits.check('login_address', 'x'),
        limits.penalty('login_account', 'x'),
      ]) {
        await expect(guarded).rejects.toMatchObject({
          kind: 'unavailable',
          code: 'limits_unavailable',
        });
      }
      await limits.penalty('prompt_payer', 'x');
    } finally {
      query.mockRestore();
    }
  });
});

describe('rate limits in a Redis that is down', () => {
  it('behave as above and do not slow the boot', async () => {
    const room = await openHttpRoom({ REDIS_URL: 'redis://127.0.0.1:1' });
    try {
      expect((await room.call('/api/v1/widgets/1/')).status).toBe(200);
      await expect(room.app.get(RateLimits).consume('login_account', 'x')).rejects.toMatchObject({
        code: 'limits_unavailable',
      });
    } finally {
      await room.close();
    }
  });
});
