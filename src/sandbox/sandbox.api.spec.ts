import { AzamPayDesk } from '../../test/support/azampay-desk.js';
import { waitFor } from '../../test/support/wait.js';

type Row = Record<string, unknown>;

describe('the sandbox’s JSON API', () => {
  let desk: AzamPayDesk;
  beforeAll(async () => {
    desk = await AzamPayDesk.open();
  });
  beforeEach(async () => {
    await desk.send('POST', '/api/reset');
    await desk.login();
  });
  afterAll(() => desk.close());

  const list = async (path: string): Promise<Row[]> => (await desk.send('GET', path)).json as Row[];

  it('says who it is', async () => {
    expect((await desk.send('GET', '/api/health')).json).toEqual({
      name: 'malipo-sandbox',
      pid: process.pid,
      target: desk.catcher.url,
      providers: expect.arrayContaining(['azampay', 'wave']),
    });
  });

  it('answers unknown paths, ids and methods with 404 and an error', async () => {
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['PATCH', '/api/prompts'],
      ['POST', '/api/prompts/prm_none/approve'],
      ['POST', '/api/prompts/prm_none/callback'],
      ['GET', '/api/prompts/prm_none'],
      ['POST', '/api/checkouts/chk_none/pay'],
      ['GET', '/api/faults/paypal'],
      ['PUT', '/api/faults/nobody'],
    ] as const) {
      const { status, json } = await desk.send(method, path);
      expect([path, status]).toEqual([path, 404]);
      expect(json).toEqual({ error: expect.any(String) });
    }
  });

  it('answers with and without a trailing slash', async () => {
    await desk.checkout('slash');
    expect(await list('/api/prompts/')).toHaveLength(1);
  });

  it('lists prompts newest first, of one number in any usual form', async () => {
    await desk.checkout('first');
    await desk.checkout('second', { accountNumber: '255684000222' });
    await desk.checkout('third');
    const references = async (query: string): Promise<unknown[]> =>
      (await list(`/api/prompts${query}`)).map(({ reference }) => reference);
    expect(await references('')).toEqual(['third', 'second', 'first']);
    for (const number of ['255653294241', '+255 653 294 241', '0653294241']) {
      expect(await references(`?phone=${encodeURIComponent(number)}`)).toEqual(['third', 'first']);
    }
    expect(await references('?phone=255700000000')).toEqual([]);
    const bad = await desk.send('GET', '/api/prompts?phone=abc');
    expect(bad.status).toBe(400);
    expect(bad.json).toEqual({ error: expect.stringContaining('phone') });
  });

  it('refuses fault words it does not know and names those it does', async () => {
    const bad = await desk.fault({ initiate: 'explode' });
    expect(bad.status).toBe(400);
    expect(bad.json).toEqual({
      error: expect.stringMatching(/^initiate: .*ok, decline, .*wrong_amount$/),
    });
    expect((await desk.fault({ webhook: 'ok' })).json).toEqual({
      error: expect.stringMatching(/^webhook: .*normal, none, late, .*bad_signature/),
    });
    expect((await desk.fault({ initiation: 'ok' })).json).toEqual({
      error: expect.stringMatching(
        /^initiation: .*initiate, status, refund, auth, key, webhook, count$/,
      ),
    });
    for (const count of [0, -1, 1.5, '2', true]) {
      expect((await desk.fault({ initiate: 'decline', count })).status).toBe(400);
    }
    expect((await desk.send('PUT', '/api/faults/azampay', '[]')).status).toBe(400);
    expect((await desk.send('PUT', '/api/faults/azampay', '{')).status).toBe(400);
  });

  it('replaces faults as a whole', async () => {
    const fine = {
      initiate: 'ok',
      status: 'ok',
      refund: 'ok',
      auth: 'ok',
      key: 'ok',
      webhook: 'normal',
      count: null,
    };
    expect((await desk.fault({ initiate: 'decline', refund: 'timeout' })).json).toEqual({
      ...fine,
      initiate: 'decline',
      refund: 'timeout',
    });
    expect((await desk.fault({ webhook: 'none', count: 3 })).json).toEqual({
      ...fine,
      webhook: 'none',
      count: 3,
    });
    expect((await desk.send('GET', '/api/faults/azampay')).json).toMatchObject({ webhook: 'none' });
    expect((await desk.fault({})).json).toEqual(fine);
  });

  it('remembers every request to a gateway, also what it does not know', async () => {
    await desk.checkout('logged');
    await desk.send('POST', '/azampay/azampay/bank/checkout?x=1', { a: 1 }, { 'x-note': 'hello' });
    const [bank, checkout, token] = await list('/api/requests?provider=azampay');
    expect(bank).toMatchObject({
      provider: 'azampay',
      method: 'POST',
      path: '/azampay/bank/checkout?x=1',
      url: '/azampay/azampay/bank/checkout?x=1',
      headers: expect.objectContaining({ 'x-note': 'hello' }),
      body: '{"a":1}',
      answer: { status: 404, body: '' },
    });
    expect(checkout).toMatchObject({
      path: '/azampay/mno/checkout',
      body: expect.stringContaining('"externalId":"logged"'),
      answer: { status: 200, body: expect.stringContaining('transactionId') },
    });
    expect(token).toMatchObject({ path: '/AppRegistration/GenerateToken' });
    expect(await list('/api/requests?provider=chapa')).toEqual([]);
    expect((await desk.send('GET', '/api/requests?provider=nobody')).status).toBe(400);
    expect((await desk.send('DELETE', '/api/requests?provider=chapa')).status).toBe(204);
    expect(await list('/api/requests')).toHaveLength(3);
    expect((await desk.send('DELETE', '/api/requests')).status).toBe(204);
    expect(await list('/api/requests')).toEqual([]);
  });

  it('keeps bodies byte for byte, whatever they are', async () => {
    const path = '/azampay/azampay/mno/checkout';
    await fetch(desk.sandbox.url + path, {
      method: 'POST',
      body: Buffer.from('{ "a" :\n1 }'),
      headers: desk.bearer,
    });
    await fetch(desk.sandbox.url + path, {
      method: 'POST',
      body: '<a/>',
      headers: { ...desk.bearer, 'content-type': 'text/xml' },
    });
    const [xml, json] = await list('/api/requests');
    expect(xml).toMatchObject({ body: '<a/>', answer: { status: 400 } });
    expect(json).toMatchObject({ body: '{ "a" :\n1 }', answer: { status: 400 } });
  });

  it('takes in mail and hands it out by recipient', async () => {
    const mail = {
      from: 'noreply@travelapp.com',
      to: 'John <john@x.test>',
      subject: 'Hi',
      text: 'Dear\nJohn',
    };
    const sent = await desk.send('POST', '/api/mails', mail);
    expect(sent.status).toBe(201);
    expect(sent.json).toMatchObject({ ...mail, html: null, id: expect.any(String) });
    await desk.send('POST', '/api/mails', { ...mail, to: 'a@x.test, B@x.test', html: '<p>Hi</p>' });
    expect((await list('/api/mails')).map(({ to }) => to)).toEqual([
      'a@x.test, B@x.test',
      'John <john@x.test>',
    ]);
    expect(await list('/api/mails?to=john@x.test')).toHaveLength(1);
    expect(await list('/api/mails?to=JOHN@x.test')).toHaveLength(1);
    expect(await list('/api/mails?to=b@x.test')).toEqual([
      expect.objectContaining({ html: '<p>Hi</p>' }),
    ]);
    expect(await list('/api/mails?to=ohn@x.test')).toEqual([]);
    const bad = await desk.send('POST', '/api/mails', { ...mail, to: undefined });
    expect(bad.status).toBe(400);
    expect(bad.json).toEqual({ error: expect.stringContaining('to:') });
    expect((await desk.send('DELETE', '/api/mails?to=b@x.test')).status).toBe(204);
    expect(await list('/api/mails')).toHaveLength(1);
    expect((await desk.send('DELETE', '/api/mails')).status).toBe(204);
    expect(await list('/api/mails')).toEqual([]);
  });

  it('streams changes as Server-Sent Events', async () => {
    const stop = new AbortController();
    const response = await fetch(`${desk.sandbox.url}/api/events`, { signal: stop.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events: { topic: string; data: Row }[] = [];
    const reading = (async () => {
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString('utf8');
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const match = /^event: (\w+)\ndata: (.*)$/s.exec(part);
          if (match)
            events.push({ topic: match[1] ?? '', data: JSON.parse(match[2] ?? 'null') as Row });
        }
      }
    })().catch((error: Error) => error.name);
    await desk.checkout('stream');
    await desk.press('stream', 'approve');
    await desk.catcher.count('stream', 1);
    const statuses = () =>
      events.filter(({ topic }) => topic === 'prompt').map(({ data }) => data.status);
    await waitFor('three events of the prompt', () => statuses().length === 3);
    expect(statuses()).toEqual(['pending', 'approved', 'approved']);
    expect(
      events.some(
        ({ topic, data }) => topic === 'request' && data.path === '/azampay/mno/checkout',
      ),
    ).toBe(true);
    await desk.send('POST', '/api/reset');
    await waitFor('the reset', () => events.some(({ topic }) => topic === 'reset'));
    stop.abort();
    expect(await reading).toBe('AbortError');
  });

  describe('clock', () => {
    it('moves the product’s, answers what it answered, and ages its own prompts', async () => {
      await desk.checkout('aging');
      desk.catcher.status = 202;
      desk.catcher.answer = '{"now":"later"}';
      const moved = await desk.send('POST', '/api/clock', { offset_s: 299 });
      expect(moved).toMatchObject({ status: 202, json: { now: 'later' } });
      expect(desk.catcher.received.at(-1)).toMatchObject({
        path: '/api/v1/sandbox/clock/',
        body: '{"offset_s":299}',
      });
      const { status, expires_at } = await desk.prompt('aging');
      expect(status).toBe('pending');
      expect(Date.parse(expires_at) - Date.now()).toBeLessThan(2_000);
      await desk.send('POST', '/api/clock', { offset_s: 301 });
      expect(await desk.prompt('aging')).toMatchObject({ status: 'expired' });
      expect(desk.catcher.of('aging')).toEqual([]);
      desk.catcher.status = 200;
      await desk.send('POST', '/api/clock', { offset_s: 0 });
    });

    it('stays where it is when the product refuses or is away', async () => {
      await desk.checkout('still');
      desk.catcher.status = 403;
      expect((await desk.send('POST', '/api/clock', { offset_s: 900 })).status).toBe(403);
      desk.catcher.status = 200;
      desk.sandbox.setTarget('http://127.0.0.1:9');
      const away = await desk.send('POST', '/api/clock', { offset_s: 900 });
      expect(away.status).toBe(502);
      expect(away.json).toEqual({ error: expect.stringContaining('127.0.0.1:9') });
      desk.sandbox.setTarget(desk.catcher.url);
      expect(await desk.prompt('still')).toMatchObject({ status: 'pending' });
    });

    it.each([undefined, '60', 1.5, null, 4e8])('refuses offset_s = %j', async (offset_s) => {
      const { status, json } = await desk.send('POST', '/api/clock', { offset_s });
      expect(status).toBe(400);
      expect(json).toEqual({ error: expect.stringContaining('offset_s') });
    });
  });

  it('is aimed at another product while it runs, on this machine only', async () => {
    const { json } = await desk.send('PUT', '/api/target', { url: 'http://localhost:3456/' });
    expect(json).toEqual({ url: 'http://localhost:3456' });
    for (const url of [
      'http://example.com',
      'ftp://127.0.0.1',
      'nonsense',
      'http://127.0.0.1.evil.test',
      7,
    ]) {
      expect((await desk.send('PUT', '/api/target', { url })).status).toBe(400);
    }
    expect((await desk.send('GET', '/api/health')).json).toMatchObject({
      target: 'http://localhost:3456',
    });
    desk.sandbox.setTarget(desk.catcher.url);
  });

  it('forgets everything, what was still to be sent included, but not the product’s token', async () => {
    await desk.fault({ webhook: 'late' });
    await desk.checkout('forgotten');
    await desk.press('forgotten', 'approve');
    await desk.send('POST', '/api/mails', { from: 'a', to: 'b', subject: 'c', text: 'd' });
    expect((await desk.send('POST', '/api/reset')).status).toBe(200);
    for (const path of ['/api/prompts', '/api/checkouts', '/api/mails', '/api/requests']) {
      expect(await list(path)).toEqual([]);
    }
    await desk.fault({ webhook: 'late' });
    await desk.checkout('later');
    await desk.press('later', 'approve');
    await desk.catcher.count('later', 1);
    expect(desk.catcher.of('forgotten')).toEqual([]);
  });

  it('cuts calls that hang when it is reset', async () => {
    const slow = await AzamPayDesk.open({ timings: { hangMs: 60_000 } });
    try {
      await slow.login();
      await slow.fault({ initiate: 'timeout' });
      const call = slow.checkout('hanging').catch((error: Error) => error.message);
      await waitFor('the call', async () =>
        (await slow.send('GET', '/api/requests')).text.includes('hanging'),
      );
      await slow.send('POST', '/api/reset');
      expect(await call).toBe('fetch failed');
    } finally {
      await slow.close();
    }
  });

  it('refuses pages of other sites, by name and by origin', async () => {
    const foreign = await desk.send('POST', '/api/reset', undefined, {
      origin: 'https://evil.test',
    });
    expect(foreign.status).toBe(403);
    const opaque = await desk.send('GET', '/api/requests', undefined, { origin: 'null' });
    expect(opaque.status).toBe(403);
    const local = await desk.send('GET', '/api/requests', undefined, {
      origin: 'http://localhost:5173',
    });
    expect(local.status).toBe(200);
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(
        `${desk.sandbox.url}/api/requests`,
        { headers: { host: 'evil.test:4010' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
