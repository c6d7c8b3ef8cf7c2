import { Money } from '../../common/index.js';
import {
  plainText,
  readCreateAnswer,
  readRefundAnswer,
  readResource,
  readStatusAnswer,
  toRefundRequest,
  toRequestToPay,
} from './mtn-momo.mapper.js';
import type { MtnReason } from './mtn-momo.types.js';

const REF = '5a1e0c5e-1111-4222-8333-444455556666';
const RESOURCE = {
  amount: '100',
  currency: 'UGX',
  financialTransactionId: '23503452',
  externalId: REF,
  payer: { partyIdType: 'MSISDN', partyId: '256772123456' },
  status: 'SUCCESSFUL',
};
const status = (change: object, http = 200) =>
  readStatusAnswer(http, { ...RESOURCE, ...change }, REF);

describe('toRequestToPay', () => {
  const settings = {
    currencies: ['GHS'],
    minAmount: 1,
    maxAmount: 1_000,
    decimals: true,
  };
  const order = (amount: string) => ({
    reference: REF,
    amount: Money.parse(amount, 'GHS'),
    phone: '233241234567',
    network: null,
    description: 'Room 7',
    customer: { name: null, email: null },
    returnUrl: null,
  });

  it('writes decimals only where they are allowed and there are any', () => {
    expect(toRequestToPay(order('15.50'), settings).amount).toBe('15.50');
    expect(toRequestToPay(order('15.00'), settings).amount).toBe('15');
    expect(() => toRequestToPay(order('15.50'), { ...settings, decimals: false })).toThrow(
      expect.objectContaining({ code: 'amount_not_whole' }) as Error,
    );
  });

  it.each(['0.99', '1000.01'])('refuses %s, which is out of range', (amount) => {
    expect(() => toRequestToPay(order(amount), settings)).toThrow(
      expect.objectContaining({ code: 'amount_out_of_range' }) as Error,
    );
  });
});

describe('plainText', () => {
  it.each([
    ["Amina's stay: 2 nights", 'Amina s stay 2 nights'],
    ['Réservation à Abidjan', 'Reservation a Abidjan'],
    ['***', 'Payment'],
    ['', 'Payment'],
    ['ዳር', 'Payment'],
    ['x'.repeat(200), 'x'.repeat(160)],
  ])('makes of %j what MTN takes', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });
});

describe('readStatusAnswer', () => {
  it.each([
    ['strings', {}],
    ['numbers', { amount: 100, financialTransactionId: 23_503_452 }],
    ['needless decimals', { amount: '100.0' }],
  ])('pays with %s', (_case, change) => {
    const { amount, ...rest } = status(change);
    expect(amount?.equals(Money.parse('100', 'UGX'))).toBe(true);
    expect(rest).toEqual({
      state: 'paid',
      gatewayTransactionId: '23503452',
      failure: null,
      wireStatus: 'SUCCESSFUL',
    });
  });

  it.each([
    { amount: null },
    { amount: '-100' },
    { amount: '100.5' },
    { amount: '1e2' },
    { currency: 'XXX' },
    { externalId: 'another' },
    { status: 'successful' },
    { status: 'COMPLETED' },
    { status: 'toString' },
    { status: 7 },
  ])('is undecided with %j', (change) => {
    expect(status(change)).toMatchObject({ state: 'unknown', failure: null });
  });

  const REASONS = {
    APPROVAL_REJECTED: 'cancelled',
    REJECTED: 'cancelled',
    PAYMENT_NOT_APPROVED: 'cancelled',
    TRANSACTION_CANCELED: 'cancelled',
    EXPIRED: 'expired',
    COULD_NOT_PERFORM_TRANSACTION: 'expired',
    NOT_ENOUGH_FUNDS: 'failed',
    PAYER_NOT_FOUND: 'failed',
    INTERNAL_PROCESSING_ERROR: 'failed',
  } satisfies Partial<Record<MtnReason, string>>;
  it.each([...Object.entries(REASONS), ['A_CODE_OF_TOMORROW', 'failed'], ['toString', 'failed']])(
    'FAILED for %s is %s, whether the reason is a string or an object',
    (code, state) => {
      for (const reason of [code, { code, message: 'x' }]) {
        const result = status({ status: 'FAILED', reason });
        expect(result).toMatchObject({ state, wireStatus: `FAILED/${code}` });
        expect(result.failure?.message).toMatch(/\w/);
      }
    },
  );

  it.each([undefined, null, {}, 7.5, []])('FAILED for %j is failed', (reason) => {
    expect(status({ status: 'FAILED', reason })).toMatchObject({
      state: 'failed',
      failure: { code: 'declined' },
    });
  });

  it.each([
    [404, { code: 'RESOURCE_NOT_FOUND', message: 'x' }, 'not_found'],
    [404, { statusCode: 404, message: 'Resource not found' }, 'unknown'],
    [404, undefined, 'unknown'],
    [400, undefined, 'unknown'],
    [200, undefined, 'unknown'],
    [200, [], 'unknown'],
    [200, { code: 'RESOURCE_NOT_FOUND' }, 'unknown'],
  ])('%d with %j is %s', (http, json, state) => {
    expect(readStatusAnswer(http, json, REF)).toMatchObject({ state, failure: null });
  });
});

describe('readCreateAnswer', () => {
  const verdict = (http: number, body: unknown) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    return readCreateAnswer({ status: http, text, json: body });
  };
  it.each([
    [202, undefined, 'accepted'],
    [409, { code: 'RESOURCE_ALREADY_EXIST' }, 'accepted'],
    [409, undefined, 'unknown'],
    [200, undefined, 'unknown'],
    [400, undefined, 'declined'],
    [400, { code: 'PAYER_NOT_FOUND' }, 'declined'],
    [400, { code: 'INVALID_CALLBACK_URL_HOST' }, 'misconfigured'],
    [500, { code: 'INVALID_CALLBACK_URL_HOST' }, 'misconfigured'],
    [500, { code: 'INVALID_CURRENCY' }, 'misconfigured'],
    [500, { code: 'NOT_ALLOWED' }, 'misconfigured'],
    [500, { code: 'NOT_ALLOWED_TARGET_ENVIRONMENT' }, 'misconfigured'],
    [500, { code: 'INTERNAL_PROCESSING_ERROR' }, 'unknown'],
    [500, undefined, 'unknown'],
    [503, { code: 'SERVICE_UNAVAILABLE' }, 'unknown'],
    [408, undefined, 'unknown'],
    [401, { statusCode: 401, message: 'x' }, 'misconfigured'],
    [403, { code: 'FORBIDDEN', message: 'FORBIDDEN IP' }, 'misconfigured'],
    [404, { statusCode: 404 }, 'unprocessed'],
    [429, { statusCode: 429 }, 'unprocessed'],
    [302, undefined, 'unknown'],
  ])('%d with %j is %s', (http, body, expected) => {
    expect(verdict(http, body)).toBe(expected);
  });

  it('says nothing of a mutilated acceptance', () => {
    expect(readCreateAnswer({ status: 202, text: '{"a', json: undefined })).toBe('unknown');
  });
});

describe('refunds', () => {
  it('are told by their own words', () => {
    const read = (change: object) => readRefundAnswer(200, { ...RESOURCE, ...change });
    expect(read({})).toMatchObject({ state: 'completed', gatewayRefundId: '23503452' });
    expect(read({ status: 'PENDING' })).toMatchObject({ state: 'processing', failure: null });
    expect(read({ status: 'FAILED', reason: 'NOT_ENOUGH_FUNDS' })).toMatchObject({
      state: 'failed',
      failure: { code: 'insufficient_funds' },
    });
    expect(read({ status: 'refunded' })).toMatchObject({ state: 'unknown', failure: null });
    expect(readRefundAnswer(404, { code: 'RESOURCE_NOT_FOUND' }).state).toBe('not_found');
    expect(readRefundAnswer(404, undefined).state).toBe('unknown');
  });

  it('name the payment by its X-Reference-Id', () => {
    const amount = Money.parse('100', 'UGX');
    const attempt = {
      reference: REF,
      gatewayTransactionId: null,
      gatewayData: {},
      amount,
      network: null,
    };
    const request = { attempt, reference: 'rf-1', amount, reason: "Guest's wish", phone: null };
    expect(toRefundRequest(request)).toEqual({
      amount: '100',
      currency: 'UGX',
      externalId: 'rf-1',
      payerMessage: 'Guest s wish',
      payeeNote: 'Guest s wish',
      referenceIdToRefund: REF,
    });
  });
});

it('readResource takes nothing that has no status', () => {
  expect(readResource({ amount: '1' })).toBeNull();
  expect(readResource('SUCCESSFUL')).toBeNull();
});
