import { behaviour, openHttpRoom, problemOf, type HttpRoom } from '../support/http-room.js';

/** Bodies as odd as a network brings them, over real sockets. */
describe('request bodies', () => {
  let room: HttpRoom;

  beforeAll(async () => {
    room = await openHttpRoom({ WEBHOOK_MAX_BODY_BYTES: '2048' });
  });
  afterAll(() => room.close());
  beforeEach(() => {
    behaviour.work = () => null;
  });

  const post = (path: string, body: string | Buffer, type = 'application/json') =>
    room.call(path, { method: 'POST', body, headers: { 'content-type': type } });

  describe('of ordinary routes', () => {
    it('take an empty JSON body as {}', async () => {
      for (const body of ['', '  ', '{}']) {
        const problem = await problemOf(post('/api/v1/widgets/', body));
        expect(problem.error).toBe('amount is required');
      }
      const bare = await room.call('/api/v1/widgets/', { method: 'POST' });
      expect((await problemOf(bare)).errors).toEqual({
        amount: ['is required'],
      });
    });

    it.each([
      ['cut off', '{"amount": "1', 'malformed_json'],
      ['with a forbidden key', '{"amount": "1", "__proto__": {"admin": true}}', 'malformed_json'],
      [
        'with an escaped forbidden key',
        '{"amount": "1", "\\u005f_proto__": {"admin": true}}',
        'malformed_json',
      ],
      ['with a constructor', '{"constructor": {"prototype": {"admin": true}}}', 'malformed_json'],
      ['that is a list', '[{"amount": "1"}]', 'invalid_body'],
      ['that is a text', '"amount"', 'invalid_body'],
      ['that is a number', '5', 'invalid_body'],
      [
        'nested without end',
        `{"notes": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
        'malformed_body',
      ],
      ['with NUL', '{"amount": "1", "notes": "a\\u0000b"}', 'invalid_text'],
      ['with half a character', '{"amount": "1", "notes": "\\ud800"}', 'invalid_text'],
    ])('refuse JSON %s', async (_, body, code) => {
      expect(await problemOf(post('/api/v1/widgets/', body))).toMatchObject({ status: 400, code });
      expect(({} as Record<string, unknown>).admin).toBeUndefined();
    });

    it('refuse bytes that are no UTF-8', async () => {
      expect(
        await problemOf(
          post('/api/v1/widgets/', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
        ),
      ).toMatchObject({ status: 400, code: 'malformed_body' });
    });

    it('keep astral characters and escaped backslashes', async () => {
      const body = { amount: '1', notes: 'a😀\\u0000b' };
      expect(await (await room.call('/api/v1/widgets/', { json: body })).json()).toEqual(body);
    });

    it('refuse other types, and sizes beyond the limit', async () => {
      expect(await problemOf(post('/api/v1/widgets/', '<a/>', 'application/xml'))).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      });
      expect(await problemOf(post('/api/v1/widgets/', '{}', ';;'))).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      });
      const big = JSON.stringify({ amount: '1', notes: 'x'.repeat(300_000) });
      expect(await problemOf(post('/api/v1/widgets/', big))).toMatchObject({
        status: 413,
        code: 'payload_too_large',
      });
    });

    it('take forms', async () => {
      const response = await post(
        '/api/v1/widgets/',
        'amount=5&notes=a+b',
        'application/x-www-form-urlencoded',
      );
      expect(await response.json()).toEqual({ amount: '5', notes: 'a b' });
      expect(
        await problemOf(
          post('/api/v1/widgets/', '__proto__=5', 'application/x-www-form-urlencoded'),
        ),
      ).toMatchObject({ status: 400, code: 'malformed_body' });
    });

    it('take JSON under its other names', async () => {
      for (const type of [
        'application/json; charset=utf-8',
        'application/vnd.api+json',
        'APPLICATION/JSON',
      ]) {
        expect((await post('/api/v1/widgets/', '{"amount": 5}', type)).status).toBe(201);
      }
    });
  });

  describe('of webhooks', () => {
    it.each([
      ['JSON', 'application/json', '{"a": 1}'],
      ['malformed JSON', 'application/json', '{"a": '],
      ['poisoned JSON', 'application/json', '{"__proto__": {}}'],
      ['XML', 'application/xml', '<a/>'],
      ['octets', 'application/octet-stream', '\x01\x02'],
      ['a form', 'application/x-www-form-urlencoded', 'a=1'],
      ['an invalid type', ';;', 'x'],
      ['an empty type', '', 'x'],
    ])('reach the controller as bytes: %s', async (_, type, body) => {
      const response = await post('/api/v1/hook/', Buffer.from(body), type);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ hex: Buffer.from(body).toString('hex'), type });
    });

    it('reach the controller without any content type, chunked, empty, and by PUT', async () => {
      const head = 'POST /api/v1/hook/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
      const bytes = Buffer.from(`${head}Content-Length: 3\r\n\r\n\xff{"`, 'latin1');
      expect(await room.raw(bytes)).toContain('{"hex":"ff7b22","type":null}');
      expect(
        await room.raw(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
      ).toContain('"hex":"616263"');
      expect(await room.raw(`${head}\r\n`)).toContain('"hex":""');
      const put = await room.call('/api/v1/hook', { method: 'PUT', body: 'abc' });
      expect(await put.json()).toEqual({ hex: '616263' });
    });

    it('have a size limit of their own', async () => {
      expect((await post('/api/v1/hook/', 'x'.repeat(2048), 'text/plain')).status).toBe(200);
      expect(await problemOf(post('/api/v1/hook/', 'x'.repeat(2049), 'text/plain'))).toMatchObject({
        status: 413,
        code: 'payload_too_large',
      });
      const answer = await room.raw(
        `POST /api/v1/hook/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n${'x'.repeat(4095)}\r\n0\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });
  });
});
