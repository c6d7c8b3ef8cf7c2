import StripeSdk from 'stripe';
import { checkSignature, judge } from './stripe.webhook.js';

const TERMS = { live: false, ugxDecimals: 2 } as const;
const RAW = Buffer.from('{"id":"evt_1","object":"event","type":"checkout.session.completed"}');
const T = 1_700_000_000;
const V1 = 'd1e4aa90551919f198c22ba0a9691b35338d4b631d54ce1f1465e93b1d41c430';
const SECRET = 'whsec_test_secret';

const check = (header: string | undefined, nowS = T, secrets = [SECRET]) =>
  checkSignature(header, RAW, secrets, { nowMs: nowS * 1000, toleranceS: 300 });

describe('checkSignature', () => {
  it('takes the computed example, and what the official library makes', () => {
    expect(check(`t=${T},v1=${V1}`)).toBe('proven');
    const made = { payload: RAW.toString(), secret: SECRET, timestamp: T };
    expect(StripeSdk.webhooks.generateTestHeaderString(made)).toBe(`t=${T},v1=${V1}`);
  });

  it.each([
    [T + 300, 'proven'],
    [T - 300, 'proven'],
    [T + 301, 'wrong'],
    [T - 301, 'wrong'],
  ])('at %d is %s', (nowS, proof) => {
    expect(check(`t=${T},v1=${V1}`, nowS)).toBe(proof);
  });

  it('tries every secret and every v1, and no v0', () => {
    expect(check(`t=${T},v1=${V1}`, T, ['whsec_new', SECRET])).toBe('proven');
    expect(check(`t=${T},v1=${'0'.repeat(64)},v1=${V1}`)).toBe('proven');
    expect(check(`t=${T},v0=${V1}`)).toBe('wrong');
    expect(check(`t=${T},v1=${V1}`, T, ['whsec_other', ''])).toBe('wrong');
  });

  it('takes no byte changed, whichever, and no body written anew', () => {
    const header = `t=${T},v1=${V1}`;
    const at = { nowMs: T * 1000, toleranceS: 300 };
    const passed = [...RAW.keys()].filter((index) => {
      const body = Buffer.from(RAW);
      body[index] = (body[index] ?? 0) ^ 1;
      return checkSignature(header, body, [SECRET], at) !== 'wrong';
    });
    expect(passed).toEqual([]);
    const anew = Buffer.from(JSON.stringify(JSON.parse(RAW.toString()), null, 1));
    expect(checkSignature(header, anew, [SECRET], at)).toBe('wrong');
  });

  it.each([undefined, '', ' '])('finds no proof in %j', (header) => {
    expect(check(header)).toBe('absent');
  });

  it.each(['nonsense', `v1=${V1}`, `t=${T}`, `t=NaN,v1=${V1}`])('refuses %s', (header) => {
    expect(check(header)).toBe('wrong');
  });
});

const SESSION = {
  id: 'cs_test_1',
  object: 'checkout.session',
  status: 'complete',
  payment_status: 'paid',
  amount_total: 2_000,
  currency: 'usd',
  client_reference_id: 'STRIPE-1',
  livemode: false,
};
const REFUND = {
  id: 're_1',
  object: 'refund',
  status: 'succeeded',
  amount: 500,
  currency: 'usd',
  metadata: { reference: 'STRIPE-1', refund_reference: 'rf-1' },
};
const told = (type: string, object: object, change: object = {}) => {
  const event = {
    id: 'evt_1',
    object: 'event',
    type,
    livemode: false,
    data: { object },
    ...change,
  };
  const verdict = judge(Buffer.from(JSON.stringify(event)), 'proven', TERMS);
  return 'event' in verdict ? verdict.event : verdict.verdict;
};

describe('judge', () => {
  it.each([
    ['completed', {}, 'paid'],
    ['completed', { payment_status: 'no_payment_required' }, 'paid'],
    ['completed', { payment_status: 'unpaid' }, 'pending'],
    ['completed', { livemode: true }, 'unknown'],
    ['completed', { amount_total: null }, 'unknown'],
    ['completed', { amount_total: 20.5 }, 'unknown'],
    ['async_payment_succeeded', {}, 'paid'],
    ['async_payment_succeeded', { payment_status: 'unpaid' }, 'unknown'],
    ['async_payment_failed', { payment_status: 'unpaid' }, 'failed'],
    ['async_payment_failed', {}, 'unknown'],
    ['expired', { status: 'expired', payment_status: 'unpaid' }, 'expired'],
    ['expired', {}, 'unknown'],
  ])('checkout.session.%s with %j is %s', (type, change, state) => {
    expect(told(`checkout.session.${type}`, { ...SESSION, ...change })).toMatchObject({
      reference: 'STRIPE-1',
      dedupeKey: 'verified:evt_1',
      state,
    });
  });

  it('does not pay with an event of the other mode', () => {
    const event = told('checkout.session.completed', SESSION, { livemode: true });
    expect(event).toMatchObject({ state: 'unknown' });
  });

  it.each([
    ['refund.created', 'pending', 'processing'],
    ['refund.updated', 'requires_action', 'processing'],
    ['refund.updated', 'succeeded', 'completed'],
    ['refund.failed', 'failed', 'failed'],
    ['charge.refund.updated', 'canceled', 'failed'],
    ['refund.updated', 'toString', 'unknown'],
  ])('%s with %s is about that refund: %s', (type, status, state) => {
    expect(told(type, { ...REFUND, status })).toMatchObject({
      reference: 'STRIPE-1',
      refund: { state, reference: 'rf-1', gatewayRefundId: 're_1' },
    });
  });

  it('tells a refund made at the dashboard from ours', () => {
    const charge = { id: 'ch_1', object: 'charge', metadata: { reference: 'STRIPE-1' } };
    expect(told('charge.refunded', charge)).toMatchObject({
      refund: { reference: null, gatewayRefundId: null, amount: null },
    });
    const total = { ...charge, amount_refunded: 3_050, currency: 'usd' };
    const data = { object: total, previous_attributes: { amount_refunded: 2_000 } };
    expect(told('charge.refunded', total, { data })).toMatchObject({
      refund: { state: 'completed', gatewayRefundId: 'ch_1:3050', amount: { minor: 1_050n } },
    });
    const request = { id: 'req_1', idempotency_key: 'rf-1' };
    expect(told('charge.refunded', charge, { request })).toBe('irrelevant');
  });
});
