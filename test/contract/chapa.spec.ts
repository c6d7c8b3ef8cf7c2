import { createHmac } from 'node:crypto';
import { Money } from '../../src/common/index.js';
import { chapaSettings } from '../../src/providers/chapa/chapa.config.js';
import { ChapaProvider } from '../../src/providers/chapa/chapa.provider.js';
import type { GatewayAnswer } from '../../src/providers/http/gateway-http.types.js';
import type { WebhookInput } from '../../src/providers/index.js';
import type { Genuine, ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

const SECRET = 'a-webhook-secret';
const KEYS = { CHAPA_SECRET_KEY: 'CHASECK_TEST-1', CHAPA_WEBHOOK_SECRET: SECRET };

function signed(fields: Fields): Genuine {
  const rawBody = Buffer.from(JSON.stringify(fields));
  const signature = createHmac('sha256', SECRET).update(rawBody).digest('hex');
  return { rawBody, headers: { 'x-chapa-signature': signature }, env: KEYS };
}

/** The answer with another `data.status`, where it has data. */
function saying(answer: GatewayAnswer, word: string): GatewayAnswer {
  const body = answer.json as Fields;
  const data = { ...(body['data'] as Fields | null), status: word };
  const json = { ...body, data };
  return { ...answer, status: 200, json, text: JSON.stringify(json) };
}

const withHeaders =
  (change: (headers: WebhookInput['headers']) => WebhookInput['headers']) =>
  (input: WebhookInput): WebhookInput => ({ ...input, headers: change({ ...input.headers }) });

const harness: ProviderHarness = {
  settings: chapaSettings,
  create: (config, http) => new ChapaProvider(config, http),
  flow: 'redirect',
  callbackPath: '/api/payments/verify/',
  order: {
    amount: Money.parse('2304.00', 'ETB'),
    phone: '251911234567',
    network: null,
    description: 'Family Home & Garden, New York (6 nights)',
    customer: { name: 'John Doe', email: 'customer@example.com' },
    returnUrl: 'http://127.0.0.1:3000/paid?booking=1',
  },
  summary: {
    amount: '2304.00',
    currency: 'ETB',
    phone_number: '0911234567',
    description: 'Family Home Garden New York 6 nights',
  },
  refused: [
    ['another currency', { amount: Money.parse('100', 'TZS') }, 'currency'],
    ['more than the account may take', { amount: Money.parse('500000.01', 'ETB') }, 'amount'],
  ],
  // An empty wallet shows on the page only; the order is taken.
  declines: [['decline', 'declined']],
  namesOrder: false,
  wrongKey: { CHAPA_SECRET_KEY: 'CHASECK_TEST-wrong', CHAPA_WEBHOOK_SECRET: SECRET },
  wire: {
    isInitiate: ({ method, path }) => method === 'POST' && path === '/v1/transaction/initialize',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer CHASECK_TEST-malipo-sandbox',
    },
    body: (reference, { callbackUrl }) => ({
      amount: '2304.00',
      currency: 'ETB',
      tx_ref: reference,
      email: 'customer@example.com',
      first_name: 'John',
      last_name: 'Doe',
      phone_number: '0911234567',
      callback_url: callbackUrl,
      return_url: 'http://127.0.0.1:3000/paid?booking=1',
      customization: { title: 'Payment', description: 'Family Home Garden New York 6 nights' },
    }),
    amounts: [
      [Money.parse('0.01', 'ETB'), '0.01'],
      [Money.parse('1500', 'ETB'), '1500.00'],
      [Money.parse('99.90', 'USD'), '99.90'],
      [Money.parse('500000', 'ETB'), '500000.00'],
    ],
    amountOf: (body) => (body as Fields)['amount'],
  },
  secrets: () => ['CHASECK_TEST-malipo-sandbox', 'sandbox-chapa-webhook-secret', '0911234567'],
  status: {
    saying,
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'failed', 'declined'],
      ['cancel', 'failed', 'declined'],
    ],
    // Chapa tells no reason.
    failures: [
      ['decline', 'declined'],
      ['insufficient_funds', 'declined'],
    ],
    stranger: { of: (attempt) => ({ ...attempt, reference: 'tx-nobody' }), state: 'not_found' },
  },
  recovery: { query: { lost: 'not_found' } },
  cancel: { state: 'failed' },
  refund: {
    isRefund: ({ method, path }) => method === 'POST' && path.startsWith('/v1/refund/AP'),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Bearer CHASECK_TEST-malipo-sandbox',
    },
    readBody: (text) => Object.fromEntries(new URLSearchParams(text)),
    body: ({ amount, reason, reference }) => ({ amount: amount.toString(), reason, reference }),
    accepted: 'processing',
    // Only Chapa's own id of a refund finds it, and that was lost.
    recovery: { arrived: 'unknown', lost: 'unknown' },
    settle: async (bench, { reference, ending }) => {
      const act = ending === 'completed' ? 'complete' : 'reverse';
      await bench.control(`/api/chapa/refunds/${reference}/${act}`);
    },
    endings: ['completed', 'failed'],
    events: { verdict: 'verified', endings: ['completed'] },
    saying,
  },
  webhook: {
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'failed', 'declined'],
      ['cancel', 'failed', 'declined'],
    ],
    unproven: [['unsigned', 'unsigned']],
    coversBody: true,
    saying: (status) =>
      signed({
        event: 'charge.success',
        type: 'API',
        tx_ref: 'tx-1',
        reference: 'AP1',
        amount: '2304.00',
        currency: 'ETB',
        mode: 'test',
        status,
      }),
    irrelevant: {
      'a payout': () =>
        signed({ event: 'payout.success', type: 'Payout', reference: 'P1', status: 'success' }),
      'a donation': () =>
        signed({ event: 'charge.success', type: 'Donation', tx_ref: 'D1', status: 'success' }),
      'an event that nobody documented': () =>
        signed({ event: 'customer.created', tx_ref: 'tx-1', status: 'success' }),
    },
    altered: {
      'a body written anew': {
        change: (input) => ({
          ...input,
          rawBody: Buffer.from(JSON.stringify(JSON.parse(input.rawBody.toString('utf8')))),
        }),
        verdict: 'forged',
      },
      'the constant header alone': {
        change: withHeaders((headers) => ({ ...headers, 'x-chapa-signature': undefined })),
        verdict: 'unsigned',
      },
      'the constant in place of the signature': {
        change: withHeaders((headers) => ({
          ...headers,
          'x-chapa-signature': headers['chapa-signature'],
        })),
        verdict: 'forged',
      },
      'an empty signature': {
        change: withHeaders((headers) => ({ ...headers, 'x-chapa-signature': '' })),
        verdict: 'forged',
      },
      'a signature in capitals': {
        change: withHeaders((headers) => ({
          ...headers,
          'x-chapa-signature': headers['x-chapa-signature']?.toUpperCase(),
        })),
        verdict: 'verified',
      },
    },
  },
};

describeProviderContract('chapa', harness);
