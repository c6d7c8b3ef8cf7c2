import { Money } from '../../common/index.js';
import type { InitiateRequest } from '../port/provider.port.js';
import {
  readCreated,
  readError,
  readRefusal,
  readStatusAnswer,
  stateOf,
  toPaymentRequest,
  toStatusRequest,
} from './orange-money.mapper.js';
import { ORANGE_MONEY_STATUSES } from './orange-money.types.js';

const SETTINGS = {
  merchantKey: 'merchant-1',
  country: 'mg',
  currency: 'MGA',
  amountUnit: 'major' as const,
  lang: 'en' as const,
  shownName: null,
  minAmount: 100,
  maxAmount: 5_000_000,
  returnUrl: 'https://shop.example.com/',
  notifyUrl: 'https://pay.example.com/hook/',
};
const REQUEST: InitiateRequest = {
  reference: 'OM1',
  amount: Money.parse('1500', 'MGA'),
  phone: null,
  network: null,
  description: 'Booking',
  customer: { name: null, email: null },
  returnUrl: null,
};
const wireOf = (change: Partial<InitiateRequest>, settings: Partial<typeof SETTINGS> = {}) =>
  toPaymentRequest({ ...REQUEST, ...change }, { ...SETTINGS, ...settings });

describe('toPaymentRequest', () => {
  it('falls back to the addresses in the settings', () => {
    expect(wireOf({})).toEqual({
      merchant_key: 'merchant-1',
      currency: 'MGA',
      order_id: 'OM1',
      amount: 1_500,
      return_url: 'https://shop.example.com/',
      cancel_url: 'https://shop.example.com/',
      notif_url: 'https://pay.example.com/hook/',
      lang: 'en',
    });
  });

  it('says OUV on the test segment, whatever is collected', () => {
    expect(wireOf({}, { country: 'dev' })).toMatchObject({ currency: 'OUV', amount: 1_500 });
  });

  it('names the merchant where one is set, and counts hundredths where the contract does', () => {
    const settings = { ...SETTINGS, shownName: 'Hotel', amountUnit: 'hundredths' as const };
    expect(toPaymentRequest(REQUEST, settings)).toMatchObject({
      reference: 'Hotel',
      amount: 150_000,
    });
  });

  it.each<[string, Partial<InitiateRequest>, string]>([
    ['a fraction', { amount: Money.parse('1500.50', 'MGA') }, 'amount_not_whole'],
    ['too little', { amount: Money.parse('99', 'MGA') }, 'amount_out_of_range'],
    ['too much', { amount: Money.parse('5000001', 'MGA') }, 'amount_out_of_range'],
    ['another currency', { amount: Money.parse('1500', 'XOF') }, 'unsupported_currency'],
    ['another network', { network: 'MTN' }, 'unsupported_network'],
    ['a mail address', { returnUrl: 'mailto:a@b.example' }, 'invalid_return_url'],
    ['121 characters', { returnUrl: `https://a.example/${'x'.repeat(103)}` }, 'invalid_return_url'],
  ])('refuses %s', (_case, change, code) => {
    expect(() => wireOf(change)).toThrow(expect.objectContaining({ kind: 'invalid', code }));
  });

  it('takes an address of exactly 120 characters', () => {
    const returnUrl = `https://a.example/${'x'.repeat(102)}`;
    expect(returnUrl).toHaveLength(120);
    expect(wireOf({ returnUrl }).cancel_url).toBe(returnUrl);
  });

  it('counts a notification address that is too long as our mistake', () => {
    const callbackUrl = `https://a.example/${'x'.repeat(103)}`;
    expect(() => wireOf({ callbackUrl })).toThrow(
      expect.objectContaining({ name: 'ProviderMisconfiguredError' }),
    );
  });
});

describe('readCreated', () => {
  const wire = wireOf({});
  const answer = {
    status: 201,
    message: 'OK',
    pay_token: 'p'.repeat(64),
    payment_url: 'https://webpayment.orange-money.com/payment/pay_token/x?a=1&b=%20',
    notif_token: 'n'.repeat(32),
  };

  it('keeps all that a query needs, and hands the page out as it came', () => {
    expect(readCreated(answer, wire)).toMatchObject({
      gatewayTransactionId: null,
      checkoutUrl: answer.payment_url,
      gatewayData: { pay_token: answer.pay_token, notif_token: answer.notif_token, amount: '1500' },
    });
  });

  it.each(['pay_token', 'payment_url', 'notif_token'])('is nothing without %s', (name) => {
    expect(readCreated({ ...answer, [name]: undefined }, wire)).toBeNull();
    expect(readCreated({ ...answer, [name]: '' }, wire)).toBeNull();
  });

  it.each([undefined, null, [], 'x', { ...answer, payment_url: 'javascript:alert(1)' }])(
    'is nothing in %j',
    (json) => expect(readCreated(json, wire)).toBeNull(),
  );
});

describe('a query', () => {
  it('sends the amount of the order, whatever the settings say by now', () => {
    const gatewayData = { pay_token: 't', amount: '150000' };
    expect(toStatusRequest({ reference: 'OM1', gatewayData })).toEqual({
      order_id: 'OM1',
      amount: 150_000,
      pay_token: 't',
    });
  });

  it.each<Record<string, string>>([
    {},
    { amount: '1' },
    { pay_token: 't' },
    { pay_token: 't', amount: 'x' },
  ])('cannot be made from %j', (gatewayData) => {
    expect(() => toStatusRequest({ reference: 'OM1', gatewayData })).toThrow(
      expect.objectContaining({ name: 'ProviderUnsupportedError' }),
    );
  });

  it.each([
    ['INITIATED', 'pending', null],
    ['PENDING', 'pending', null],
    ['EXPIRED', 'expired', 'expired'],
    ['SUCCESS', 'paid', null],
    ['FAILED', 'failed', 'declined'],
  ])('%s is %s', (word, state, code) => {
    for (const status of [200, 201, 202]) {
      const result = readStatusAnswer(
        status,
        { status: word, order_id: 'OM1', txnid: 'M1' },
        'OM1',
      );
      expect(result).toMatchObject({ state, gatewayTransactionId: 'M1', amount: null });
      expect(result.failure?.code ?? null).toBe(code);
    }
  });

  it('knows every documented word and no other', () => {
    for (const word of ORANGE_MONEY_STATUSES) expect(stateOf(word).state).not.toBe('unknown');
    for (const word of ['success', 'SUCCESSFULL', 'toString', '__proto__', ' SUCCESS', '']) {
      expect(stateOf(word)).toEqual({ state: 'unknown', failure: null });
    }
  });

  it.each<[number, unknown, string]>([
    [201, { status: 'SUCCESS', order_id: 'OM2' }, 'SUCCESS of another order'],
    [201, { status: 7 }, 'HTTP 201'],
    [200, undefined, 'HTTP 200'],
    [302, { status: 'SUCCESS' }, 'HTTP 302'],
    [400, { code: 23, status: 'SUCCESS' }, 'HTTP 400 23'],
    [403, { code: '1201' }, 'HTTP 403 1201'],
    [404, null, 'HTTP 404'],
  ])('answered %d %j is undecided', (status, json, wireStatus) => {
    expect(readStatusAnswer(status, json, 'OM1')).toMatchObject({ state: 'unknown', wireStatus });
  });
});

describe('a refusal', () => {
  it.each([
    [400, 23, 'refused'],
    [401, 42, 'misconfigured'],
    [403, 50, 'misconfigured'],
    [403, 53, 'unprocessed'],
    [403, 1201, 'refused'],
    [403, '1201', 'refused'],
    [403, 1202, 'misconfigured'],
    [403, '1203', 'misconfigured'],
    [403, 1204, 'unknown'],
    [403, null, 'misconfigured'],
    [404, null, 'unprocessed'],
    [406, null, 'unprocessed'],
    [408, 1202, 'unknown'],
    [409, null, 'unknown'],
    [429, null, 'unprocessed'],
    [503, 5, 'unknown'],
    [500, 1201, 'unknown'],
    [302, null, 'unknown'],
  ])('HTTP %d with code %s is %s', (status, code, meaning) => {
    expect(readRefusal(status, readError({ code }))).toBe(meaning);
  });

  it('tells the description before the message', () => {
    expect(readError({ code: 23, message: 'Missing', description: 'OrderId' })).toEqual({
      code: '23',
      message: 'OrderId',
    });
    expect(readError('x')).toEqual({ code: null, message: null });
  });
});
