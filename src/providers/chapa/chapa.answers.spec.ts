import type { GatewayAnswer } from '../http/gateway-http.types.js';
import {
  readCancelAnswer,
  readInitializeAnswer,
  readRefundAnswer,
  readRefundStatusAnswer,
  refundStateOf,
} from './chapa.answers.js';

function answer(status: number, json?: unknown): GatewayAnswer {
  return { status, headers: {}, text: json === undefined ? '' : JSON.stringify(json), json };
}
const refused = (message: unknown) => ({ message, status: 'failed', data: null });
const page = (checkout_url: unknown) => ({
  message: 'Hosted Link',
  status: 'success',
  data: { checkout_url },
});

describe('readInitializeAnswer', () => {
  const read = (status: number, json?: unknown) => readInitializeAnswer(answer(status, json), {});

  it('hands out the page to the letter', () => {
    const url = 'https://checkout.chapa.co/checkout/payment/AfjfjGjrGrj?x=%2F&y=a b';
    expect(read(200, page(url))).toEqual({
      outcome: 'accepted',
      gatewayTransactionId: null,
      checkoutUrl: url,
      gatewayData: {},
      request: {},
    });
  });

  it.each([null, 7, '', 'checkout', 'javascript:alert(1)', `https://x/${'x'.repeat(2_048)}`])(
    'knows no page %j, and cannot tell what became of it',
    (url) => {
      expect(read(200, page(url))).toBe('unknown');
    },
  );

  it.each([
    [400, refused('invalid currency'), 'invalid currency'],
    [400, refused({ email: ['validation.email'] }), 'email: validation.email'],
    [404, refused('Payments through API are disabled'), 'Payments through API are disabled'],
    [422, refused('no'), 'no'],
    [200, refused('The business cannot receive payments'), 'The business cannot receive payments'],
  ])('%s %j is a decline in its words', (status, json, message) => {
    expect(read(status, json)).toMatchObject({ outcome: 'declined', code: 'declined', message });
  });

  it.each([
    [401, refused("Invalid API Key or User doesn't exist"), 'misconfigured'],
    [401, undefined, 'misconfigured'],
    [403, refused('Forbidden'), 'unprocessed'],
    [404, undefined, 'unprocessed'],
    [429, refused('Too Many Attempts.'), 'unprocessed'],
    // Something under this reference has arrived: its page is lost, not its payment.
    [400, refused('Transaction reference has been used before'), 'unknown'],
    [400, undefined, 'unknown'],
    [200, undefined, 'unknown'],
    [200, 'Hosted Link', 'unknown'],
    [302, undefined, 'unknown'],
    [408, refused('timeout'), 'unknown'],
    [409, refused('conflict'), 'unknown'],
    [500, refused('Server Error'), 'unknown'],
    [503, undefined, 'unknown'],
  ])('%s %j is %s', (status, json, meaning) => {
    expect(read(status, json)).toBe(meaning);
  });
});

describe('readCancelAnswer', () => {
  it.each([
    [200, { message: 'Cancelled', status: 'success', data: {} }, true],
    [200, { message: 'Cancelled' }, true],
    [204, undefined, true],
    [200, refused('Only active'), false],
    [400, refused('Only an active transaction can be cancelled'), false],
    [404, refused('Invalid transaction or Transaction not found'), false],
    [401, refused('Invalid API Key'), 'misconfigured'],
    [429, undefined, 'unprocessed'],
    [404, undefined, 'unprocessed'],
    [200, undefined, 'unknown'],
    [500, undefined, 'unknown'],
  ])('%s %j is %j', (status, json, meaning) => {
    expect(readCancelAnswer(answer(status, json))).toBe(meaning);
  });
});

describe('readRefundAnswer', () => {
  const names = ['AP1', 'tx-1'];
  const read = (status: number, json?: unknown) => readRefundAnswer(answer(status, json), names);
  const accepted = (data: Record<string, unknown>) => ({
    message: 'Refund initiated, it takes 1-3 business days',
    status: 'success',
    data: { amount: '100.00', currency: 'ETB', status: 'Refund Initiated', ...data },
  });

  it.each([
    ['the documented shape', { id: 7, chapa_reference: 'RF1', ref: 'AP1' }, 'RF1'],
    ['the shape that was captured', { ref_id: 'RF1' }, 'RF1'],
    ['one that repeats the payment', { id: 7, chapa_reference: 'AP1', ref: 'tx-1' }, '7'],
    ['one without any name', { tx_ref: 'AP1' }, null],
  ])('reads %s', (_case, data, gatewayRefundId) => {
    const result = read(200, accepted(data));
    expect(result).toMatchObject({
      outcome: 'accepted',
      state: 'processing',
      gatewayRefundId,
      failure: null,
      wireStatus: 'Refund Initiated',
    });
  });

  it('takes the message for the status where there is none', () => {
    const queued = { message: 'Refund queued', status: 'success', data: { amount: '1' } };
    expect(read(200, queued)).toMatchObject({ outcome: 'accepted', state: 'processing' });
    const silent = { message: 'Thank you', status: 'success', data: {} };
    expect(read(200, silent)).toMatchObject({ outcome: 'accepted', state: 'unknown' });
  });

  it.each([
    [400, refused('The refund amount exceeds what is left'), 'declined'],
    [400, refused('Insufficient balance'), 'insufficient_funds'],
    [404, refused('Transaction not found'), 'declined'],
    [200, refused('Not allowed'), 'declined'],
  ])('%s %j is a decline', (status, json, code) => {
    expect(read(status, json)).toMatchObject({ outcome: 'declined', code });
  });

  it.each([
    [401, refused('Authorization required'), 'misconfigured'],
    [429, undefined, 'unprocessed'],
    [400, refused('The reference number has been used before'), 'unknown'],
    [500, refused('Server Error'), 'unknown'],
    [200, undefined, 'unknown'],
  ])('%s %j is %s', (status, json, meaning) => {
    expect(read(status, json)).toBe(meaning);
  });
});

describe('refundStateOf', () => {
  it.each([
    ['Refund Initiated', 'processing'],
    ['initiated', 'processing'],
    ['PROCESSING', 'processing'],
    ['refunded', 'completed'],
    ['success', 'completed'],
    ['reversed', 'failed'],
    ['failed', 'failed'],
    ['', 'unknown'],
    ['valueOf', 'unknown'],
  ])('%j is %s', (word, state) => {
    expect(refundStateOf(word)).toBe(state);
  });
});

describe('readRefundStatusAnswer', () => {
  const verified = (data: Record<string, unknown>) =>
    answer(200, { message: 'ok', status: 'success', data: { ref_id: 'RF1', ...data } });

  it('reads state and amount', () => {
    const read = readRefundStatusAnswer(
      verified({ status: 'refunded', amount: '100.00', currency: 'ETB' }),
      [],
      null,
    );
    expect(read).toMatchObject({ state: 'completed', gatewayRefundId: 'RF1', failure: null });
    expect(read.amount?.toString()).toBe('100.00');
  });

  it('tells a refund that came back', () => {
    expect(readRefundStatusAnswer(verified({ status: 'reversed' }), [], null)).toMatchObject({
      state: 'failed',
      failure: { code: 'refund_reversed' },
    });
  });

  it('believes what it asked for by our reference only when that comes back', () => {
    const said = { status: 'refunded' };
    expect(readRefundStatusAnswer(verified(said), [], 'rf-1').state).toBe('unknown');
    const named = verified({ ...said, merchant_reference: 'rf-1' });
    expect(readRefundStatusAnswer(named, [], 'rf-1').state).toBe('completed');
  });

  it.each([
    [404, refused('Refund not found'), 'Refund not found'],
    [404, undefined, 'HTTP 404'],
    [200, undefined, 'HTTP 200'],
  ])('%s %j is undecided', (status, json, wireStatus) => {
    const read = readRefundStatusAnswer(answer(status, json), [], null);
    expect(read).toMatchObject({ state: 'unknown', failure: null, wireStatus });
  });
});
