import { generateKeyPairSync, sign } from 'node:crypto';
import { Money } from '../../src/common/index.js';
import { azamPaySettings } from '../../src/providers/azampay/azampay.config.js';
import { AzamPayProvider } from '../../src/providers/azampay/azampay.provider.js';
import type { ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

/** Changes fields of a notification and writes it again. */
function withFields(change: (fields: Fields) => Fields): (rawBody: Buffer) => Buffer {
  return (rawBody) =>
    Buffer.from(JSON.stringify(change(JSON.parse(rawBody.toString('utf8')) as Fields)));
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const harness: ProviderHarness = {
  settings: azamPaySettings,
  create: (config, http) => new AzamPayProvider(config, http),
  order: {
    amount: Money.parse('50000.00', 'TZS'),
    phone: '255653294241',
    network: 'AIRTEL',
    description: 'Booking HTL-000008',
    customer: { name: 'Amina', email: 'customer@malipo.test' },
    returnUrl: null,
  },
  summary: { accountNumber: '255653294241', amount: 50_000, currency: 'TZS', provider: 'Airtel' },
  refused: [
    ['a fraction of a shilling', { amount: Money.parse('50000.50', 'TZS') }, 'amount'],
    ['more than the gateway takes', { amount: Money.parse('5000001', 'TZS') }, 'amount'],
    ['another currency', { amount: Money.parse('100', 'KES') }, 'currency'],
    ['no network', { network: null }, 'mobile_money_provider'],
    ['a network of another gateway', { network: 'MTN' }, 'mobile_money_provider'],
    ['no phone', { phone: null }, 'phone_number'],
    ['a phone of another country', { phone: '254712345678' }, 'phone_number'],
  ],
  wire: {
    isInitiate: ({ path }) => path === '/azampay/mno/checkout',
    isToken: ({ path }) => path === '/AppRegistration/GenerateToken',
    isAftermath: ({ path }) => path.startsWith('/azampay/v1/public-key'),
    headers: {
      'content-type': 'application/json',
      authorization: expect.stringMatching(/^Bearer \S+$/) as string,
    },
    body: (reference) => ({
      accountNumber: '255653294241',
      amount: 50_000,
      currency: 'TZS',
      externalId: reference,
      provider: 'Airtel',
    }),
    amounts: [
      [Money.parse('1', 'TZS'), 1],
      [Money.parse('1500.00', 'TZS'), 1_500],
      [Money.parse('5000000', 'TZS'), 5_000_000],
    ],
    amountOf: (body) => (body as Fields)['amount'],
  },
  secrets: (requests) => [
    'sandbox-client-secret',
    ...new Set(
      requests.flatMap(({ headers }) => String(headers['authorization'] ?? '').split(' ')[1] ?? []),
    ),
  ],
  revokeTokens: '/api/azampay/revoke-tokens',
  status: {
    saying: (answer, word) => {
      const json = { ...(answer.json as Fields), data: word };
      return { ...answer, json, text: JSON.stringify(json) };
    },
  },
  recovery: { query: 'none' },
  webhook: {
    saying: (transactionstatus) => {
      const signed = Buffer.from(`REF-1EXT-1${transactionstatus}Airtel`);
      const fields = {
        utilityref: 'REF-1',
        externalreference: 'EXT-1',
        transactionstatus,
        operator: 'Airtel',
        amount: '50000',
        signature: sign('sha256', signed, privateKey).toString('base64'),
      };
      return {
        rawBody: Buffer.from(JSON.stringify(fields)),
        headers: {},
        env: { AZAMPAY_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
      };
    },
    rotateKey: '/api/azampay/rotate-key',
    forgeries: {
      'another reference': withFields((f) => ({ ...f, utilityref: `${String(f['utilityref'])}X` })),
      'another gateway reference': withFields((f) => ({ ...f, externalreference: 'AZ0' })),
      'another status': withFields((f) => ({ ...f, transactionstatus: 'failure' })),
      'another operator': withFields((f) => ({ ...f, operator: 'Tigo' })),
      'a cut signature': withFields((f) => ({ ...f, signature: String(f['signature']).slice(4) })),
      'a nonsense signature': withFields((f) => ({ ...f, signature: 'bm9uc2Vuc2U=' })),
    },
    harmless: {
      'a body written anew': (rawBody) =>
        Buffer.from(JSON.stringify(JSON.parse(rawBody.toString('utf8')), null, 2)),
      'fields in another order': withFields((f) =>
        Object.fromEntries(Object.entries(f).toReversed()),
      ),
      'a field that nobody documented': withFields((f) => ({ ...f, loyaltyPoints: 7 })),
    },
  },
};

describeProviderContract('azampay', harness);
