import StripeSdk from 'stripe';
import { Money } from '../../src/common/index.js';
import { stripeSettings } from '../../src/providers/stripe/stripe.config.js';
import { StripeProvider } from '../../src/providers/stripe/stripe.provider.js';
import type { Genuine, ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

const SECRET = 'whsec_contract';
const RETURN_URL = 'https://shop.example.com/done?order=7&lang=fr';
const AUTHORIZATION = 'Bearer sk_test_malipo_sandbox';

const SESSION = {
  id: 'cs_test_a1',
  object: 'checkout.session',
  status: 'complete',
  payment_status: 'paid',
  amount_total: 2_000,
  currency: 'usd',
  client_reference_id: 'STRIPE-1',
  livemode: false,
};

/** An event as Stripe signs it. */
function genuine(type: string, object: Fields, change: Fields = {}): Genuine {
  const event = {
    id: 'evt_1',
    object: 'event',
    type,
    livemode: false,
    data: { object },
    ...change,
  };
  const payload = JSON.stringify(event);
  const signature = StripeSdk.webhooks.generateTestHeaderString({ payload, secret: SECRET });
  return {
    rawBody: Buffer.from(payload),
    headers: { 'stripe-signature': signature },
    env: { STRIPE_WEBHOOK_SECRET: SECRET },
  };
}

const readBody = (text: string): Fields => Object.fromEntries(new URLSearchParams(text));

const harness: ProviderHarness = {
  settings: stripeSettings,
  create: (config, http) => new StripeProvider(config, http),
  flow: 'redirect',
  order: {
    amount: Money.parse('20.00', 'USD'),
    phone: null,
    network: null,
    description: 'Booking HTL-000008 & more',
    customer: { name: 'John Doe', email: 'customer@example.com' },
    returnUrl: RETURN_URL,
  },
  summary: { amount: '20.00', currency: 'USD' },
  refused: [
    ['another currency', { amount: Money.parse('1500', 'TZS') }, 'currency'],
    ['a network', { network: 'ORANGE' }, 'mobile_money_provider'],
    ['a return address that is none', { returnUrl: 'javascript:alert(1)' }, 'return_url'],
  ],
  // A card without money is no reason to refuse a session: the page stays open.
  declines: [['decline', 'invalid_amount']],
  wrongKey: { STRIPE_SECRET_KEY: 'sk_test_other', STRIPE_WEBHOOK_SECRET: SECRET },
  wire: {
    isInitiate: ({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: AUTHORIZATION,
      'stripe-version': '2026-10-28.endive',
      'idempotency-key': expect.stringMatching(/^STRIPE-HTL-000008-/) as string,
    },
    readBody,
    body: (reference) => ({
      mode: 'payment',
      client_reference_id: reference,
      customer_email: 'customer@example.com',
      'metadata[reference]': reference,
      'payment_intent_data[metadata][reference]': reference,
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'usd',
      'line_items[0][price_data][unit_amount]': '2000',
      'line_items[0][price_data][product_data][name]': 'Booking HTL-000008 & more',
      'payment_method_types[0]': 'card',
      'adaptive_pricing[enabled]': 'false',
      success_url: RETURN_URL,
      cancel_url: RETURN_URL,
    }),
    amounts: [
      [Money.parse('0.50', 'USD'), '50'],
      [Money.parse('99.90', 'EUR'), '9990'],
      [Money.parse('999999.99', 'GBP'), '99999999'],
    ],
    amountOf: (body) => (body as Fields)['line_items[0][price_data][unit_amount]'],
  },
  secrets: () => ['sk_test_malipo_sandbox', 'whsec_malipo_sandbox', 'customer@example.com'],
  status: {
    saying: (answer, word) => {
      const json = { ...(answer.json as Fields), payment_status: word };
      return { ...answer, json, text: JSON.stringify(json) };
    },
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'pending'],
      ['cancel', 'pending'],
    ],
    failures: [],
    stranger: {
      of: (attempt) => ({ ...attempt, gatewayData: { session_id: 'cs_test_nobody' } }),
      state: 'not_found',
    },
  },
  recovery: { query: 'none' },
  cancel: { state: 'expired' },
  refund: {
    isRefund: ({ method, path }) => method === 'POST' && path === '/v1/refunds',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: AUTHORIZATION,
      'idempotency-key': expect.stringMatching(/^rf-/) as string,
    },
    readBody,
    body: ({ reference, attempt }) => ({
      payment_intent: expect.stringMatching(/^pi_/) as string,
      amount: '2000',
      reason: 'requested_by_customer',
      'metadata[reference]': attempt.reference,
      'metadata[refund_reference]': reference,
    }),
    accepted: 'completed',
    again: 'declined',
    recovery: { arrived: 'completed', lost: 'not_found' },
    settle: async (bench, { gatewayRefundId, ending }) => {
      if (ending === 'failed') await bench.control(`/api/stripe/refunds/${gatewayRefundId}/fail`);
    },
    endings: ['completed', 'failed'],
    // What failed was told as succeeded first; both carry the same names.
    events: { verdict: 'verified', endings: ['completed'] },
    saying: (answer, word) => {
      const json = { ...(answer.json as Fields), status: word };
      return { ...answer, json, text: JSON.stringify(json) };
    },
  },
  webhook: {
    outcomes: [['pay', 'paid']],
    poor: null,
    outOfOrder: ['paid', 'pending'],
    unproven: [['unsigned', 'unsigned']],
    irrelevant: {
      'a payment intent': () => genuine('payment_intent.payment_failed', { id: 'pi_1' }),
      'a session that is none of ours': () =>
        genuine('checkout.session.completed', { ...SESSION, client_reference_id: null }),
      'a refund that was asked for elsewhere': () =>
        genuine('refund.created', { id: 're_1', object: 'refund', status: 'succeeded' }),
      'an event that nobody documented': () => genuine('checkout.session.dreamt', SESSION),
    },
    coversBody: true,
    forgeries: {
      'a body written anew': (rawBody) =>
        Buffer.from(JSON.stringify(JSON.parse(rawBody.toString('utf8')))),
      'a line break at the end': (rawBody) => Buffer.concat([rawBody, Buffer.from('\n')]),
      'another amount': (rawBody) => Buffer.from(rawBody.toString('utf8').replace('2000', '1')),
    },
    altered: {
      'a signature of yesterday': {
        change: ({ rawBody }) => ({
          rawBody,
          headers: {
            'stripe-signature': StripeSdk.webhooks.generateTestHeaderString({
              payload: rawBody.toString('utf8'),
              secret: 'whsec_malipo_sandbox',
              timestamp: Math.floor(Date.now() / 1000) - 86_400,
            }),
          },
        }),
        verdict: 'forged',
      },
      'a signature of tomorrow': {
        change: ({ rawBody }) => ({
          rawBody,
          headers: {
            'stripe-signature': StripeSdk.webhooks.generateTestHeaderString({
              payload: rawBody.toString('utf8'),
              secret: 'whsec_malipo_sandbox',
              timestamp: Math.floor(Date.now() / 1000) + 86_400,
            }),
          },
        }),
        verdict: 'forged',
      },
      'several signatures of which one is ours': {
        change: ({ rawBody, headers }) => ({
          rawBody,
          headers: {
            'stripe-signature': `${headers['stripe-signature'] ?? ''},v1=${'0'.repeat(64)}`,
          },
        }),
        verdict: 'verified',
      },
    },
  },
};

describeProviderContract('stripe', harness);
