import StripeSdk from 'stripe';
import { Money } from '../../common/index.js';
import { loadConfig } from '../../config/index.js';
import { readWireAmount, toWireAmount } from './stripe.amounts.js';
import { stripeSettings } from './stripe.config.js';
import { toForm } from './stripe.form.js';
import { findRefund, readRefusal, toDecline, toSessionRequest } from './stripe.mapper.js';

const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const KEYS = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
const load = (env: Record<string, string>) => loadConfig(env, [stripeSettings]);
const settings = load({}).section(stripeSettings);

describe('amounts', () => {
  it.each([
    ['20.00', 'USD', 2_000n],
    ['0.01', 'EUR', 1n],
    ['1500', 'XOF', 1_500n],
    ['1500', 'UGX', 150_000n],
    ['1500.00', 'MGA', 1_500n],
    ['1.230', 'TND', 1_230n],
  ])('%s %s is %s on the wire, and back', (text, code, wire) => {
    const amount = Money.parse(text, code);
    expect(toWireAmount(amount, 2)).toBe(wire);
    expect(readWireAmount(Number(wire), code.toLowerCase(), 2)?.equals(amount)).toBe(true);
  });

  it('follows the setting for UGX', () => {
    expect(toWireAmount(Money.parse('1500', 'UGX'), 0)).toBe(1_500n);
    expect(readWireAmount(150_050, 'ugx', 2)).toBeNull();
  });

  it.each([
    ['1.231', 'TND'],
    ['1500.50', 'MGA'],
  ])('refuses %s %s, never rounding', (text, code) => {
    expect(() => toWireAmount(Money.parse(text, code), 2)).toThrow('amount');
  });

  it.each([null, '2000', 20.5, -1, Number.NaN])('reads nothing from %j', (amount) => {
    expect(readWireAmount(amount, 'usd', 2)).toBeNull();
  });
});

describe('the form', () => {
  it("holds what the official library's own encoding of it holds", async () => {
    const fields = { a: 1, b: { c: 'Ünï & [x]=', d: false }, list: [{ e: 'f' }, { e: 'g' }] };
    const sent: string[] = [];
    const httpClient = StripeSdk.createFetchHttpClient(async (_url, init) => {
      sent.push(typeof init?.body === 'string' ? init.body : '');
      return new Response('{}', { headers: { 'content-type': 'application/json' } });
    });
    const stripe = new StripeSdk('sk_test_1', {
      httpClient,
      telemetry: false,
      maxNetworkRetries: 0,
    });
    await stripe.rawRequest('POST', '/v1/anything', fields);
    expect([...new URLSearchParams(toForm(fields))]).toEqual([...new URLSearchParams(sent[0])]);
  });

  it('leads payers to our own page where nobody named one', () => {
    if (!settings) throw new Error('Stripe is off');
    const request = {
      reference: 'STRIPE-1',
      amount: Money.parse('20', 'USD'),
      phone: null,
      network: null,
      description: '',
      customer: { name: null, email: null },
      returnUrl: null,
    };
    const url = 'http://127.0.0.1:3000/api/payments/verify/?tx_ref=STRIPE-1';
    expect(toSessionRequest(request, settings)).toMatchObject({
      success_url: url,
      cancel_url: url,
    });
  });
});

describe('refusals', () => {
  const error = (type: string, code: string) => ({ error: { type, code, message: 'Because' } });
  it.each([
    [400, error('invalid_request_error', 'amount_too_small'), 'refused'],
    [400, error('idempotency_error', ''), 'unknown'],
    [400, error('invalid_request_error', 'rate_limit'), 'unprocessed'],
    [401, null, 'misconfigured'],
    [402, error('card_error', 'card_declined'), 'refused'],
    [403, null, 'misconfigured'],
    [404, error('invalid_request_error', 'resource_missing'), 'refused'],
    [404, '<html>', 'unprocessed'],
    [408, null, 'unknown'],
    [409, error('idempotency_error', 'idempotency_key_in_use'), 'unknown'],
    [429, null, 'unprocessed'],
    [500, error('api_error', ''), 'unknown'],
    [503, null, 'unknown'],
  ])('HTTP %d %j is %s', (status, json, meaning) => {
    expect(readRefusal({ status, json })).toBe(meaning);
  });

  it('names the currency as the culprit', () => {
    const param = 'line_items[0][price_data][currency]';
    const said = { type: 'invalid_request_error', code: null, message: 'Invalid', param };
    expect(toDecline(said)).toMatchObject({ code: 'unsupported_currency', message: 'Invalid' });
  });
});

describe('findRefund', () => {
  const list = (has_more: boolean) => ({ object: 'list', has_more, data: [] });
  it('calls absent only what a whole list lacks', () => {
    expect(findRefund(list(false), 'rf-1')).toBe('none');
    expect(findRefund(list(true), 'rf-1')).toBeNull();
    expect(findRefund({}, 'rf-1')).toBeNull();
  });
});

describe('settings', () => {
  it('are off while nothing is set, and live with a live key', () => {
    expect(load(OUTSIDE).section(stripeSettings)).toBeNull();
    expect(load({ ...OUTSIDE, ...KEYS }).section(stripeSettings)).toMatchObject({
      live: false,
      baseUrl: 'https://api.stripe.com',
    });
    const live = { ...OUTSIDE, ...KEYS, STRIPE_SECRET_KEY: 'rk_live_1' };
    expect(() => load(live)).toThrow('STRIPE_SECRET_KEY looks live');
  });

  it.each([
    ['STRIPE_WEBHOOK_SECRET', { ...OUTSIDE, STRIPE_SECRET_KEY: 'sk_test_1' }],
    ['STRIPE_SECRET_KEY', { ...OUTSIDE, ...KEYS, STRIPE_SECRET_KEY: 'pk_test_1' }],
    ['STRIPE_WEBHOOK_SECRET', { ...OUTSIDE, ...KEYS, STRIPE_WEBHOOK_SECRET: 'sk_test_1' }],
    ['STRIPE_UGX_DECIMALS', { STRIPE_CURRENCIES: 'USD,UGX' }],
    ['STRIPE_CURRENCIES', { STRIPE_CURRENCIES: 'XXX' }],
    ['STRIPE_BASE_URL', { ...OUTSIDE, ...KEYS, STRIPE_BASE_URL: 'http://api.example.com' }],
    ['STRIPE_POLL_SCHEDULE_S', { STRIPE_POLL_SCHEDULE_S: '5,1' }],
  ])('names %s', (name, env) => {
    expect(() => load(env)).toThrow(`${name}: `);
  });
});
