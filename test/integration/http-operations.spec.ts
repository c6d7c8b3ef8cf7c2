import { HealthRegistry, JsonLogger, Metrics } from '../../src/http/index.js';
import { behaviour, openHttpRoom, type HttpRoom } from '../support/http-room.js';
import { waitFor } from '../support/wait.js';

describe('operations', () => {
  let room: HttpRoom;
  const lines: string[] = [];

  beforeAll(async () => {
    room = await openHttpRoom({ METRICS_TOKEN: 'metrics-token-123456', TRUSTED_PROXIES: '1' });
    const logger = new JsonLogger(
      { logLevel: 'info', role: 'api' },
      { write: (line: string) => void lines.push(line) },
    );
    room.app.useLogger(logger);
  });
  afterAll(() => room.close());

  describe('health', () => {
    it('is live without the database and ready with it', async () => {
      expect(await (await room.call('/health/live')).json()).toEqual({ status: 'live' });
      const ready = await room.call('/health/ready/');
      expect(ready.status).toBe(200);
      expect(await ready.json()).toEqual({ status: 'ready', checks: { database: 'ok' } });
    });

    it('lists what is not ready', async () => {
      const health = room.app.get(HealthRegistry);
      let answer: string | null = 'the workers are not up';
      health.register('jobs', () => answer);
      health.register('other', () => {
        if (answer) throw new Error('secret reason');
        return null;
      });
      const response = await room.call('/health/ready');
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        status: 'not_ready',
        not_ready: { jobs: 'the workers are not up', other: 'failed' },
        checks: { database: 'ok', jobs: 'the workers are not up', other: 'failed' },
      });
      answer = null;
      expect((await room.call('/health/ready')).status).toBe(200);
      expect(() => health.register('jobs', () => null)).toThrow('two health probes');
    });

    it('asks each probe once for many callers', async () => {
      let asked = 0;
      room.app.get(HealthRegistry).register('counted', async () => {
        asked += 1;
        await room.database.dataSource.query('SELECT pg_sleep(0.2)');
        return null;
      });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => room.call('/health/ready')),
      );
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(asked).toBeLessThan(5);
    });
  });

  describe('metrics', () => {
    it('tell durations by route template on loopback', async () => {
      await room.call('/api/v1/widgets/123456/');
      await room.call('/no/such/route');
      const text = await waitFor('the figures', async () => {
        const answer = await room.call('/metrics');
        expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
        const body = await answer.text();
        return body.includes('route="unmatched"') && body;
      });
      expect(text).toMatch(
        /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/widgets\/:id",status="200"\} \d+/,
      );
      expect(text).not.toContain('123456');
      expect(text).toContain('process_cpu_user_seconds_total');
    });

    it('need the token from elsewhere', async () => {
      const ask = (headers: Record<string, string>) =>
        room.call('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9', ...headers } });
      expect((await ask({})).status).toBe(401);
      expect((await ask({ authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await ask({ authorization: 'Bearer metrics-token-123456' })).status).toBe(200);
    });

    it('take figures of the rooms', async () => {
      const metrics = room.app.get(Metrics);
      metrics.counter('made_up_total', 'Made up', ['kind']).inc({ kind: 'a' }, 3);
      metrics.gauge('made_up_now', 'Made up').set(2);
      const text = await (await room.call('/metrics')).text();
      expect(text).toContain('made_up_total{kind="a"} 3');
      expect(text).toContain('made_up_now 2');
    });
  });

  describe('log lines', () => {
    const lineOf = (requestId: string, match: string) =>
      waitFor(`a log line with ${match}`, () => {
        const found = lines.find((line) => line.includes(requestId) && line.includes(match));
        return found ? (JSON.parse(found) as Record<string, unknown>) : null;
      });

    it('name request, payment, route, status and time, once, without query values', async () => {
      await room.call('/api/v1/widgets/12/?phone=255653294241&x=secretvalue', {
        headers: {
          'x-request-id': 'log-test-0001',
          'x-forwarded-for': '198.51.100.7, 203.0.113.9',
        },
      });
      const line = await lineOf('log-test-0001', 'widgets');
      expect(line).toMatchObject({
        level: 'info',
        context: 'Http',
        request_id: 'log-test-0001',
        payment_id: 77,
        method: 'GET',
        route: '/api/v1/widgets/:id',
        path: '/api/v1/widgets/12/',
        status: 200,
        user_id: 7,
        ip: '203.0.113.9',
        ms: expect.any(Number),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      expect(JSON.stringify(line)).not.toMatch(/255653294241|secretvalue/);
      expect(lines.filter((text) => text.includes('log-test-0001'))).toHaveLength(1);
    });

    it('tell of what never found a route', async () => {
      await room.raw(
        'GET /%zz HTTP/1.1\r\nHost: x\r\nX-Request-Id: log-test-0003\r\nConnection: close\r\n\r\n',
      );
      expect(await lineOf('log-test-0003', 'unroutable')).toMatchObject({
        level: 'info',
        status: 400,
        code: 'malformed_path',
      });
    });

    it('hold the stack of what is our fault, with the body context intact, but no parameters', async () => {
      behaviour.work = () => {
        throw Object.assign(new Error('broke for +255 653 294 241 and jane.doe@example.test'), {
          parameters: ['hunter2'],
          query: 'SELECT hunter2',
        });
      };
      await room.call('/api/v1/widgets/', {
        json: { amount: '1', notes: 'hunter2' },
        headers: { 'x-request-id': 'log-test-0002', authorization: 'Bearer hunter2hunter2' },
      });
      const line = await lineOf('log-test-0002', 'stack');
      expect(line).toMatchObject({
        level: 'error',
        context: 'ErrorFilter',
        code: 'internal_error',
        msg: 'POST /api/v1/widgets failed',
        err: {
          type: 'Error',
          message: 'broke for 255*******41 and j***@example.test',
          stack: expect.any(String),
        },
      });
      await lineOf('log-test-0002', '"status":500');
      expect(lines.join('')).not.toMatch(/hunter2|294 241|jane\.doe/);
    });
  });
});
