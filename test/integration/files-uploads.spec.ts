import { once } from 'node:events';
import { connect } from 'node:net';
import type { OpenAPIObject } from '@nestjs/swagger';
import { BOUNDARY, type FormPart, JPEG, multipart, PDF, PNG } from '../support/forms.js';
import {
  type Got,
  MAX_BYTES,
  openUploadRoom,
  slip,
  type UploadRoom,
} from '../support/upload-room.js';

let room: UploadRoom;
let url: string;
beforeAll(async () => {
  room = await openUploadRoom();
  url = room.url;
});
afterAll(() => room.close());

const { send, post, stored }: Pick<UploadRoom, 'send' | 'post' | 'stored'> = {
  send: (...args) => room.send(...args),
  post: (...args) => room.post(...args),
  stored: () => room.stored(),
};

describe('an upload', () => {
  it('is kept byte for byte and comes back as an attachment', async () => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(PDF)], { type: 'text/html' }), 'ደረሰኝ "1".pdf');
    const { status, body } = await send('', form);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      mediaType: 'application/pdf',
      size: PDF.length,
      purpose: 'slip',
      accountId: 1,
    });
    expect(body['sha256']).toMatch(/^[0-9a-f]{64}$/);
    const back = await fetch(`${url}/api/v1/slips/last`, { headers: { 'x-user': '1' } });
    expect(Buffer.from(await back.arrayBuffer())).toEqual(PDF);
    expect(Object.fromEntries(back.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'content-length': String(PDF.length),
    });
    const disposition = back.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]+\.pdf"; filename\*=UTF-8''/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toMatch(/^ደረሰኝ .*\.pdf$/);
  });

  it('may be as large as the limit, and no larger', async () => {
    const filled = (size: number): Buffer => Buffer.concat([PDF, Buffer.alloc(size - PDF.length)]);
    expect((await post([slip('a.pdf', filled(MAX_BYTES))])).body).toMatchObject({
      size: MAX_BYTES,
    });
    const before = await stored();
    for (const size of [MAX_BYTES + 1, MAX_BYTES * 2, MAX_BYTES * 40]) {
      const { status, body } = await post([slip('a.pdf', filled(size))]);
      expect({ size, status, body }).toMatchObject({
        size,
        status: 400,
        body: { code: 'validation_failed', errors: { file: ['must be at most 195.3 KB'] } },
      });
    }
    expect(await stored()).toBe(before);
    expect((await post([slip()])).status).toBe(201);
  });

  it('of unknown length is cut off at the limit too', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    const source = async function* () {
      const whole = multipart([slip('a.pdf', PDF)], { end: false });
      yield whole.subarray(0, whole.length - 2);
      for (let n = 0; n < 20; n += 1) yield chunk;
      yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
    };
    const response = await fetch(`${url}/api/v1/slips`, {
      method: 'POST',
      headers: { 'x-user': '1', 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: source(),
      duplex: 'half',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: { file: [expect.any(String)] } });
  });

  it.each([
    ['is missing', [], 'is required'],
    ['is missing beside nothing but an empty choice', [slip('', '')], 'is required'],
    ['is empty', [slip('a.pdf', '')], 'is empty'],
    ['is two', [slip(), slip('b.pdf')], 'send exactly one file'],
    ['is a text', [{ name: 'file', content: 'hello' }], 'must be a file, not a text'],
    ['is a page called PDF', [slip('a.pdf', '<html></html>')], 'its content must be'],
    ['is a drawing', [slip('a.png', '<svg xmlns="http://www.w3.org/2000/svg"/>')], 'content must'],
  ])('that %s is refused by name', async (_, parts: FormPart[], words) => {
    const { status, body } = await post(parts);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: { file: [expect.stringContaining(words)] } },
    });
  });

  it('in another field is refused', async () => {
    const { status, body } = await post([{ ...slip(), name: 'proof' }]);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: { proof: [expect.stringContaining('in the field file')] } },
    });
  });

  it('with fields that nobody expects is refused', async () => {
    const { status, body } = await post([slip(), { name: 'role', content: 'admin' }]);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: { role: ['is not a known field; known is file'] } },
    });
  });

  it('that is no form is refused', async () => {
    const { status, body } = await send('', '{}', { 'content-type': 'application/json' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: { file: ['send it as multipart/form-data'] } },
    });
  });

  it.each([
    ['broken off', multipart([slip()], { end: false }).subarray(0, -20)],
    ['without its closing boundary', multipart([slip()], { end: false })],
    ['without any boundary', Buffer.from('what is this')],
  ])('%s is refused, and nothing is kept', async (_, bytes) => {
    const before = await stored();
    const { status, body } = await send('', bytes);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: { file: ['did not arrive whole'] } },
    });
    expect(await stored()).toBe(before);
  });

  it('without a boundary in its label is refused', async () => {
    const { status } = await send('', multipart([slip()]), {
      'content-type': 'multipart/form-data',
    });
    expect(status).toBe(400);
  });

  it('whose caller hangs up leaves nothing and harms nobody', async () => {
    const before = await stored();
    const bytes = multipart([slip('a.pdf', Buffer.concat([PDF, Buffer.alloc(100_000)]))]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /api/v1/slips HTTP/1.1\r\nHost: x\r\nX-User: 1\r\nContent-Length: ${bytes.length}\r\n` +
        `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`,
    );
    await new Promise((done) => socket.write(bytes.subarray(0, 50_000), done));
    socket.destroy();
    await once(socket, 'close');
    expect((await post([slip()])).status).toBe(201);
    expect(await stored()).toBe(before + 1);
  });

  it('is not read before its sender is known', async () => {
    const response = await fetch(`${url}/api/v1/slips`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: new Uint8Array(multipart([slip()])),
    });
    expect(response.status).toBe(401);
  });

  it('goes nowhere where no file is expected', async () => {
    const { status, body } = await post([slip()], {}, '/plain');
    expect({ status, code: body['code'] }).toEqual({ status: 415, code: 'unsupported_media_type' });
    const nowhere = await send('/nowhere/at/all', multipart([slip()]));
    expect(nowhere.status).toBe(404);
  });
});

describe('texts beside a file', () => {
  const note: FormPart = { name: 'note', content: 'paid at the counter' };

  it('are validated as a body is', async () => {
    const good = await post([note, slip('a.png', PNG)], {}, '/noted');
    expect(good).toMatchObject({
      status: 201,
      body: { filename: 'a.png', size: PNG.length, note: 'paid at the counter' },
    });
    const lacking = await post([slip()], {}, '/noted');
    expect(lacking).toMatchObject({ status: 400, body: { errors: { note: ['is required'] } } });
    const unknown = await post([note, { name: 'x', content: '1' }, slip()], {}, '/noted');
    expect(unknown).toMatchObject({
      status: 400,
      body: { errors: { x: [expect.stringContaining('known field')] } },
    });
  });

  it.each([
    ['NUL', { name: 'note', content: 'a\0b' }],
    ['too much', { name: 'note', content: 'x'.repeat(20_000) }],
    ['an object', { name: 'note', type: 'application/json', content: '{"a":1}' }],
    ['a prototype', { name: '__proto__', content: 'x' }],
  ])('that are %s are refused', async (_, part: FormPart) => {
    expect((await post([part, slip()], {}, '/noted')).status).toBe(400);
  });

  it('are not without number', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ name: `f${n}`, content: 'x' }));
    expect((await post([...many, slip()], {}, '/noted')).status).toBe(400);
  });
});

describe('an idempotency key on an upload', () => {
  it('answers the same file again, and refuses another', async () => {
    const key = { 'idempotency-key': 'upload-1' };
    const before = room.works();
    const first = await post([slip()], key);
    expect(first).toMatchObject({ status: 201, body: { claimed: true } });
    const again = await post([slip()], key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(room.works()).toBe(before + 1);
    expect((await post([slip('slip.pdf', PNG)], key)).status).toBe(422);
    expect((await post([slip('other.pdf')], key)).status).toBe(422);
  });

  it('stays free when the file was at fault', async () => {
    const key = { 'idempotency-key': 'upload-2' };
    expect((await post([slip('a.pdf', 'nonsense')], key)).status).toBe(400);
    expect((await post([slip(), slip()], key)).status).toBe(400);
    expect((await post([slip('a.jpg', JPEG)], key)).status).toBe(201);
  });

  it('is bound to the texts beside the file too', async () => {
    const key = { 'idempotency-key': 'upload-3' };
    const noted = (text: string): Promise<Got> =>
      post([{ name: 'note', content: text }, slip()], key, '/noted');
    expect((await noted('one')).status).toBe(201);
    expect((await noted('two')).status).toBe(422);
    expect((await noted('one')).headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('the documentation', () => {
  it('shows the form and the download', async () => {
    const document = (await (await fetch(`${url}/swagger.json`)).json()) as OpenAPIObject;
    const { post: create } = document.paths['/api/v1/slips/'] ?? {};
    expect(create?.requestBody).toMatchObject({
      content: {
        'multipart/form-data': {
          schema: {
            required: ['file'],
            properties: { file: { type: 'string', format: 'binary' } },
          },
          example: { file: 'receipt.pdf' },
        },
      },
    });
    const { post: noted } = document.paths['/api/v1/slips/noted/'] ?? {};
    expect(noted?.requestBody).toMatchObject({
      content: { 'multipart/form-data': { example: { note: 'paid at the counter' } } },
    });
    const { get: last } = document.paths['/api/v1/slips/last/'] ?? {};
    const { content = {} } = (last?.responses['200'] ?? {}) as { content?: object };
    expect(Object.keys(content)).toEqual(['application/pdf', 'image/png']);
  });
});
