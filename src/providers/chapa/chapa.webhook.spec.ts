import { createHmac } from 'node:crypto';
import { hasValidSignature, isIrrelevant, readNotification, toEvent } from './chapa.webhook.js';

const SECRET = 'chapa-webhook-secret';
/** Escaped slashes: written anew they would be gone, and the signature would not match any more. */
const RAW = Buffer.from(
  '{"event":"charge.success","tx_ref":"T-1","amount":"400.00","return":"https:\\/\\/example.com"}',
);
const SIGNATURE = 'd4a04484f91a9e8ca22e620bde52c7bfed91821b51470353ec6e39c7cbbfa180';
/** The secret signed with itself. */
const CONSTANT = 'f21a0f11002f2098c3c3d0a351baafbda1f86161ab41c52d5a9cc5e18fdd723b';

function aBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event: 'charge.success',
    type: 'API',
    tx_ref: 'tx-7qd3f8yj2k4m6n8p',
    reference: 'APezQ1KKswbb',
    amount: '2304.00',
    currency: 'ETB',
    mode: 'test',
    status: 'success',
    updated_at: '2026-11-21T05:00:00.000000Z',
    ...overrides,
  };
}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function read(overrides: Record<string, unknown> = {}) {
  const notification = readNotification(bytes(aBody(overrides)));
  if (!notification) throw new Error('unreadable');
  return notification;
}

function event(
  overrides: Record<string, unknown> = {},
  proof: 'verified' | 'unsigned' = 'verified',
) {
  const { txRef, ...rest } = read(overrides);
  if (txRef === null) throw new Error('names no payment');
  return toEvent({ ...rest, txRef }, proof, bytes(aBody(overrides)), 'test');
}

describe('hasValidSignature', () => {
  it('takes the body as it came', () => {
    expect(hasValidSignature(RAW, SIGNATURE, SECRET)).toBe(true);
    expect(hasValidSignature(RAW, ` ${SIGNATURE.toUpperCase()} `, SECRET)).toBe(true);
  });

  it('does not take the same body written anew', () => {
    const anew = bytes(JSON.parse(RAW.toString('utf8')));
    expect(anew.equals(RAW)).toBe(false);
    expect(hasValidSignature(anew, SIGNATURE, SECRET)).toBe(false);
  });

  it.each([
    ['the constant', CONSTANT],
    ['nothing', ''],
    ['a short one', SIGNATURE.slice(0, 62)],
    ['a long one', `${SIGNATURE}00`],
    ['two', `${SIGNATURE}, ${SIGNATURE}`],
    ['no hex', 'z'.repeat(64)],
    ['base64', createHmac('sha256', SECRET).update(RAW).digest('base64')],
    ['that of another key', createHmac('sha256', 'CHASECK_TEST-1').update(RAW).digest('hex')],
  ])('refuses %s', (_case, signature) => {
    expect(hasValidSignature(RAW, signature, SECRET)).toBe(false);
  });

  it('is never made with an empty secret', () => {
    const signature = createHmac('sha256', '').update(RAW).digest('hex');
    expect(hasValidSignature(RAW, signature, '')).toBe(false);
  });

  it('covers every byte', () => {
    for (let at = 0; at < RAW.length; at += 1) {
      const altered = Buffer.from(RAW);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(hasValidSignature(altered, SIGNATURE, SECRET)).toBe(false);
    }
  });
});

describe('readNotification', () => {
  it('reads what the callback address is sent, which has other names and no event', () => {
    const body = { trx_ref: 'tx-1', ref_id: 'AP1', status: 'success' };
    expect(readNotification(bytes(body))).toMatchObject({
      event: '',
      txRef: 'tx-1',
      reference: 'AP1',
      status: 'success',
    });
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['a Python dict', Buffer.from("{'event': 'charge.success', 'tx_ref': 'tx-1'}")],
    ['a list', bytes([aBody()])],
    ['an empty object', bytes({})],
    ['neither event nor reference', bytes({ status: 'success', amount: '1' })],
    ['a prototype', Buffer.from('{"__proto__":{"event":"charge.success","tx_ref":"tx-1"}}')],
    ['bytes that are not UTF-8', Buffer.concat([bytes(aBody()), Buffer.from([0xff])])],
    ['nesting without end', Buffer.from('['.repeat(200_000))],
  ])('is null for %s', (_case, rawBody) => {
    expect(readNotification(rawBody)).toBeNull();
  });

  it.each([7, {}, '', 'a b', 'x'.repeat(129), 'a\u0000b', null])(
    'finds no name in %j',
    (tx_ref) => {
      expect(read({ tx_ref }).txRef).toBeNull();
    },
  );
});

describe('isIrrelevant', () => {
  it.each([
    [{}, false],
    [{ event: 'charge.failed/cancelled' }, false],
    [{ event: 'refund.success' }, false],
    [{ event: 'charge.of.a.kind.to.come' }, false],
    [{ event: 'payout.success', type: 'Payout' }, true],
    [{ type: 'Donation' }, true],
    [{ type: 'Payment Link' }, true],
    [{ event: 'customer.created' }, true],
    [{ tx_ref: undefined }, true],
  ])('%j: %s', (overrides, expected) => {
    expect(isIrrelevant(read(overrides))).toBe(expected);
  });
});

describe('toEvent', () => {
  it('translates a success', () => {
    const { amount, ...rest } = event();
    expect(`${amount?.toString()} ${amount?.currency.code}`).toBe('2304.00 ETB');
    expect(rest).toEqual({
      reference: 'tx-7qd3f8yj2k4m6n8p',
      dedupeKey: 'verified:charge.success|tx-7qd3f8yj2k4m6n8p|APezQ1KKswbb|success|2304.00|ETB',
      state: 'paid',
      gatewayTransactionId: 'APezQ1KKswbb',
      failure: null,
      wireStatus: 'success',
    });
  });

  it.each([
    ['charge.failed/cancelled', 'failed/cancelled', 'failed'],
    ['charge.reversed', 'reversed', 'reversed'],
    // Event and status contradict each other, or nobody documented them.
    ['charge.success', 'failed/cancelled', 'unknown'],
    ['charge.failed/cancelled', 'success', 'unknown'],
    ['charge.disputed', 'success', 'unknown'],
    ['charge.success', 'toString', 'unknown'],
    ['charge.success', '', 'unknown'],
  ])('%s with %j is %s', (name, status, state) => {
    expect(event({ event: name, status }).state).toBe(state);
  });

  it.each([
    ['live money, where ours is for tests', { mode: 'live' }],
    ['no amount', { amount: undefined }],
    ['an amount that is none', { amount: '-5' }],
    ['no currency', { currency: undefined }],
    ['a currency that nobody knows', { currency: 'XXX' }],
  ])('moves no money on %s', (_case, overrides) => {
    expect(event(overrides).state).toBe('unknown');
  });

  it.each([
    ['charge.refunded', 'refunded', 'completed', null],
    ['refund.success', 'success', 'completed', null],
    ['refund.failed', 'failed', 'failed', 'refund_failed'],
    ['refund.reversed', 'reversed', 'failed', 'refund_reversed'],
    ['charge.refunded', 'success', 'completed', null],
    ['charge.refunded', 'failed', 'unknown', null],
  ])('%s with %j is a refund: %s', (name, status, state, code) => {
    const { refund, state: payment } = event({ event: name, status });
    expect(payment).toBe('unknown');
    expect(refund).toMatchObject({ state, reference: null, gatewayRefundId: null, amount: null });
    expect(refund?.failure?.code ?? null).toBe(code);
  });

  it('names the refund where the notification does', () => {
    const named = { event: 'refund.success', merchant_reference: 'rf-1', ref_id: 'RF1' };
    expect(event(named).refund).toMatchObject({ reference: 'rf-1', gatewayRefundId: 'RF1' });
  });

  it('has one key for one event, and others for others', () => {
    const key = event().dedupeKey;
    expect(event({ updated_at: 'later', meta: 1, charge: '2' }).dedupeKey).toBe(key);
    const others = [
      { event: 'charge.reversed' },
      { tx_ref: 'tx-2' },
      { reference: 'AP2' },
      { status: 'failed' },
      { amount: '1' },
      { currency: 'USD' },
    ].map((change) => event(change).dedupeKey);
    expect(new Set([key, ...others]).size).toBe(7);
  });

  it('tells two refunds of one payment apart by their time', () => {
    const refunded = { event: 'charge.refunded', status: 'refunded' };
    const { dedupeKey } = event(refunded);
    expect(event(refunded).dedupeKey).toBe(dedupeKey);
    expect(event({ ...refunded, updated_at: 'later' }).dedupeKey).not.toBe(dedupeKey);
  });

  it('knows an unproven copy by its bytes', () => {
    expect(event({}, 'unsigned').dedupeKey).toMatch(/^unsigned:[0-9a-f]{64}$/);
    expect(event({ meta: 1 }, 'unsigned').dedupeKey).not.toBe(event({}, 'unsigned').dedupeKey);
  });

  it('keeps its key short', () => {
    const long = { tx_ref: 'x'.repeat(128), reference: 'y'.repeat(128) };
    expect(event(long).dedupeKey).toMatch(/^verified:[0-9a-f]{64}$/);
  });
});
