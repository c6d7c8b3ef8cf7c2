import { DomainError, Money } from '../../common/index.js';
import type { InitiateRequest } from '../port/provider.port.js';
import {
  messageOf,
  plainText,
  readAmount,
  readVerifyAnswer,
  stateOf,
  toInitializeRequest,
} from './chapa.mapper.js';

const REQUEST: InitiateRequest = {
  reference: 'tx-7qd3f8yj2k4m6n8p',
  amount: Money.parse('2304.00', 'ETB'),
  phone: '251911234567',
  network: null,
  description: 'Family Home',
  customer: { name: 'John Doe', email: 'customer@example.com' },
  returnUrl: null,
};
const send = (change: Partial<InitiateRequest> = {}) =>
  toInitializeRequest({ ...REQUEST, ...change }, { maxAmount: 500_000 });

describe('toInitializeRequest', () => {
  it('sends what is needed and leaves out what is not there', () => {
    expect(send({ phone: null, description: '', customer: { name: null, email: null } })).toEqual({
      amount: '2304.00',
      currency: 'ETB',
      tx_ref: 'tx-7qd3f8yj2k4m6n8p',
      customization: { title: 'Payment' },
    });
  });

  it.each([
    ['251911234567', '0911234567'],
    ['251711234567', '0711234567'],
    ['251111234567', undefined],
    ['255653294241', undefined],
    ['25191123456', undefined],
    ['0911234567', undefined],
  ])('phone %s goes as %s', (phone, sent) => {
    expect(send({ phone }).phone_number).toBe(sent);
  });

  it.each([
    ['customer@example.com', true],
    ['a.b+c@sub.malipo.co', true],
    ['customer@malipo.test', false],
    ['a@printer.local', false],
    ['a@localhost', false],
    ['a b@example.com', false],
    ['@example.com', false],
  ])('e-mail %s goes: %s', (email, goes) => {
    expect('email' in send({ customer: { name: null, email } })).toBe(goes);
  });

  it.each([
    ['John Doe', { first_name: 'John', last_name: 'Doe' }],
    ['Abebe', { first_name: 'Abebe' }],
    ['  Maria  da Silva ', { first_name: 'Maria', last_name: 'da Silva' }],
    ['', {}],
  ])('splits the name %j', (name, names) => {
    const { first_name, last_name } = send({ customer: { name, email: null } });
    const sent = { ...(first_name && { first_name }), ...(last_name && { last_name }) };
    expect(sent).toEqual(names);
  });

  it.each([
    ['more than the account takes', '500000.01', 'ETB', 'amount'],
    ['another currency', '100', 'TZS', 'currency'],
  ])('refuses %s', (_case, amount, currency, field) => {
    const refusal = (): unknown => send({ amount: Money.parse(amount, currency) });
    expect(refusal).toThrow(DomainError);
    expect(refusal).toThrow(
      expect.objectContaining({
        extra: { errors: { [field]: [expect.any(String)] } },
      }) as DomainError,
    );
  });
});

describe('plainText', () => {
  it.each([
    ['Booking HTL-000008 (6 nights)', 'Booking HTL-000008 6 nights'],
    ['Chambre côté mer, été', 'Chambre cote mer ete'],
    ['a_b.c-d', 'a_b.c-d'],
    ['አዲስ አበባ', ''],
    [`${'x'.repeat(49)} y`, 'x'.repeat(49)],
  ])('%j becomes %j', (text, plain) => {
    expect(plainText(text, 50)).toBe(plain);
  });
});

describe('readAmount', () => {
  it.each([
    ['2304.00', '2304.00'],
    [2304, '2304.00'],
    [2304.5, '2304.50'],
    ['1.0', '1.00'],
    ['400.000', '400.00'],
    ['0.10', '0.10'],
    ['100', '100.00'],
  ])('reads %j', (value, text) => {
    expect(readAmount(value, 'ETB')?.toString()).toBe(text);
  });

  it.each([
    ['1.005', 'ETB'],
    ['0', 'ETB'],
    ['0.00', 'ETB'],
    ['-1', 'ETB'],
    ['1e3', 'ETB'],
    ['1,000', 'ETB'],
    [Number.NaN, 'ETB'],
    [null, 'ETB'],
    [{}, 'ETB'],
    ['1', null],
    ['1', 'XXX'],
  ])('does not read %j %s', (value, currency) => {
    expect(readAmount(value, currency)).toBeNull();
  });
});

describe('messageOf', () => {
  it.each([
    [{ message: 'Invalid API Key' }, 'Invalid API Key'],
    [{ message: { amount: ['validation.required'] } }, 'amount: validation.required'],
    [{ message: { email: 'validation.email' } }, 'email: validation.email'],
    [{ message: { email: [] } }, 'email: invalid'],
    [{ message: {} }, null],
    [{ message: 7 }, null],
    [null, null],
    ['text', null],
  ])('%j says %j', (json, said) => {
    expect(messageOf(json)).toBe(said);
  });
});

describe('stateOf', () => {
  it.each([
    ['success', 'paid'],
    [' SUCCESS ', 'paid'],
    ['pending', 'pending'],
    ['failed', 'failed'],
    ['failed/cancelled', 'failed'],
    ['refunded', 'reversed'],
    ['reversed', 'reversed'],
    ['', 'unknown'],
    ['paid', 'unknown'],
    ['constructor', 'unknown'],
  ])('%j is %s', (word, state) => {
    expect(stateOf(word)).toBe(state);
  });
});

describe('readVerifyAnswer', () => {
  const expected = { reference: 'tx-1', mode: 'test' as const };
  const data = (change: Record<string, unknown> = {}) => ({
    message: 'Payment details',
    status: 'success',
    data: {
      tx_ref: 'tx-1',
      reference: 'AP1',
      amount: 2304,
      currency: 'ETB',
      mode: 'test',
      status: 'success',
      ...change,
    },
  });
  const state = (status: number, json: unknown) => readVerifyAnswer(status, json, expected).state;

  it('reads what is paid', () => {
    const { amount, ...rest } = readVerifyAnswer(200, data(), expected);
    expect(amount?.toString()).toBe('2304.00');
    expect(rest).toEqual({
      state: 'paid',
      gatewayTransactionId: 'AP1',
      failure: null,
      wireStatus: 'success',
    });
  });

  it('decides on data.status alone, whatever the envelope says', () => {
    expect(state(200, { ...data(), status: 'failed' })).toBe('paid');
    expect(state(200, { ...data({ status: 'failed' }), status: 'success' })).toBe('failed');
    expect(state(200, { message: 'ok', status: 'success', data: null })).toBe('unknown');
  });

  it('reads a failure as printed, with its words', () => {
    const json = {
      status: 'failed',
      message: 'Transaction failed',
      data: { status: 'failed', tx_ref: 'tx-1' },
    };
    expect(readVerifyAnswer(200, json, expected)).toMatchObject({
      state: 'failed',
      failure: { code: 'declined', message: 'Transaction failed' },
    });
  });

  it.each([
    [{ message: 'Payment not paid yet', status: null, data: null }, 'pending'],
    [{ message: 'Invalid transaction or Transaction not found', status: 'failed' }, 'not_found'],
    [{ message: 'Payments through API are disabled', status: 'failed' }, 'unknown'],
    [undefined, 'unknown'],
  ])('404 %j is %s', (json, expectedState) => {
    expect(state(404, json)).toBe(expectedState);
  });

  it.each([
    ['another payment', { tx_ref: 'tx-2' }],
    ['no payment', { tx_ref: undefined }],
    ['live money', { mode: 'live' }],
    ['no amount', { amount: undefined }],
    ['an amount with too many decimals', { amount: '2304.001' }],
    ['a currency nobody knows', { currency: 'XXX' }],
  ])('a success of %s is undecided', (_case, change) => {
    expect(state(200, data(change))).toBe('unknown');
  });

  it.each([302, 400, 408, 409])('HTTP %s is undecided whatever it says', (status) => {
    expect(state(status, data())).toBe('unknown');
  });
});
