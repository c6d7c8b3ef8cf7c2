import { createHmac } from 'node:crypto';
import { Catcher } from '../../../../test/support/azampay-desk.js';
import { type RunningSandbox, startSandbox } from '../../index.js';
import { standardSignature } from './signed-webhook.signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ORDER = { order_reference: '1', amount: '1598.00' };

describe('signed notifications of the sandbox', () => {
  let catcher: Catcher;
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    catcher = await Catcher.listen();
    sandbox = await startSandbox({
      port: 0,
      malipoUrl: catcher.url,
      credentials: { SIGNED_WEBHOOK_SECRET: SECRET },
      timings: { lateDelayMs: 1 },
    });
  });
  beforeEach(async () => {
    await send('/api/reset', {});
    catcher.received.length = 0;
    catcher.status = 200;
  });
  afterAll(async () => {
    await sandbox.close();
    await catcher.close();
  });

  async function send(
    path: string,
    body: object,
    method: 'POST' | 'PUT' = 'POST',
  ): Promise<Response> {
    return fetch(sandbox.url + path, { method, body: JSON.stringify(body) });
  }
  const notify = (change: object = {}): Promise<Response> =>
    send('/api/signed-webhook', { ...ORDER, ...change });
  const fault = (webhook: string): Promise<Response> =>
    send('/api/faults/signed_webhook', { webhook, count: 1 }, 'PUT');
  const hex = (body: string): string => createHmac('sha256', SECRET).update(body).digest('hex');

  it('signs with the published vector of Standard Webhooks', () => {
    expect(
      standardSignature(
        SECRET,
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1_614_265_330,
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('posts the printed body, signed in hex over its bytes', async () => {
    expect((await notify()).status).toBe(200);
    const [call] = catcher.received;
    expect(call?.path).toBe('/orders/api/payment-webhook/');
    expect(JSON.parse(call?.body ?? '')).toEqual({
      event_type: 'payment.completed',
      payment_id: expect.stringMatching(/^txn_/) as string,
      order_reference: '1',
      amount: '1598.00',
      status: 'completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    expect(call?.headers['x-webhook-signature']).toBe(hex(call?.body ?? ''));
  });

  it('signs by Standard Webhooks when asked', async () => {
    await notify({ scheme: 'standard', currency: 'USD' });
    const [call] = catcher.received;
    const id = String(call?.headers['webhook-id']);
    const t = Number(call?.headers['webhook-timestamp']);
    const expected = standardSignature(SECRET, id, t, call?.body ?? '');
    expect(call?.headers['webhook-signature']).toBe(expected);
    expect(call?.headers['x-webhook-signature']).toBeUndefined();
  });

  it('repeats under one id, with signatures of other secrets and versions besides', async () => {
    await fault('duplicate');
    await notify({ scheme: 'standard' });
    const ids = catcher.received.map(({ headers }) => headers['webhook-id']);
    const lists = catcher.received.map(({ headers }) =>
      String(headers['webhook-signature']).split(' '),
    );
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
    expect(new Set(lists.map((list) => list.length))).toEqual(new Set([1, 3, 5]));
  });

  it.each([
    ['bad_signature', 1, false],
    ['late', 1, true],
    ['normal', 1, true],
  ] as const)('under the fault %s sends %d, rightly signed: %s', async (word, count, right) => {
    await fault(word);
    await notify();
    const signed = catcher.received.map(
      ({ headers, body }) => headers['x-webhook-signature'] === hex(body),
    );
    expect(signed).toEqual(Array.from({ length: count }, () => right));
  });

  it('sends nothing, no signature, or an older event after, as the faults say', async () => {
    await fault('none');
    expect(await (await notify()).json()).toEqual([]);
    await fault('unsigned');
    await notify();
    expect(catcher.received[0]?.headers['x-webhook-signature']).toBeUndefined();
    await fault('out_of_order');
    await notify();
    const events = catcher.received.map(
      ({ body }) => (JSON.parse(body) as { status: string }).status,
    );
    expect(events).toEqual(['completed', 'completed', 'pending']);
  });

  it('tells what the product answered, also that it did not', async () => {
    catcher.status = 400;
    expect(await (await notify()).json()).toMatchObject([{ status: 400, error: null }]);
    await send('/api/target', { url: 'http://127.0.0.1:1' }, 'PUT');
    expect(await (await notify()).json()).toMatchObject([{ status: null, answer: null }]);
    await send('/api/target', { url: catcher.url }, 'PUT');
    expect(await (await fetch(`${sandbox.url}/api/signed-webhook`)).json()).toHaveLength(2);
  });

  it.each([{ amount: undefined }, { order_reference: '' }, { scheme: 'md5' }, { currency: {} }])(
    'refuses %j',
    async (change) => {
      expect((await notify(change)).status).toBe(400);
      expect(catcher.received).toEqual([]);
    },
  );

  it('has a form, linked from the overview, whose answer leads back to it', async () => {
    const read = async (path: string): Promise<string> => (await fetch(sandbox.url + path)).text();
    expect(await read('/')).toContain('href="/signed-webhook"');
    const posted = async (body: string): Promise<string | null> => {
      const answer = await fetch(`${sandbox.url}/signed-webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
        redirect: 'manual',
      });
      expect(answer.status).toBe(303);
      return answer.headers.get('location');
    };
    expect(await posted('order_reference=7&amount=1.00&currency=')).toBe('/signed-webhook');
    expect(await read('/signed-webhook')).toContain('&quot;order_reference&quot;: &quot;7&quot;');
    expect(await posted('amount=1.00')).toBe('/signed-webhook?notice=incomplete');
    expect(await read('/signed-webhook?notice=incomplete')).toContain('Not sent');
  });
});
