import { ConfigError, type Environment, loadConfig } from '../../config/index.js';
import { mtnMomoSettings } from './mtn-momo.config.js';

const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const KEYS = {
  MTN_SUBSCRIPTION_KEY: 'collection-key-1',
  MTN_API_USER: '0b8a5a3e-7f5e-4a43-9c0c-1d2f6f1f7e10',
  MTN_API_KEY: 'collection-secret-1',
};
const REFUND_KEYS = {
  MTN_DISBURSEMENT_SUBSCRIPTION_KEY: 'disbursement-key-1',
  MTN_DISBURSEMENT_API_USER: '0b8a5a3e-7f5e-4a43-9c0c-1d2f6f1f7e11',
  MTN_DISBURSEMENT_API_KEY: 'disbursement-secret-1',
};
const LIVE = {
  ...KEYS,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/malipo',
  JWT_SECRET: 'a-secret-of-our-own-that-is-long-enough',
  MTN_TARGET_ENVIRONMENT: 'mtnuganda',
  MTN_BASE_URL: 'https://momo.example.com',
};

const load = (env: Environment) => loadConfig(env, [mtnMomoSettings]);
const settingsOf = (env: Environment) => {
  const settings = load(env).section(mtnMomoSettings);
  if (!settings) throw new Error('MTN MoMo is off');
  return settings;
};

function problemsOf(env: Environment): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('beside the sandbox', () => {
  it('everything points there, refunds included', () => {
    expect(settingsOf({})).toMatchObject({
      baseUrl: 'http://127.0.0.1:4010/mtn_momo',
      standIn: true,
      targetEnvironment: 'sandbox',
      collection: { subscriptionKey: 'malipo-sandbox-collection' },
      disbursement: { subscriptionKey: 'malipo-sandbox-disbursement' },
      decimals: false,
      callbacks: true,
      partialRefunds: false,
      refundVersion: 'v1_0',
      promptLifetimeS: 86_400,
    });
  });

  it('a price of any live market can be paid, besides EUR', () => {
    const { currencies } = settingsOf({});
    expect(currencies).toEqual(expect.arrayContaining(['EUR', 'UGX', 'XOF', 'XAF', 'GHS', 'RWF']));
    expect(currencies).not.toContain('TZS');
    expect(new Set(currencies).size).toBe(currencies.length);
  });

  it('polls on the schedule of its documentation until a day is over', () => {
    const { pollScheduleS } = settingsOf({});
    expect(pollScheduleS.slice(0, 12)).toEqual([
      5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 600, 1_200,
    ]);
    expect(pollScheduleS.at(-1)).toBe(86_400);
    expect(pollScheduleS).toEqual([...new Set(pollScheduleS)].sort((a, b) => a - b));
  });

  it('the sandbox is told what is in use', () => {
    expect(load(KEYS).sandbox.environment).toMatchObject(KEYS);
  });
});

describe('without the sandbox', () => {
  it('is off while nothing of it is set', () => {
    expect(load(OUTSIDE).section(mtnMomoSettings)).toBeNull();
  });

  it("is at MTN's own sandbox by default: EUR only, no refunds, no callback address", () => {
    expect(settingsOf({ ...OUTSIDE, ...KEYS })).toMatchObject({
      baseUrl: 'https://sandbox.momodeveloper.mtn.com',
      standIn: false,
      targetEnvironment: 'sandbox',
      currencies: ['EUR'],
      disbursement: null,
      callbacks: false,
    });
  });

  it('a live environment makes the deployment production, with its currency and country', () => {
    const { NODE_ENV: _, ...live } = LIVE;
    expect(() => load({ ...live, ...OUTSIDE, PUBLIC_URL: 'http://pay.example.com' })).toThrow(
      'MTN_TARGET_ENVIRONMENT looks live',
    );
    expect(load({ ...live, ...OUTSIDE }).production).toBe(true);
    expect(settingsOf(LIVE)).toMatchObject({
      currencies: ['UGX'],
      countries: ['UG'],
      callbacks: true,
      disbursement: null,
    });
  });

  it('takes what is configured', () => {
    expect(
      settingsOf({
        ...LIVE,
        ...REFUND_KEYS,
        MTN_CURRENCY: 'usd',
        MTN_MIN_AMOUNT: '500',
        MTN_MAX_AMOUNT: '5000000',
        MTN_DECIMALS: 'on',
        MTN_CALLBACKS: 'off',
        MTN_PARTIAL_REFUNDS: 'on',
        MTN_REFUND_VERSION: 'v2_0',
        MTN_PROMPT_LIFETIME_S: '900',
        MTN_POLL_SCHEDULE_S: '1, 2,5',
      }),
    ).toMatchObject({
      disbursement: { subscriptionKey: 'disbursement-key-1' },
      currencies: ['USD'],
      minAmount: 500,
      maxAmount: 5_000_000,
      decimals: true,
      callbacks: false,
      partialRefunds: true,
      refundVersion: 'v2_0',
      promptLifetimeS: 900,
      pollScheduleS: [1, 2, 5],
    });
  });
});

describe('refuses, naming the setting,', () => {
  it.each<[string, Environment, string]>([
    ['half of the credentials', { ...LIVE, MTN_API_KEY: '' }, 'MTN_API_KEY'],
    [
      'half of the credentials of refunds',
      { ...LIVE, ...REFUND_KEYS, MTN_DISBURSEMENT_API_USER: '' },
      'MTN_DISBURSEMENT_API_USER',
    ],
    ['refunds alone', { ...OUTSIDE, ...REFUND_KEYS }, 'MTN_SUBSCRIPTION_KEY'],
    ["the sandbox's key", { ...LIVE, MTN_API_KEY: 'sandbox-collection-api-key' }, 'MTN_API_KEY'],
    ['a key that is no header', { ...LIVE, MTN_SUBSCRIPTION_KEY: 'a b' }, 'MTN_SUBSCRIPTION_KEY'],
    ['a live environment without its host', { ...LIVE, MTN_BASE_URL: '' }, 'MTN_BASE_URL'],
    [
      "a live environment at MTN's sandbox",
      { ...LIVE, MTN_BASE_URL: 'https://sandbox.momodeveloper.mtn.com' },
      'MTN_BASE_URL',
    ],
    [
      'the sandbox environment at a live host',
      { ...LIVE, MTN_TARGET_ENVIRONMENT: 'sandbox' },
      'MTN_TARGET_ENVIRONMENT',
    ],
    ['plain HTTP', { ...LIVE, MTN_BASE_URL: 'http://momo.example.com' }, 'MTN_BASE_URL'],
    [
      'an environment that does not exist',
      {
        ...LIVE,
        MTN_TARGET_ENVIRONMENT: 'mtnci',
        MTN_BASE_URL: 'https://sandbox.momodeveloper.mtn.com',
      },
      'MTN_TARGET_ENVIRONMENT',
    ],
    [
      'a currency that nobody knows here',
      { ...LIVE, MTN_TARGET_ENVIRONMENT: 'mtnswaziland' },
      'MTN_TARGET_ENVIRONMENT',
    ],
    ['no currency', { MTN_CURRENCY: 'XXX' }, 'MTN_CURRENCY'],
    ['limits upside down', { MTN_MIN_AMOUNT: '10', MTN_MAX_AMOUNT: '9' }, 'MTN_MAX_AMOUNT'],
    ['a falling schedule', { MTN_POLL_SCHEDULE_S: '30,15' }, 'MTN_POLL_SCHEDULE_S'],
    ['a slip of the pen', { MTN_API_KEYS: 'x' }, 'MTN_API_KEYS'],
  ])('%s', (_case, env, name) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([name]);
    expect(problems.join()).not.toMatch(/collection-key-1|secret-1/);
  });
});
