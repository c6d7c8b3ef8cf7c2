import { Money } from '../../common/index.js';
import type { InitiateRequest } from '../port/provider.port.js';
import {
  readCreated,
  readError,
  readRefundDecline,
  readRefusal,
  readSearchAnswer,
  readSession,
  readStatusAnswer,
  toCheckoutRequest,
  toDecline,
  toSummary,
} from './wave.mapper.js';

const SETTINGS = {
  currency: 'XOF',
  minAmount: 1,
  maxAmount: 999_999_999_999,
  returnUrl: 'https://pay.example.com',
  restrictPayer: false,
  aggregatedMerchantId: null,
  standIn: false,
} as const;
const REQUEST: InitiateRequest = {
  reference: 'WAVE-HTL-1-A',
  amount: Money.parse('1500', 'XOF'),
  phone: '221771234567',
  network: null,
  description: 'Booking',
  customer: { name: null, email: null },
  returnUrl: 'https://shop.example.com/done',
};
const SESSION = {
  id: 'cos-1b01sghpg100j',
  amount: '1500',
  currency: 'XOF',
  checkout_status: 'open',
  payment_status: 'processing',
  client_reference: REQUEST.reference,
  last_payment_error: null,
  wave_launch_url: 'https://pay.wave.com/c/cos-1b01sghpg100j?a=1500&c=XOF&m=Annas%20Apiaries',
  when_expires: '2026-11-22T05:00:00Z',
};
const WIRE = toCheckoutRequest(REQUEST, SETTINGS);

describe('toCheckoutRequest', () => {
  it('is the documented body, whole amounts as text', () => {
    expect(WIRE).toEqual({
      amount: '1500',
      currency: 'XOF',
      success_url: 'https://shop.example.com/done',
      error_url: 'https://shop.example.com/done',
      client_reference: 'WAVE-HTL-1-A',
    });
  });

  it('adds what is switched on, and shows no number of it', () => {
    const wire = toCheckoutRequest(REQUEST, {
      ...SETTINGS,
      restrictPayer: true,
      aggregatedMerchantId: 'am-1',
    });
    expect(wire).toMatchObject({
      restrict_payer_mobile: '+221771234567',
      aggregated_merchant_id: 'am-1',
    });
    expect(toSummary(wire)).toEqual({ amount: 1_500, currency: 'XOF', payer_restricted: true });
  });

  it('writes a currency with decimals whole, or refuses', () => {
    const settings = { ...SETTINGS, currency: 'GMD' } as const;
    const of = (amount: string) =>
      toCheckoutRequest({ ...REQUEST, amount: Money.parse(amount, 'GMD') }, settings).amount;
    expect([of('12.00'), of('1500')]).toEqual(['12', '1500']);
    expect(() => of('12.50')).toThrow(/^amount: .*fraction/);
  });

  it.each([
    ['amount', { amount: Money.parse('99', 'XOF') }, { minAmount: 100 }],
    ['amount', { amount: Money.parse('101', 'XOF') }, { maxAmount: 100 }],
    ['currency', { amount: Money.parse('1500', 'UGX') }, {}],
    ['mobile_money_provider', { network: 'MTN' as const }, {}],
    ['return_url', { returnUrl: 'http://127.0.0.1/done' }, {}],
    ['return_url', { returnUrl: 'http://shop.example.com' }, {}],
    ['return_url', { returnUrl: 'malipo://done' }, { standIn: true }],
    ['return_url', { returnUrl: '/done' }, { standIn: true }],
  ])('refuses %s %j under %j', (field, change, settings) => {
    const work = () => toCheckoutRequest({ ...REQUEST, ...change }, { ...SETTINGS, ...settings });
    expect(work).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
    expect(work).toThrow(new RegExp(`^${field}: `));
  });
});

describe('readCreated', () => {
  it('hands out the page exactly as it came, and keeps what later queries need', () => {
    expect(readCreated(SESSION, WIRE)).toEqual({
      outcome: 'accepted',
      gatewayTransactionId: 'cos-1b01sghpg100j',
      checkoutUrl: SESSION.wave_launch_url,
      gatewayData: { session_id: 'cos-1b01sghpg100j', expires_at: '2026-11-22T05:00:00Z' },
      request: { amount: 1_500, currency: 'XOF' },
    });
  });

  it.each([
    ['no session', {}],
    ['a list', [SESSION]],
    ['nothing', undefined],
    ['no id', { ...SESSION, id: null }],
    ['no page', { ...SESSION, wave_launch_url: null }],
    ['a page that is none', { ...SESSION, wave_launch_url: 'javascript:alert(1)' }],
    ['another amount', { ...SESSION, amount: '15' }],
    ['another currency', { ...SESSION, currency: 'GMD' }],
    ['another reference', { ...SESSION, client_reference: 'WAVE-OTHER' }],
  ])('is not told by %s', (_case, json) => {
    expect(readCreated(json, WIRE)).toBeNull();
  });
});

describe('readStatusAnswer', () => {
  const state = (checkout: unknown, payment: unknown) =>
    readStatusAnswer(
      200,
      { ...SESSION, checkout_status: checkout, payment_status: payment },
      REQUEST.reference,
    ).state;

  it.each([
    ['open', 'processing', 'pending'],
    ['open', 'failed', 'pending'],
    ['open', 'cancelled', 'cancelled'],
    ['open', 'succeeded', 'unknown'],
    ['complete', 'succeeded', 'paid'],
    ['complete', 'cancelled', 'cancelled'],
    ['complete', 'processing', 'unknown'],
    ['complete', 'failed', 'unknown'],
    ['expired', 'processing', 'expired'],
    ['expired', 'cancelled', 'expired'],
    ['expired', 'failed', 'expired'],
    ['expired', 'succeeded', 'unknown'],
    ['closed', 'succeeded', 'unknown'],
    ['toString', 'length', 'unknown'],
    ['complete', 'constructor', 'unknown'],
    [null, null, 'unknown'],
  ])('%s/%s is %s', (checkout, payment, expected) => {
    expect(state(checkout, payment)).toBe(expected);
  });

  it.each([
    ['somebody else’s session', { client_reference: 'WAVE-OTHER' }],
    ['a session of nobody', { client_reference: null }],
    ['no amount', { amount: null }],
    ['an amount as a number', { amount: 1_500 }],
    ['an amount with decimals', { amount: '1500.00' }],
  ])('does not pay with %s', (_case, change) => {
    const paid = { ...SESSION, checkout_status: 'complete', payment_status: 'succeeded' };
    expect(readStatusAnswer(200, paid, REQUEST.reference).state).toBe('paid');
    expect(readStatusAnswer(200, { ...paid, ...change }, REQUEST.reference).state).toBe('unknown');
  });

  it.each([
    [404, { code: 'checkout-session-not-found' }, 'not_found'],
    [404, undefined, 'unknown'],
    [404, { code: 'no-such-route' }, 'unknown'],
    [400, { code: 'request-validation-error' }, 'unknown'],
    [200, undefined, 'unknown'],
    [302, undefined, 'unknown'],
  ])('HTTP %d %j is %s', (status, json, expected) => {
    expect(readStatusAnswer(status, json, 'WAVE-1')).toMatchObject({
      state: expected,
      failure: null,
    });
  });

  it('tells how the payer’s last try ended', () => {
    const json = {
      ...SESSION,
      checkout_status: 'expired',
      last_payment_error: { code: 'payer-mobile-mismatch', message: 'x' },
    };
    expect(readStatusAnswer(200, json, REQUEST.reference).failure).toEqual({
      code: 'expired',
      message: 'The payment page expired; last try: Somebody else than the payer tried to pay',
    });
  });
});

describe('readSearchAnswer', () => {
  const paid = {
    ...SESSION,
    id: 'cos-2',
    checkout_status: 'complete',
    payment_status: 'succeeded',
  };
  const over = { ...SESSION, id: 'cos-3', checkout_status: 'expired' };
  const find = (json: unknown, status = 200) => readSearchAnswer(status, json, REQUEST.reference);

  it.each(['result', 'items', 'data'])('reads the envelope %s', (key) => {
    expect(find({ [key]: [SESSION] })).toMatchObject({ id: SESSION.id });
    expect(find({ [key]: [] })).toBe('none');
  });

  it('takes the one that says most, and none of somebody else', () => {
    expect(find({ result: [over, SESSION, paid] })).toMatchObject({ id: 'cos-2' });
    expect(find({ result: [over, SESSION] })).toMatchObject({ id: SESSION.id });
    expect(find({ result: [{ ...paid, client_reference: 'WAVE-HTL-1-AB' }] })).toBe('none');
  });

  it.each([
    ['no list', {}],
    ['a list of what is no session', { result: [{}] }],
    ['text', undefined],
    ['a bare list', [SESSION]],
  ])('is told nothing by %s', (_case, json) => {
    expect(find(json)).toBeNull();
  });

  it('is told nothing by a failure', () => {
    expect(find({ result: [] }, 404)).toBeNull();
  });
});

describe('readError', () => {
  it.each([
    [{ code: 'a', message: 'b', details: [] }, 'a', 'b'],
    [{ error: 'a', message: 'b' }, 'a', 'b'],
    [{ error_code: 'a', error_message: 'b' }, 'a', 'b'],
    [{ error: { code: 'a', message: 'b', httpcode: 400 } }, 'a', 'b'],
    [{}, null, null],
    [undefined, null, null],
    ['text', null, null],
  ])('reads %j', (json, code, message) => {
    expect(readError(json)).toMatchObject({ code, message });
  });

  it('names the field', () => {
    const details = [{ loc: ['body', 'amount'], msg: 'too much', type: 'value_error' }];
    const error = readError({ code: 'request-validation-error', message: 'Invalid', details });
    expect(error).toMatchObject({ field: 'amount', message: 'amount: too much' });
    expect(toDecline(error, {})).toMatchObject({ code: 'invalid_amount' });
  });

  it.each(['metadata', 'toString', null])('declines %j without a word of its own', (field) => {
    const error = { code: 'request-validation-error', message: null, field };
    expect(toDecline(error, {})).toMatchObject({
      code: 'declined',
      message: 'request-validation-error',
    });
  });
});

describe('readRefusal', () => {
  it.each([
    [400, 'refused'],
    [422, 'refused'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'unprocessed'],
    [405, 'unprocessed'],
    [429, 'unprocessed'],
    [408, 'unknown'],
    [409, 'unknown'],
    [500, 'unknown'],
    [503, 'unknown'],
    [504, 'unknown'],
    [302, 'unknown'],
    [201, 'unknown'],
  ])('HTTP %d is %s', (status, meaning) => {
    expect(readRefusal(status)).toBe(meaning);
  });
});

describe('readRefundDecline', () => {
  it.each([
    [400, 'checkout-refund-failed', 'declined'],
    [409, 'checkout-refund-failed', 'declined'],
    [422, 'insufficient-funds', 'insufficient_funds'],
    [404, 'checkout-session-not-found', 'not_found'],
    [400, 'request-validation-error', 'declined'],
  ])('HTTP %d %s is %s', (status, code, expected) => {
    expect(readRefundDecline(status, { code, message: 'why' })).toEqual({
      outcome: 'declined',
      code: expected,
      message: 'why',
    });
  });

  it.each([
    [500, 'checkout-refund-failed'],
    [409, 'something-else'],
    [404, undefined],
    [401, 'invalid-auth'],
    [429, 'too-many-requests'],
  ])('HTTP %d %s is no plain refusal', (status, code) => {
    expect(readRefundDecline(status, { code })).toBeNull();
  });
});

describe('readSession', () => {
  it('bounds what it keeps', () => {
    expect(readSession({ id: 'x'.repeat(200) })).toBeNull();
    expect(readSession({ id: 7 })).toBeNull();
    expect(readSession({ id: 'cos-1', client_reference: 'a\u0000b' })).toMatchObject({
      clientReference: null,
      amount: null,
      checkoutStatus: '',
    });
    expect(readSession({ id: 'cos-1', client_reference: 'x'.repeat(255) })).toMatchObject({
      clientReference: 'x'.repeat(255),
    });
  });
});
