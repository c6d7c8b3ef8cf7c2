import { Client } from 'pg';
import { createHash, randomBytes } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { NestFactory } from '@nestjs/core';
import { startApp } from '../support/app.js';
import { callback, callbackFields } from '../support/azampay-callbacks.js';
import { DOOR, WebhookDesk } from '../support/webhook-desk.js';
import { waitFor } from '../support/wait.js';

const ACCEPTED = { status: 200, body: { status: 'success', message: 'Callback received' } };

describe('the door for notifications', () => {
  let desk: WebhookDesk;

  beforeAll(async () => {
    desk = await WebhookDesk.open();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => desk.app.close());

  const stored = () => desk.number('SELECT count(*) FROM webhook_events');

  it('takes fifty identical callbacks at once for one', async () => {
    const { paymentId, reference } = await desk.anAttempt();
    const body = callback({ utilityref: reference });
    const answers = await Promise.all(Array.from({ length: 50 }, () => desk.deliver(body)));
    for (const answer of answers) expect(answer).toEqual(ACCEPTED);
    expect(await desk.untilConcluded(reference)).toMatchObject({
      status: 'processed',
      verification: 'verified',
      payment_id: paymentId,
      account_id: 1,
    });
    expect(await desk.events(reference)).toHaveLength(1);
    expect(await desk.paymentStatus(paymentId)).toBe('completed');
    const sql = `SELECT count(*) FROM audit_entries WHERE payment_id = $1 AND action = 'payment.completed'`;
    expect(await desk.number(sql, [paymentId])).toBe(1);
    expect(await desk.deliver(body)).toEqual(ACCEPTED);
    expect(await desk.events(reference)).toHaveLength(1);
  });

  it('writes the event and its work in one commit, with the bytes exactly as they came', async () => {
    const body = ` ${callback({ utilityref: 'BYTES-1', message: 'Asante — 50 000' })}\n`;
    expect(await desk.deliver(body)).toEqual(ACCEPTED);
    const [row] = await desk.rows<{ raw_body: Buffer; headers: unknown; work: string }>(
      `SELECT e.raw_body, e.headers, o.key AS work FROM webhook_events e
       JOIN outbox o ON o.topic = 'webhook.process' AND o.key = e.uuid::text AND o.created_at = e.received_at
       WHERE e.reference = 'BYTES-1'`,
    );
    expect(row?.raw_body.toString('utf8')).toBe(body);
    expect(row?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it.each([
    ['forged with another key', (r: string) => callback({ utilityref: r }, 'stranger')],
    ['altered in its status', (r: string) => altered(r, 'transactionstatus', 'failure')],
    ['altered in its reference', (r: string) => altered(`x${r}`, 'utilityref', r)],
    ['altered in its signature', (r: string) => altered(r, 'signature', 'AAAA')],
  ])('answers 401 to one %s, and keeps nothing but a count', async (_, make) => {
    const { paymentId, reference } = await desk.anAttempt();
    const [before, counted] = [await stored(), await desk.metric(FORGED)];
    expect(await desk.deliver(make(reference))).toMatchObject({
      status: 401,
      body: { code: 'invalid_signature' },
    });
    expect(await stored()).toBe(before);
    expect(await desk.metric(FORGED)).toBe(counted + 1);
    expect(await desk.paymentStatus(paymentId)).toBe('processing');
  });

  it.each([
    ['nothing', ''],
    ['half of one', callback({ utilityref: 'HALF' }).slice(0, 200)],
    ['no JSON', 'utilityref=BOOKING&transactionstatus=success'],
    ['XML', '<?xml version="1.0"?><callback/>'],
    ['a list', '[1,2,3]'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['numbers for texts', '{"utilityref":1,"transactionstatus":true}'],
    ['deep nesting', '['.repeat(50_000)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
    ['NUL in the reference', callback({ utilityref: 'a\0b' })],
    ['half a surrogate pair', callback({ utilityref: 'a\ud800b' })],
    ['a poisoned prototype', '{"__proto__":{"utilityref":"a","transactionstatus":"success"}}'],
  ])('answers 400 to %s, and keeps nothing', async (_, body) => {
    const before = await stored();
    expect(await desk.deliver(body)).toMatchObject({
      status: 400,
      body: { code: 'malformed_notification' },
    });
    expect(await stored()).toBe(before);
  });

  it('answers 413 to what is too large', async () => {
    const body = callback({ utilityref: 'LARGE', message: 'x'.repeat(300_000) });
    expect(await desk.deliver(body)).toMatchObject({ status: 413 });
    expect(await desk.events('LARGE')).toEqual([]);
  });

  it.each(['text/plain', 'application/xml', 'garbage;;', 'application/json; charset=klingon'])(
    'reads the bytes whatever they are called: %s',
    async (type) => {
      const utilityref = `TYPE-${createHash('md5').update(type).digest('hex')}`;
      const answer = await desk.deliver(callback({ utilityref }), { 'content-type': type });
      expect(answer).toEqual(ACCEPTED);
      expect(await desk.events(utilityref)).toHaveLength(1);
    },
  );

  it('never answers 5xx, whatever bytes come', async () => {
    const valid = Buffer.from(callback({ utilityref: 'FUZZ' }));
    for (let i = 0; i < 400; i += 1) {
      const bytes = Buffer.from(valid);
      for (let hits = 0; hits <= i % 4; hits += 1) {
        randomBytes(1).copy(bytes, Math.floor(Math.random() * bytes.length));
      }
      const cut = i % 5 === 0 ? Math.floor(Math.random() * bytes.length) : bytes.length;
      const { status } = await desk.deliver(bytes.subarray(0, cut));
      if (status >= 500) throw new Error(`${status} to ${bytes.subarray(0, cut).toString('hex')}`);
      expect([200, 400, 401]).toContain(status);
    }
  });

  it('answers 400, not 5xx, when the adapter itself trips over the bytes', async () => {
    desk.standIn({ parseWebhook: () => Promise.reject(new TypeError('cannot read undefined')) });
    expect(await desk.deliver(callback({ utilityref: 'TRIP' }))).toMatchObject({ status: 400 });
    expect(await desk.metric(/webhook_deliveries_total\{[^}]*outcome="unreadable"\} (\d+)/)).toBe(
      1,
    );
  });

  it('takes what is genuine but nothing of ours, and keeps a count of it', async () => {
    desk.standIn({
      parseWebhook: () => Promise.resolve({ verdict: 'irrelevant', reason: 'not a payment' }),
    });
    const before = await stored();
    expect(await desk.deliver('{"type":"balance.available"}')).toEqual(ACCEPTED);
    expect(await stored()).toBe(before);
    expect(await desk.metric(/webhook_deliveries_total\{[^}]*outcome="irrelevant"\} (\d+)/)).toBe(
      1,
    );
  });

  it('stores what the adapter reads even when no column could hold it as it is', async () => {
    const odd = 'O\0DD\ud800'.padEnd(9_000, 'y');
    const event = {
      reference: odd,
      dedupeKey: odd,
      state: 'paid' as const,
      gatewayTransactionId: odd,
      amount: null,
      failure: { code: 'x', message: odd },
      wireStatus: odd,
    };
    desk.standIn({ parseWebhook: () => Promise.resolve({ verdict: 'unsigned', event }) });
    const before = await stored();
    expect(await desk.deliver('anything')).toEqual(ACCEPTED);
    expect(await desk.deliver('anything')).toEqual(ACCEPTED);
    expect(await stored()).toBe(before + 1);
  });

  it('answers 503 when it cannot be stored, and takes the repeat', async () => {
    const locker = new Client({ connectionString: desk.app.database.adminUrl });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE');
    const body = callback({ utilityref: 'LOCKED' });
    expect(await desk.deliver(body)).toMatchObject({ status: 503, body: { code: 'not_stored' } });
    await locker.query('ROLLBACK');
    await locker.end();
    expect(await desk.deliver(body)).toEqual(ACCEPTED);
  });

  it('knows no other method, and tells nobody of itself', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status } = await fetch(new URL(DOOR, desk.app.url), { method });
      expect(status).toBe(404);
    }
    const { body } = await desk.app.api.get<{ paths: object }>('/swagger.json');
    expect(Object.keys(body.paths).filter((path) => path.includes('azam-pay'))).toEqual([]);
  });
});

describe('the door under limits of its own', () => {
  it('answers 429 to an address that knocks too often', async () => {
    const desk = await WebhookDesk.open({ LIMIT_WEBHOOKS_PER_MINUTE: '3' });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 5; i += 1) statuses.push((await desk.deliver('{}')).status);
      // On a Redis that other tests share, some of the three may be used up.
      const passed = statuses.filter((status) => status !== 429);
      expect(passed.length).toBeLessThanOrEqual(3);
      expect(passed.every((status) => status === 400)).toBe(true);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await desk.app.close();
    }
  });
});

describe('a gateway that is not set up', () => {
  it('has no door', async () => {
    const app = await startApp({ SANDBOX: 'off' });
    try {
      const { status, body } = await app.api.post(DOOR, callbackFields({ utilityref: 'NOBODY' }));
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { code: 'gateway_not_enabled' },
      });
    } finally {
      await app.close();
    }
  });
});

describe('a process that dies between the answer and the job', () => {
  it('loses nothing: the next worker does it', async () => {
    const desk = await WebhookDesk.open({ ROLE: 'api' });
    try {
      const { paymentId, reference } = await desk.anAttempt();
      expect(await desk.deliver(callback({ utilityref: reference }))).toEqual(ACCEPTED);
      expect(await desk.events(reference)).toMatchObject([{ status: 'received' }]);
      expect(await desk.paymentStatus(paymentId)).toBe('processing');
      const config = { ...desk.app.config, role: 'worker' as const };
      const worker = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
        logger: false,
      });
      try {
        await waitFor(
          'the payment',
          async () => (await desk.paymentStatus(paymentId)) === 'completed',
        );
        expect(await desk.untilConcluded(reference)).toMatchObject({ status: 'processed' });
      } finally {
        await worker.close();
      }
    } finally {
      await desk.app.close();
    }
  });
});

const FORGED = /webhook_deliveries_total\{provider="azampay",outcome="forged"\} (\d+)/;

/** A properly signed callback with one field changed afterwards. */
function altered(reference: string, field: string, value: string): string {
  const body = JSON.parse(callback({ utilityref: reference })) as Record<string, unknown>;
  return JSON.stringify({ ...body, [field]: value });
}
