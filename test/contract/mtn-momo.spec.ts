import { Money } from '../../src/common/index.js';
import { mtnMomoSettings } from '../../src/providers/mtn-momo/mtn-momo.config.js';
import { refundIdOf } from '../../src/providers/mtn-momo/mtn-momo.mapper.js';
import { MtnMomoProvider } from '../../src/providers/mtn-momo/mtn-momo.provider.js';
import type { GatewayAnswer } from '../../src/providers/http/gateway-http.types.js';
import type { ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const saying = (answer: GatewayAnswer, word: string): GatewayAnswer => {
  const json = { ...(answer.json as Fields), status: word };
  return { ...answer, json, text: JSON.stringify(json) };
};

const harness: ProviderHarness = {
  settings: mtnMomoSettings,
  create: (config, http) => new MtnMomoProvider(config, http),
  order: {
    amount: Money.parse('50000', 'UGX'),
    phone: '256772123456',
    network: 'MTN',
    description: "Booking HTL-000008, Amina's",
    customer: { name: 'Amina', email: 'customer@malipo.test' },
    returnUrl: null,
  },
  callbackPath: '/api/payments/webhooks/mtn/',
  summary: { amount: 50_000, currency: 'UGX', network: 'MTN' },
  refused: [
    ['a fraction', { amount: Money.parse('50.50', 'GHS') }, 'amount'],
    ['a currency without MTN', { amount: Money.parse('100', 'TZS') }, 'currency'],
    ['a network of another gateway', { network: 'AIRTEL' }, 'mobile_money_provider'],
    ['no phone', { phone: null }, 'phone_number'],
    ['a phone with a plus', { phone: '+256772123456' }, 'phone_number'],
  ],
  // A payer without money is found out later: 202 says nothing about that.
  declines: [['decline', 'declined']],
  namesOrder: false,
  wrongKey: {
    MTN_SUBSCRIPTION_KEY: 'another',
    MTN_API_USER: '5a1e0c5e-0000-4000-8000-00000000c011',
    MTN_API_KEY: 'sandbox-collection-api-key',
  },
  wire: {
    isInitiate: ({ method, path }) => method === 'POST' && path === '/collection/v1_0/requesttopay',
    isToken: ({ path }) => path === '/collection/token/',
    headers: {
      'content-type': 'application/json',
      authorization: expect.stringMatching(/^Bearer \S+$/) as string,
      'ocp-apim-subscription-key': 'malipo-sandbox-collection',
      'x-target-environment': 'sandbox',
      'x-reference-id': expect.stringMatching(UUID_V4) as string,
      'x-callback-url': expect.stringMatching(/\/api\/payments\/webhooks\/mtn\/$/) as string,
    },
    body: (reference) => ({
      amount: '50000',
      currency: 'UGX',
      externalId: reference,
      payer: { partyIdType: 'MSISDN', partyId: '256772123456' },
      payerMessage: 'Booking HTL 000008 Amina s',
      payeeNote: 'Booking HTL 000008 Amina s',
    }),
    amounts: [
      [Money.parse('1', 'XOF'), '1'],
      [Money.parse('100.00', 'EUR'), '100'],
      [Money.parse('999999999999', 'UGX'), '999999999999'],
    ],
    amountOf: (body) => (body as Fields)['amount'],
  },
  secrets: (requests) => [
    'malipo-sandbox-collection',
    'sandbox-collection-api-key',
    ...new Set(
      requests.flatMap(({ headers }) => String(headers['authorization'] ?? '').split(' ')[1] ?? []),
    ),
  ],
  revokeTokens: '/api/mtn_momo/revoke-tokens',
  status: {
    saying,
    strangeWords: ['settled', 'toString', 'successful', ''],
    outcomes: [
      ['approve', 'paid'],
      ['decline', 'cancelled', 'declined'],
      ['ignore', 'expired', 'expired'],
    ],
    failures: [['insufficient_funds', 'insufficient_funds']],
    stranger: {
      of: (attempt) => ({ ...attempt, reference: '00000000-0000-4000-8000-000000000000' }),
      state: 'not_found',
    },
  },
  recovery: { query: { lost: 'not_found' } },
  refund: {
    isRefund: ({ method, path }) => method === 'POST' && path === '/disbursement/v1_0/refund',
    headers: {
      'content-type': 'application/json',
      'ocp-apim-subscription-key': 'malipo-sandbox-disbursement',
      'x-target-environment': 'sandbox',
      'x-reference-id': expect.stringMatching(UUID_V4) as string,
    },
    body: ({ attempt, reference }) => ({
      amount: '50000',
      currency: 'UGX',
      externalId: reference,
      payerMessage: 'The guest cancelled',
      payeeNote: 'The guest cancelled',
      referenceIdToRefund: attempt.reference,
    }),
    accepted: 'processing',
    declines: [['decline', 'declined']],
    // 202 says nothing yet; the status then tells that it is not paid out a second time.
    again: 'accepted',
    recovery: { arrived: 'processing', lost: 'not_found' },
    settle: async (bench, { reference, ending }) => {
      const act = ending === 'completed' ? 'complete' : 'fail';
      await bench.control(`/api/mtn_momo/refunds/${reference}/${act}`);
    },
    endings: ['completed', 'failed'],
    saying,
  },
  webhook: {
    kind: 'unsigned',
    outcomes: [
      ['approve', 'paid'],
      ['decline', 'cancelled', 'declined'],
    ],
    poor: null,
    outOfOrder: ['paid', 'pending'],
    saying: (status) => ({
      rawBody: Buffer.from(
        JSON.stringify({ externalId: 'REF-1', amount: 50_000, currency: 'UGX', status }),
      ),
      headers: {},
      env: {},
    }),
  },
};

describeProviderContract('mtn_momo', harness);

it('names a refund by a UUID v4 that follows from our reference', () => {
  expect(refundIdOf('rf-0123456789abcdef')).toMatch(UUID_V4);
  expect(refundIdOf('rf-0123456789abcdef')).toBe(refundIdOf('rf-0123456789abcdef'));
  expect(refundIdOf('rf-0123456789abcdef')).not.toBe(refundIdOf('rf-0123456789abcdeg'));
});
