import { DomainError, Money } from '../../common/index.js';
import type { InitiateRequest } from '../port/provider.port.js';
import {
  callbackState,
  failureOf,
  parseAmount,
  queryState,
  readCheckoutAnswer,
  readStatusAnswer,
  toCheckoutRequest,
  toSummary,
} from './azampay.mapper.js';

const SUMMARY = {
  accountNumber: '255653294241',
  amount: 50_000,
  currency: 'TZS',
  provider: 'Airtel',
};

function aRequest(overrides: Partial<InitiateRequest> = {}): InitiateRequest {
  return {
    reference: 'BOOKING-HTL-000008-7QD3F8YJ2K4M6N8P',
    amount: Money.parse('50000.00', 'TZS'),
    phone: '255653294241',
    network: 'AIRTEL',
    description: 'Booking HTL-000008',
    customer: { name: 'Amina', email: 'amina@malipo.test' },
    returnUrl: null,
    ...overrides,
  };
}

describe('toCheckoutRequest', () => {
  it('fills the closed body, and nothing else', () => {
    expect(toCheckoutRequest(aRequest(), 'number')).toEqual({
      accountNumber: '255653294241',
      amount: 50_000,
      currency: 'TZS',
      externalId: 'BOOKING-HTL-000008-7QD3F8YJ2K4M6N8P',
      provider: 'Airtel',
    });
  });

  it('can send the amount as a string of digits, still shown as a number', () => {
    const wire = toCheckoutRequest(aRequest(), 'string');
    expect(wire.amount).toBe('50000');
    expect(toSummary(wire)).toEqual(SUMMARY);
  });

  it.each([
    ['AIRTEL', 'Airtel'],
    ['TIGO', 'Tigo'],
    ['MPESA', 'Mpesa'],
    ['HALOPESA', 'Halopesa'],
    ['AZAMPESA', 'Azampesa'],
  ] as const)('spells %s as %s', (network, wire) => {
    expect(toCheckoutRequest(aRequest({ network }), 'number').provider).toBe(wire);
  });

  it('takes an AzamPesa wallet number for AzamPesa', () => {
    const request = aRequest({ network: 'AZAMPESA', phone: '1710446004' });
    expect(toCheckoutRequest(request, 'number').accountNumber).toBe('1710446004');
  });

  it.each([1, 5_000_000])('takes %d shillings', (shillings) => {
    const amount = Money.parse(shillings, 'TZS');
    expect(toCheckoutRequest(aRequest({ amount }), 'number').amount).toBe(shillings);
  });

  it.each([
    ['a fraction', { amount: Money.parse('50000.50', 'TZS') }, 'amount_not_whole', 'amount'],
    ['too much', { amount: Money.parse('5000001', 'TZS') }, 'amount_out_of_range', 'amount'],
    ['another currency', { amount: Money.parse('10', 'KES') }, 'unsupported_currency', 'currency'],
    ['no network', { network: null }, 'unsupported_network', 'mobile_money_provider'],
    [
      "another gateway's network",
      { network: 'WAVE' as const },
      'unsupported_network',
      'mobile_money_provider',
    ],
    ['no phone', { phone: null }, 'invalid_phone_number', 'phone_number'],
    ['a foreign phone', { phone: '254712345678' }, 'invalid_phone_number', 'phone_number'],
    ['a landline', { phone: '255222123456' }, 'invalid_phone_number', 'phone_number'],
    ['a wallet number for Airtel', { phone: '1710446004' }, 'invalid_phone_number', 'phone_number'],
  ])('refuses %s by name', (_case, overrides, code, field) => {
    const error = refusalOf(() => toCheckoutRequest(aRequest(overrides), 'number'));
    expect(error).toMatchObject({ kind: 'invalid', code });
    expect(Object.keys(error.extra.errors ?? {})).toEqual([field]);
    expect(error.message.startsWith(`${field}: `)).toBe(true);
  });

  it('names the networks that it allows', () => {
    const error = refusalOf(() => toCheckoutRequest(aRequest({ network: 'MTN' }), 'number'));
    expect(error.message).toContain('AIRTEL, TIGO, MPESA, HALOPESA, AZAMPESA');
  });
});

function refusalOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readCheckoutAnswer', () => {
  const ID = 'ab1edccae210452188676c24df0ffa40';

  it.each([
    [{ transactionId: ID, message: 'ok', success: true, messageCode: 0 }, ID],
    [{ transactionId: null, message: null, success: true }, null],
    [{ transactionId: { evil: 1 }, success: true }, null],
    [{ success: true }, null],
  ])('success: true is accepted: %j', (json, gatewayTransactionId) => {
    expect(readCheckoutAnswer(200, json, SUMMARY)).toEqual({
      outcome: 'accepted',
      gatewayTransactionId,
      checkoutUrl: null,
      gatewayData: {},
      request: SUMMARY,
    });
  });

  it.each([
    ['Transaction declined by the operator', 'declined'],
    ['Insufficient funds', 'insufficient_funds'],
    ['Balance not enough for this transaction', 'declined'],
    ['You do not have enough balance', 'declined'],
    ['Customer has low balance', 'insufficient_funds'],
    ['Invalid PIN entered', 'wrong_pin'],
    ['Request timed out', 'no_response'],
    ['', 'declined'],
    [null, 'declined'],
  ])('success: false is a decline, whatever the status: %s', (message, code) => {
    const result = readCheckoutAnswer(
      200,
      { success: false, message, transactionId: null },
      SUMMARY,
    );
    const kept = message || 'AzamPay refused the payment';
    expect(result).toEqual({ outcome: 'declined', code, message: kept, request: SUMMARY });
  });

  it.each([
    ['amount', 'invalid_amount'],
    ['externalId', 'invalid_reference'],
    ['accountNumber', 'invalid_phone_number'],
    ['provider', 'unsupported_network'],
    ['$.provider', 'unsupported_network'],
    ['currency', 'declined'],
  ])('400 is a decline that names the field %s', (field, code) => {
    const problem = {
      errors: { [field]: ['The value is not valid.'] },
      title: 'One or more validation errors occurred.',
      status: 400,
    };
    expect(readCheckoutAnswer(400, problem, SUMMARY)).toEqual({
      outcome: 'declined',
      code,
      message: `${field}: The value is not valid.`,
      request: SUMMARY,
    });
  });

  it.each([
    [undefined, 'AzamPay refused the request as invalid'],
    [{ title: 'Bad Request' }, 'Bad Request'],
    [{ errors: { amount: null }, title: 'Wrong' }, 'amount: Wrong'],
    [{ errors: { amount: [7] } }, 'amount: invalid'],
    [{ errors: ['x'] }, 'AzamPay refused the request as invalid'],
  ])('400 of another shape is a decline too: %j', (json, message) => {
    expect(readCheckoutAnswer(400, json, SUMMARY)).toMatchObject({ outcome: 'declined', message });
  });

  it.each([401, 403, 404, 405, 413, 415, 422, 423, 429])(
    '%d was surely not carried out',
    (status) => {
      expect(readCheckoutAnswer(status, undefined, SUMMARY)).toBe('unprocessed');
    },
  );

  it.each([
    [500, undefined],
    [502, '<html>'],
    [503, { success: false }],
    [504, undefined],
    [408, undefined],
    [409, { message: 'Duplicate' }],
    [302, undefined],
    [200, undefined],
    [200, null],
    [200, []],
    [200, 'ok'],
    [200, {}],
    [200, { success: 'true' }],
    [200, { success: 1 }],
  ])('%d with %j says nothing', (status, json) => {
    expect(readCheckoutAnswer(status, json, SUMMARY)).toBe('unknown');
  });
});

describe('status words', () => {
  it.each([
    ['success', 'paid'],
    ['SUCCESS', 'paid'],
    [' Success ', 'paid'],
    ['failure', 'failed'],
    ['failed', 'failed'],
    ['Cancelled', 'cancelled'],
    ['pending', 'unknown'],
    ['completed', 'unknown'],
    ['successful', 'unknown'],
    ['constructor', 'unknown'],
    ['__proto__', 'unknown'],
    ['', 'unknown'],
  ])('callback %j → %s', (word, state) => {
    expect(callbackState(word)).toBe(state);
  });

  it.each([
    ['success', 'paid'],
    ['complete', 'paid'],
    ['Completed', 'paid'],
    ['failed', 'failed'],
    ['fail', 'failed'],
    ['failure', 'failed'],
    ['pending', 'pending'],
    ['processing', 'pending'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
    ['reversed', 'reversed'],
    ['settled', 'unknown'],
    ['toString', 'unknown'],
    ['', 'unknown'],
  ])('query %j → %s', (word, state) => {
    expect(queryState(word)).toBe(state);
  });
});

describe('readStatusAnswer', () => {
  it('reads the short shape', () => {
    expect(readStatusAnswer(200, { data: 'success', success: true, statusCode: 200 })).toEqual({
      state: 'paid',
      gatewayTransactionId: null,
      amount: null,
      failure: null,
      wireStatus: 'success',
    });
  });

  it.each([
    ['at the top', (fields: object) => fields],
    ['under data', (fields: object) => ({ data: fields, success: true })],
  ])('reads the long shape %s, with its amount', (_where, wrap) => {
    const fields = { transactionstatus: 'success', amount: '25000', transid: 'T1' };
    const result = readStatusAnswer(200, wrap(fields));
    expect(result).toMatchObject({
      state: 'paid',
      gatewayTransactionId: 'T1',
      wireStatus: 'success',
    });
    expect(result.amount?.toString()).toBe('25000.00');
  });

  it('tells why it failed, in the words of AzamPay', () => {
    const answer = { data: 'failed', message: 'Insufficient funds', success: true };
    expect(readStatusAnswer(200, answer)).toMatchObject({
      state: 'failed',
      failure: { code: 'insufficient_funds', message: 'Insufficient funds' },
    });
  });

  it.each([
    ['says no elsewhere', 200, { data: 'success', success: false }],
    ['has another code inside', 200, { data: 'success', success: true, statusCode: 404 }],
    ['comes with an error status', 404, { data: 'success', success: true }],
    ['states an amount nobody can read', 200, { transactionstatus: 'success', amount: '5,000' }],
  ])('a success that %s does not pay', (_case, status, json) => {
    expect(readStatusAnswer(status, json).state).toBe('unknown');
  });

  it.each([
    [
      404,
      { data: null, message: 'Transaction not found', success: false, statusCode: 404 },
      'HTTP 404',
    ],
    [404, { data: 'failed' }, 'failed'],
    [200, undefined, 'HTTP 200'],
    [200, { data: 7 }, 'HTTP 200'],
    [200, { data: 'refund_pending' }, 'refund_pending'],
  ])('%d with %j is undecided, never failed', (status, json, wireStatus) => {
    expect(readStatusAnswer(status, json)).toMatchObject({
      state: 'unknown',
      wireStatus,
      failure: null,
    });
  });
});

describe('parseAmount', () => {
  it.each([
    ['50000', '50000.00'],
    ['50000.00', '50000.00'],
    ['50000.5', '50000.50'],
    ['0', null],
    ['-1', null],
    ['5e4', null],
    ['50,000', null],
    ['50000.001', null],
    ['9'.repeat(20), null],
    ['', null],
    [null, null],
  ])('%j → %s', (text, expected) => {
    expect(parseAmount(text)?.toString() ?? null).toBe(expected);
  });
});

describe('failureOf', () => {
  it.each([
    ['failed', { code: 'declined', message: 'The payment failed' }],
    ['cancelled', { code: 'cancelled', message: 'The payment was cancelled' }],
    ['expired', { code: 'expired', message: 'The payment request expired' }],
    ['paid', null],
    ['pending', null],
    ['reversed', null],
    ['unknown', null],
  ] as const)('%s without words of its own', (state, expected) => {
    expect(failureOf(state, null)).toEqual(expected);
  });
});
