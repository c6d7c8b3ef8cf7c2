import { Money } from '../../src/common/index.js';
import type { GatewayAnswer } from '../../src/providers/http/gateway-http.types.js';
import { orangeMoneySettings } from '../../src/providers/orange-money/orange-money.config.js';
import { OrangeMoneyProvider } from '../../src/providers/orange-money/orange-money.provider.js';
import type { ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

const RETURN_URL = 'https://shop.example.com/done?order=7&lang=fr';
const NOTIF_TOKEN = 'f5c1f1b93a4c4cf7b7c3d6f1ce2b9d3a';

function saying(answer: GatewayAnswer, status: string): GatewayAnswer {
  const json = { ...(answer.json as Fields), status };
  return { ...answer, json, text: JSON.stringify(json) };
}

/** A field of an answer that the sandbox gave. */
function told(body: string, name: string): string[] {
  const value =
    body.startsWith('{') && body.endsWith('}') ? (JSON.parse(body) as Fields)[name] : '';
  return typeof value === 'string' && value !== '' ? [value] : [];
}

const harness: ProviderHarness = {
  settings: orangeMoneySettings,
  create: (config, http) => new OrangeMoneyProvider(config, http),
  flow: 'redirect',
  callbackPath: '/api/payments/webhooks/orange/',
  order: {
    amount: Money.parse('1500', 'XOF'),
    phone: null,
    network: 'ORANGE',
    description: 'Booking HTL-000008',
    customer: { name: 'Awa', email: 'customer@malipo.test' },
    returnUrl: RETURN_URL,
  },
  summary: { amount: 1_500, currency: 'XOF', lang: 'fr' },
  refused: [
    ['another currency', { amount: Money.parse('1500', 'TZS') }, 'currency'],
    ['more than is set', { amount: Money.parse('1000000000000', 'XOF') }, 'amount'],
    ['a network of another gateway', { network: 'WAVE' }, 'mobile_money_provider'],
    ['a return address that is none', { returnUrl: 'javascript:alert(1)' }, 'return_url'],
    [
      'a return address that is too long',
      { returnUrl: `https://shop.example.com/${'x'.repeat(96)}` },
      'return_url',
    ],
  ],
  // An empty wallet shows only after the payer confirmed.
  declines: [['decline', 'declined']],
  namesOrder: false,
  wrongKey: { ORANGE_MERCHANT_KEY: 'another' },
  wire: {
    isInitiate: ({ path }) => path === '/orange-money-webpay/ci/v1/webpayment',
    isToken: ({ path }) => path === '/oauth/v3/token',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: expect.stringMatching(/^Bearer \S+$/),
    },
    body: (reference, { callbackUrl }) => ({
      merchant_key: 'sandbox-orange-merchant',
      currency: 'XOF',
      order_id: reference,
      amount: 1_500,
      return_url: RETURN_URL,
      cancel_url: RETURN_URL,
      notif_url: callbackUrl,
      lang: 'fr',
    }),
    amounts: [
      [Money.parse('1', 'XOF'), 1],
      [Money.parse('1500', 'XOF'), 1_500],
      [Money.parse('999999999999', 'XOF'), 999_999_999_999],
    ],
    amountOf: (body) => (body as Fields)['amount'],
  },
  secrets: (requests) => [
    'sandbox-orange-secret',
    'sandbox-orange-merchant',
    Buffer.from('sandbox-orange-client:sandbox-orange-secret').toString('base64'),
    ...requests.flatMap(({ answer }) =>
      ['access_token', 'pay_token', 'notif_token'].flatMap((name) =>
        told(answer?.body ?? '', name),
      ),
    ),
  ],
  revokeTokens: '/api/orange_money/revoke-tokens',
  status: {
    saying,
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'failed', 'declined'],
      // Whoever turns back has not confirmed, and Orange waits for ever.
      ['cancel', 'pending'],
    ],
    // Orange tells no reason.
    failures: [
      ['decline', 'declined'],
      ['insufficient_funds', 'declined'],
    ],
    // No amount is told: a query with another one is refused.
    wrongAmount: 'unknown',
    stranger: {
      of: (attempt) => ({
        ...attempt,
        gatewayData: { ...attempt.gatewayData, pay_token: '0'.repeat(64) },
      }),
      state: 'unknown',
    },
  },
  recovery: { query: 'none' },
  webhook: {
    kind: 'unsigned',
    names: ({ gatewayData }) => gatewayData['notif_token'] ?? '',
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'failed', 'declined'],
    ],
    statesAmount: false,
    saying: (status) => ({
      rawBody: Buffer.from(JSON.stringify({ status, notif_token: NOTIF_TOKEN, txnid: 'MP1' })),
      headers: {},
      env: {},
    }),
  },
};

describeProviderContract('orange_money', harness);
