import { createHmac } from 'node:crypto';
import { Money } from '../../src/common/index.js';
import { waveSettings } from '../../src/providers/wave/wave.config.js';
import { WaveProvider } from '../../src/providers/wave/wave.provider.js';
import type { Genuine, ProviderHarness } from './contract.harness.js';
import { describeProviderContract } from './provider-contract.js';

type Fields = Record<string, unknown>;

const SECRET = 'wave_sn_WHS_contract';
const RETURN_URL = 'https://shop.example.com/done?order=7&lang=fr';

const SESSION = {
  id: 'cos-1b01sghpg100j',
  amount: '1500',
  currency: 'XOF',
  checkout_status: 'complete',
  payment_status: 'succeeded',
  client_reference: 'WAVE-REF-1',
  last_payment_error: null,
};

/** A notification as Wave signs it. */
function genuine(event: Fields): Genuine {
  const rawBody = Buffer.from(JSON.stringify({ id: 'AE_1', ...event }));
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', SECRET).update(String(t)).update(rawBody).digest('hex');
  return {
    rawBody,
    headers: { 'wave-signature': `t=${t},v1=${v1}` },
    env: { WAVE_WEBHOOK_SECRET: SECRET },
  };
}

const harness: ProviderHarness = {
  settings: waveSettings,
  create: (config, http) => new WaveProvider(config, http),
  flow: 'redirect',
  order: {
    amount: Money.parse('1500', 'XOF'),
    phone: null,
    network: 'WAVE',
    description: 'Booking HTL-000008',
    customer: { name: 'Awa', email: 'customer@malipo.test' },
    returnUrl: RETURN_URL,
  },
  summary: { amount: 1_500, currency: 'XOF' },
  refused: [
    ['another currency', { amount: Money.parse('1500', 'TZS') }, 'currency'],
    ['a network of another gateway', { network: 'ORANGE' }, 'mobile_money_provider'],
    ['a return address that is none', { returnUrl: 'javascript:alert(1)' }, 'return_url'],
  ],
  // A payer without money is no reason to refuse a session: the page stays open.
  declines: [['decline', 'invalid_amount']],
  wrongKey: { WAVE_API_KEY: 'wave_sn_sandbox_other', WAVE_WEBHOOK_SECRET: SECRET },
  wire: {
    isInitiate: ({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer wave_sn_sandbox_malipo',
    },
    body: (reference) => ({
      amount: '1500',
      currency: 'XOF',
      success_url: RETURN_URL,
      error_url: RETURN_URL,
      client_reference: reference,
    }),
    amounts: [
      [Money.parse('1', 'XOF'), '1'],
      [Money.parse('1500', 'XOF'), '1500'],
      [Money.parse('999999999999', 'XOF'), '999999999999'],
    ],
    amountOf: (body) => (body as Fields)['amount'],
  },
  secrets: () => ['wave_sn_sandbox_malipo', 'wave_sn_WHS_malipo-sandbox'],
  status: {
    saying: (answer, word) => {
      const json = { ...(answer.json as Fields), payment_status: word };
      return { ...answer, json, text: JSON.stringify(json) };
    },
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'pending'],
      ['cancel', 'cancelled', 'cancelled'],
    ],
    failures: [],
    stranger: {
      of: (attempt) => ({
        ...attempt,
        gatewayTransactionId: 'cos-0000000000000',
        gatewayData: { session_id: 'cos-0000000000000' },
      }),
      state: 'not_found',
    },
  },
  recovery: { query: { lost: 'not_found' } },
  cancel: { state: 'expired' },
  refund: {
    isRefund: ({ path }) => path.endsWith('/refund'),
    headers: { authorization: 'Bearer wave_sn_sandbox_malipo', 'content-length': '0' },
    body: () => null,
    accepted: 'completed',
    // One code for all reasons.
    declines: [
      ['decline', 'declined'],
      ['insufficient_funds', 'declined'],
    ],
    again: 'accepted',
    recovery: null,
  },
  webhook: {
    outcomes: [
      ['pay', 'paid'],
      ['fail', 'pending'],
    ],
    poor: null,
    outOfOrder: ['paid', 'pending'],
    unproven: [['unsigned', 'unsigned']],
    irrelevant: {
      'a test of the portal': () => genuine({ type: 'test.test_event', data: {} }),
      'a payment without a session': () =>
        genuine({ type: 'merchant.payment_received', data: { id: 'T_1', amount: '100' } }),
      'a transfer between businesses': () =>
        genuine({ type: 'b2b.payment_received', data: { id: 'b2b-1' } }),
      'an event that no page of Wave lists': () =>
        genuine({ type: 'checkout.session.refunded', data: SESSION }),
      'a session that is none of ours': () =>
        genuine({
          type: 'checkout.session.completed',
          data: { ...SESSION, client_reference: null },
        }),
    },
    coversBody: true,
    forgeries: {
      'a body written anew': (rawBody) =>
        Buffer.from(JSON.stringify(JSON.parse(rawBody.toString('utf8')))),
      'a line break at the end': (rawBody) => Buffer.concat([rawBody, Buffer.from('\n')]),
      'another amount': (rawBody) => Buffer.from(rawBody.toString('utf8').replace('"1500"', '"1"')),
    },
    altered: {
      'a signature of yesterday': {
        change: ({ rawBody, headers }) => ({
          rawBody,
          headers: {
            ...headers,
            'wave-signature': (headers['wave-signature'] ?? '').replace(/t=\d+/, 't=1667920421'),
          },
        }),
        verdict: 'forged',
      },
      'several signatures of which one is ours': {
        change: ({ rawBody, headers }) => ({
          rawBody,
          headers: {
            ...headers,
            'wave-signature': `${headers['wave-signature'] ?? ''},v1=${'0'.repeat(64)}`,
          },
        }),
        verdict: 'verified',
      },
    },
  },
};

describeProviderContract('wave', harness);
