import { once } from 'node:events';
import { connect } from 'node:net';
import { DomainError } from '../../src/common/index.js';
import { HealthRegistry } from '../../src/http/index.js';
import {
  behaviour,
  deferred,
  openHttpRoom,
  problemOf,
  type HttpRoom,
} from '../support/http-room.js';
import { waitFor } from '../support/wait.js';

describe('the HTTP server', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom();
  });
  afterAll(() => room.close());
  beforeEach(() => {
    behaviour.work = () => null;
    behaviour.trouble = null;
  });

  const post = (path: string, body: string | Buffer, type = 'application/json') =>
    room.call(path, { method: 'POST', body, headers: { 'content-type': type } });

  describe('routes', () => {
    it('answer the same with and without the trailing slash', async () => {
      for (const path of ['/api/v1/widgets', '/api/v1/widgets/']) {
        const response = await room.call(path);
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({
          count: 0,
          next: null,
          previous: null,
          results: [],
        });
      }
    });

    it('answer 404 in our shape where there is none', async () => {
      expect(await problemOf(room.call('/api/v1/nothing/'))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
      expect(await problemOf(room.call('/api/v1/widgets/', { method: 'DELETE' }))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
      expect(await problemOf(room.call('/api/v1/widgets/', { method: 'OPTIONS' }))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
      expect(
        await problemOf(
          room.call('/nothing', {
            method: 'POST',
            body: '<x/>',
            headers: { 'content-type': 'application/xml' },
          }),
        ),
      ).toMatchObject({ status: 404, code: 'not_found' });
      expect(await problemOf(post('/nothing', '{"a":'))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    });

    it('answer 404 in the envelope under /api/payments/', async () => {
      const response = await room.call('/api/payments/nothing/');
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        status: 'error',
        message: expect.any(String),
        code: 'not_found',
        request_id: expect.any(String),
      });
    });

    it('answer 404 for ids that name nothing', async () => {
      for (const id of [
        '0',
        '-1',
        '1.5',
        'abc',
        '99999999999',
        '%00',
        '1%00',
        '%20',
        'x'.repeat(200),
        'x'.repeat(300),
      ]) {
        expect(await problemOf(room.call(`/api/v1/widgets/${id}/`))).toMatchObject({
          status: 404,
          code: 'not_found',
        });
      }
    });

    it('hand on the integer or the uuid', async () => {
      expect(await (await room.call('/api/v1/widgets/12/')).json()).toEqual({ id: 12 });
      const uuid = 'F367DDF9-f2ff-4de2-b929-0e0942ace93b';
      expect(await (await room.call(`/api/v1/widgets/${uuid}`)).json()).toEqual({
        uuid: uuid.toLowerCase(),
      });
    });

    it('refuse broken escapes in our shape', async () => {
      const answer = await room.raw(
        'GET /api/v1/widgets/%zz/ HTTP/1.1\r\nHost: x\r\nX-Request-Id: raw-request-1\r\nConnection: close\r\n\r\n',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"malformed_path"');
      expect(answer).toContain('"request_id":"raw-request-1"');
      expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
    });

    it.each([
      [
        'a method Node knows and we do not',
        'PROPFIND /api/v1/widgets/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        404,
      ],
      ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
      [
        'a path without a slash',
        'GET api/v1/widgets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        400,
      ],
      [
        'undecodable UTF-8',
        'GET /api/v1/widgets/%ff%fe/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        400,
      ],
      ['a method that does not exist', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['no HTTP at all', '\x16\x03\x01\x02\x00hello\r\n\r\n', 400],
      [
        'headers without end',
        `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`,
        431,
      ],
      [
        'two content lengths',
        'POST /api/v1/widgets HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
        400,
      ],
    ])('answer %s with an error in our shape', async (_, bytes, status) => {
      const answer = await room.raw(bytes);
      expect(answer.slice(0, 13)).toBe(`HTTP/1.1 ${status} `);
      const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as object;
      expect(body).toMatchObject({
        error: expect.any(String),
        code: expect.any(String),
        request_id: expect.any(String),
      });
    });
  });

  describe('headers', () => {
    it('echo a sane request id and replace any other', async () => {
      const sent = async (id: string) =>
        (await room.call('/api/v1/widgets/', { headers: { 'x-request-id': id } })).headers.get(
          'x-request-id',
        );
      expect(await sent('abc-123_DEF.4:5')).toBe('abc-123_DEF.4:5');
      for (const id of [
        'short',
        'a b c d e f g h',
        'x'.repeat(200),
        '255653294241',
        '"><script>alert(1)',
      ]) {
        expect(await sent(id)).toMatch(/^[0-9a-f-]{36}$/);
      }
    });

    it('lock answers down and let pages work', async () => {
      const data = (await room.call('/api/v1/widgets/')).headers;
      expect(data.get('content-security-policy')).toContain("default-src 'none'");
      expect(data.get('content-security-policy')).not.toContain('script-src');
      expect(data.get('x-content-type-options')).toBe('nosniff');
      expect(data.get('x-frame-options')).toBe('DENY');
      expect(data.get('cache-control')).toBe('no-store');
      expect(data.get('strict-transport-security')).toBeNull();
      expect(data.get('access-control-allow-origin')).toBeNull();
      expect((await room.call('/nothing')).headers.get('content-security-policy')).toContain(
        "default-src 'none'",
      );
      const page = (await room.call('/swagger/')).headers.get('content-security-policy');
      expect(page).toContain("script-src 'self'");
      expect(page).not.toContain('upgrade-insecure-requests');
    });

    it('ask browsers for https only where the public URL has it, and allow the listed origins', async () => {
      const other = await openHttpRoom(
        { PUBLIC_URL: 'https://pay.example.com', CORS_ORIGINS: 'https://app.example.com' },
        room.database,
      );
      try {
        const headers = (await other.call('/swagger/')).headers;
        expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
        expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
        const preflight = await other.call('/api/v1/widgets/', {
          method: 'OPTIONS',
          headers: {
            origin: 'https://app.example.com',
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,idempotency-key',
          },
        });
        expect(preflight.status).toBe(204);
        expect(preflight.headers.get('access-control-allow-origin')).toBe(
          'https://app.example.com',
        );
        const foreign = await other.call('/api/v1/widgets/', {
          headers: { origin: 'https://evil.example' },
        });
        expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
      } finally {
        await other.close();
      }
    });

    it('give no weight to a NUL in the query', async () => {
      expect(await problemOf(room.call('/api/v1/widgets/?status=%00'))).toMatchObject({
        status: 400,
        code: 'invalid_text',
      });
    });
  });

  it('finishes what runs and refuses what comes once it is closing', async () => {
    const other = await openHttpRoom({}, room.database);
    const started = deferred();
    const finish = deferred();
    behaviour.work = async () => {
      started.resolve();
      await finish.promise;
      return { done: true };
    };
    const body = '{"amount": "1"}';
    const chunks: Buffer[] = [];
    const socket = connect({ port: other.port, host: '127.0.0.1' });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = once(socket, 'close');
    socket.write(
      `POST /api/v1/widgets/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await started.promise;
    const health = other.app.get(HealthRegistry);
    health.beginShutdown();
    expect((await other.call('/health/ready')).status).toBe(503);
    expect((await other.call('/health/live')).status).toBe(200);
    expect((await other.call('/api/v1/widgets/')).status).toBe(200);
    const closing = other.close();
    await waitFor('the application to close', () => health.closing);
    // It has to be there before the first answer ends the connection.
    const arrived = once(other.app.getHttpServer(), 'request');
    socket.write('GET /api/v1/widgets/ HTTP/1.1\r\nHost: x\r\n\r\n');
    await arrived;
    finish.resolve();
    await Promise.all([closed, closing]);
    const [first, second] = Buffer.concat(chunks)
      .toString()
      .split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 201 /);
    expect(first).toContain('{"done":true}');
    expect(second).toMatch(/^HTTP\/1\.1 503 /);
    expect(second).toContain('"code":"shutting_down"');
    expect(second?.toLowerCase()).toContain('retry-after: 1');
    await expect(other.call('/api/v1/widgets/')).rejects.toThrow('fetch failed');
  });

  it('answers errors thrown by handlers with what they carry', async () => {
    behaviour.trouble = new DomainError('refused', 'visit_expired', 'Expired', {
      details: 'more',
      body: { success: false, is_expired: true },
    });
    const response = await room.call('/api/v1/trouble/');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'Expired',
      details: 'more',
      code: 'visit_expired',
      request_id: expect.any(String),
      success: false,
      is_expired: true,
    });
  });
});
