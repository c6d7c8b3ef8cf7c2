import { createHmac } from 'node:crypto';
import { loadConfig } from '../../config/index.js';
import type { WebhookEvent, WebhookVerdict } from '../port/provider.port.js';
import { falseClaims } from '../provider.claims.js';
import { signedWebhookSettings } from './signed-webhook.config.js';
import { SignedWebhookProvider } from './signed-webhook.provider.js';

const SECRET = 'shared-with-the-gateway';

function aProvider(
  env: Record<string, string> = { SIGNED_WEBHOOK_SECRET: SECRET },
): SignedWebhookProvider {
  return new SignedWebhookProvider(loadConfig(env, [signedWebhookSettings]));
}

/** The body that document 003 prints. */
const PRINTED = {
  event_type: 'payment.completed',
  payment_id: 'txn_123456789',
  order_reference: '1',
  amount: '1598.00',
  status: 'completed',
  timestamp: '2023-01-15T15:30:00Z',
};

function read(body: unknown, secret = SECRET): Promise<WebhookVerdict> {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const signature = createHmac('sha256', secret).update(rawBody).digest('hex');
  return aProvider().parseWebhook({ rawBody, headers: { 'x-webhook-signature': signature } });
}

async function eventOf(change: object): Promise<WebhookEvent> {
  const verdict = await read({ ...PRINTED, ...change });
  if (!('event' in verdict)) throw new Error(`${verdict.verdict}: ${verdict.reason}`);
  return verdict.event;
}

describe('the printed notification', () => {
  it('is proven and translated', async () => {
    const verdict = await read(PRINTED);
    expect(verdict).toEqual({
      verdict: 'verified',
      event: {
        reference: '1',
        dedupeKey: expect.stringMatching(/^verified:[0-9a-f]{64}$/) as string,
        state: 'paid',
        gatewayTransactionId: 'txn_123456789',
        amount: null,
        amountText: '1598.00',
        failure: null,
        wireStatus: 'payment.completed/completed',
      },
    });
  });

  it('is refused under another secret and without any signature', async () => {
    expect((await read(PRINTED, 'another')).verdict).toBe('forged');
    const rawBody = Buffer.from(JSON.stringify(PRINTED));
    expect((await aProvider().parseWebhook({ rawBody, headers: {} })).verdict).toBe('forged');
  });

  it('is an amount of money where it names a currency', async () => {
    const { amount, amountText } = await eventOf({ currency: 'usd' });
    expect([amount?.toString(), amount?.currency.code, amountText]).toEqual([
      '1598.00',
      'USD',
      null,
    ]);
  });

  it('may have its fields under data, beside a type', async () => {
    const { event_type: type, ...data } = PRINTED;
    const verdict = await read({ type, timestamp: '2023-01-15T15:30:00Z', data });
    expect(verdict).toMatchObject({
      verdict: 'verified',
      event: { state: 'paid', reference: '1' },
    });
  });
});

describe('what an event says', () => {
  it.each([
    ['payment.completed', 'completed', 'paid'],
    ['Payment.Succeeded', 'SUCCESS', 'paid'],
    ['payment.paid', 'paid', 'paid'],
    ['payment.pending', 'pending', 'pending'],
    ['payment.processing', 'processing', 'pending'],
    ['payment.failed', 'failed', 'failed'],
    ['payment.cancelled', 'canceled', 'cancelled'],
    ['payment.expired', 'expired', 'expired'],
    ['payment.refunded', 'refunded', 'reversed'],
    ['payment.completed', 'failed', 'unknown'],
    ['payment.failed', 'completed', 'unknown'],
    ['payment.completed', 'toString', 'unknown'],
    ['payment.completed', 7, 'unknown'],
    ['payment.completed', null, 'unknown'],
  ])('%s with status %j is %s', async (event_type, status, state) => {
    expect((await eventOf({ event_type, status })).state).toBe(state);
  });

  it('without a status is what its type says', async () => {
    const { state, wireStatus } = await eventOf({ status: undefined });
    expect([state, wireStatus]).toEqual(['paid', 'payment.completed']);
  });

  it.each(['invoice.created', 'payment.toString', 'constructor'])(
    '%s is about nothing of ours',
    async (event_type) => {
      expect((await read({ ...PRINTED, event_type })).verdict).toBe('irrelevant');
    },
  );

  it.each<[string, object]>([
    ['no type', { event_type: undefined }],
    ['a type that is no word', { event_type: 'payment completed' }],
    ['no reference', { order_reference: undefined }],
    ['a reference that is an object', { order_reference: {} }],
    ['no payment', { payment_id: null }],
    ['no amount', { amount: undefined }],
    ['a negative amount', { amount: '-1.00' }],
    ['an exponent', { amount: 1e21 }],
    ['words for an amount', { amount: 'all' }],
    ['a currency that nobody has', { currency: 'ZZZ' }],
    ['a currency that is a number', { currency: 840 }],
    ['more decimals than the currency has', { amount: '1598.001', currency: 'USD' }],
  ])('is malformed with %s', async (_case, change) => {
    expect((await read({ ...PRINTED, ...change })).verdict).toBe('malformed');
  });

  it.each(['', '[]', 'null', '"x"', '{"event_type":', '\ufeff{}x', '[['.repeat(20_000)])(
    'is malformed as %#',
    async (body) => {
      expect((await read(body)).verdict).toBe('malformed');
    },
  );

  it('needs no amount where nothing was paid', async () => {
    const event = await eventOf({
      event_type: 'payment.failed',
      status: 'failed',
      amount: undefined,
    });
    expect([event.amount, event.amountText, event.failure?.code]).toEqual([null, null, 'declined']);
  });
});

describe('the same event', () => {
  it('has one key, however it is sent again', async () => {
    const { dedupeKey } = await eventOf({});
    const again = Object.fromEntries(Object.entries(PRINTED).toReversed());
    expect((await eventOf({ ...again, timestamp: '2023-01-15T16:00:00Z' })).dedupeKey).toBe(
      dedupeKey,
    );
  });

  it.each([
    { payment_id: 'txn_2' },
    { order_reference: '2' },
    { amount: '1598.01' },
    { currency: 'USD' },
    { status: 'success' },
    { event_type: 'payment.paid' },
  ])('has another with %j', async (change) => {
    expect((await eventOf(change)).dedupeKey).not.toBe((await eventOf({})).dedupeKey);
  });

  it('is known by the id of its message where that was signed', async () => {
    const rawBody = Buffer.from(JSON.stringify(PRINTED));
    const t = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', SECRET)
      .update(`msg_1.${t}.`)
      .update(rawBody)
      .digest('base64');
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': t,
      'webhook-signature': `v1,${digest}`,
    };
    const verdict = await aProvider().parseWebhook({ rawBody, headers });
    expect(verdict).toMatchObject({
      verdict: 'verified',
      event: { dedupeKey: 'verified:id:msg_1' },
    });
  });
});

describe('the provider', () => {
  it('claims only what it can do, and starts nothing', async () => {
    const provider = aProvider();
    expect(falseClaims(provider)).toEqual([]);
    expect(() => provider.check()).toThrow(/started at the gateway/);
    await expect(provider.initiate()).rejects.toThrow(/starts none/);
    expect(provider.newReference()).toMatch(/^ONLINE-[0-9A-Z]{16}$/);
  });

  it('is there with its secret or a sandbox, and reads nothing without', async () => {
    expect(aProvider().enabled).toBe(true);
    expect(aProvider({}).enabled).toBe(true);
    const off = aProvider({ SANDBOX: 'off' });
    expect(off.enabled).toBe(false);
    const rawBody = Buffer.from(JSON.stringify(PRINTED));
    const signature = createHmac('sha256', '').update(rawBody).digest('hex');
    const headers = { 'x-webhook-signature': signature };
    expect((await off.parseWebhook({ rawBody, headers })).verdict).toBe('malformed');
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ SANDBOX: 'off', SIGNED_WEBHOOK_SECRET: 'short' }, /SIGNED_WEBHOOK_SECRET: too short/],
    [{ SANDBOX: 'off', SIGNED_WEBHOOK_SECRET: 'whsec_no base64!' }, /whsec_ is not base64/],
    [{ SANDBOX: 'off', SIGNED_WEBHOOK_SECRET_PREVIOUS: SECRET }, /SIGNED_WEBHOOK_SECRET: missing/],
    [{ SIGNED_WEBHOOK_HEADER: 'X Signature' }, /no name of a header/],
    [{ SIGNED_WEBHOOK_TOLERANCE_S: '0' }, /SIGNED_WEBHOOK_TOLERANCE_S/],
    [
      { NODE_ENV: 'production', SIGNED_WEBHOOK_SECRET: 'malipo-sandbox-signed-webhook' },
      /SIGNED_WEBHOOK_SECRET: still the default/,
    ],
  ])('stops the boot with %j', (env, expected) => {
    expect(() => aProvider(env)).toThrow(expected);
  });
});
