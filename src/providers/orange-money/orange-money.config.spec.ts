import { ConfigError, type Environment, loadConfig } from '../../config/index.js';
import { ORANGE_MONEY_CURRENCIES, orangeMoneySettings } from './orange-money.config.js';

const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const KEYS = {
  ORANGE_CLIENT_ID: 'client-1',
  ORANGE_CLIENT_SECRET: 'secret-1',
  ORANGE_MERCHANT_KEY: 'merchant-1',
  ORANGE_COUNTRY: 'cm',
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/malipo',
  JWT_SECRET: 'a-secret-of-our-own-that-is-long-enough',
};

const load = (env: Environment) => loadConfig(env, [orangeMoneySettings]);
const settingsOf = (env: Environment) => {
  const settings = load(env).section(orangeMoneySettings);
  if (!settings) throw new Error('Orange Money is off');
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
  it('everything points there, with what it knows', () => {
    expect(settingsOf({})).toMatchObject({
      clientId: 'sandbox-orange-client',
      baseUrl: 'http://127.0.0.1:4010/orange_money',
      webpayPath: '/orange-money-webpay/ci/v1',
      standIn: true,
      country: 'ci',
      currency: 'XOF',
      amountUnit: 'major',
      lang: 'fr',
      shownName: null,
      returnUrl: 'http://127.0.0.1:3000',
      notifyUrl: 'http://127.0.0.1:3000/api/payments/webhooks/orange/',
      lifetimeS: 600,
    });
  });

  it('the sandbox is told what is in use', () => {
    expect(load({ ORANGE_MERCHANT_KEY: 'ours' }).sandbox.environment).toMatchObject({
      ORANGE_MERCHANT_KEY: 'ours',
    });
  });

  it('polls on the schedule of its documentation until a day is over', () => {
    const { pollScheduleS } = settingsOf({});
    expect(pollScheduleS.slice(0, 6)).toEqual([10, 20, 40, 60, 120, 180]);
    expect(pollScheduleS).toEqual(expect.arrayContaining([660, 720, 900, 1_800]));
    expect(pollScheduleS.at(-1)).toBe(86_400);
    expect(pollScheduleS).toEqual([...new Set(pollScheduleS)].sort((a, b) => a - b));
  });

  it.each(Object.entries(ORANGE_MONEY_CURRENCIES))('%s pays in %s', (country, currency) => {
    expect(settingsOf({ ORANGE_COUNTRY: country.toUpperCase() })).toMatchObject({
      country,
      currency,
      webpayPath: `/orange-money-webpay/${country}/v1`,
    });
  });
});

describe('without the sandbox', () => {
  it('is off while nothing of it is set', () => {
    expect(load(OUTSIDE).section(orangeMoneySettings)).toBeNull();
  });

  it('a country on the live host makes the deployment production, the test segment does not', () => {
    expect(() => load({ ...OUTSIDE, ...KEYS })).toThrow('ORANGE_COUNTRY looks live');
    expect(load({ ...PRODUCTION, ...KEYS }).production).toBe(true);
    expect(load({ ...OUTSIDE, ...KEYS, ORANGE_COUNTRY: 'dev' }).production).toBe(false);
  });

  it('takes what is configured', () => {
    expect(
      settingsOf({
        ...PRODUCTION,
        ...KEYS,
        ORANGE_WEBPAY_PATH: '/orange-money-webpay/v1/',
        ORANGE_CURRENCY: 'xof',
        ORANGE_AMOUNT_UNIT: 'hundredths',
        ORANGE_LANG: 'en',
        ORANGE_SHOWN_NAME: 'Hotel',
        ORANGE_LIFETIME_S: '900',
        ORANGE_POLL_SCHEDULE_S: '1, 2,5',
      }),
    ).toMatchObject({
      baseUrl: 'https://api.orange.com',
      standIn: false,
      webpayPath: '/orange-money-webpay/v1',
      currency: 'XOF',
      amountUnit: 'hundredths',
      lang: 'en',
      shownName: 'Hotel',
      returnUrl: 'https://pay.example.com',
      notifyUrl: 'https://pay.example.com/api/payments/webhooks/orange/',
      lifetimeS: 900,
      pollScheduleS: [1, 2, 5],
    });
  });
});

describe('refuses, naming the setting,', () => {
  const live = { ...PRODUCTION, ...KEYS };
  it.each<[string, Environment, string]>([
    ['no client', { ...live, ORANGE_CLIENT_ID: '' }, 'ORANGE_CLIENT_ID'],
    ['no secret', { ...live, ORANGE_CLIENT_SECRET: '' }, 'ORANGE_CLIENT_SECRET'],
    ['no merchant', { ...live, ORANGE_MERCHANT_KEY: '' }, 'ORANGE_MERCHANT_KEY'],
    ['no country', { ...live, ORANGE_COUNTRY: '' }, 'ORANGE_COUNTRY'],
    ['another country', { ORANGE_COUNTRY: 'tz' }, 'ORANGE_COUNTRY'],
    [
      "the sandbox's secret",
      { ...live, ORANGE_CLIENT_SECRET: 'sandbox-orange-secret' },
      'ORANGE_CLIENT_SECRET',
    ],
    ['id and secret in one', { ...live, ORANGE_CLIENT_ID: 'a:b' }, 'ORANGE_CLIENT_ID'],
    ['plain HTTP', { ...live, ORANGE_BASE_URL: 'http://api.example.com' }, 'ORANGE_BASE_URL'],
    ['no path', { ORANGE_WEBPAY_PATH: 'https://x' }, 'ORANGE_WEBPAY_PATH'],
    ['an unknown currency', { ORANGE_CURRENCY: 'OUV' }, 'ORANGE_CURRENCY'],
    ['an unknown unit', { ORANGE_AMOUNT_UNIT: 'cents' }, 'ORANGE_AMOUNT_UNIT'],
    ['a long name', { ORANGE_SHOWN_NAME: 'x'.repeat(31) }, 'ORANGE_SHOWN_NAME'],
    [
      'limits upside down',
      { ORANGE_MIN_AMOUNT: '10', ORANGE_MAX_AMOUNT: '9' },
      'ORANGE_MAX_AMOUNT',
    ],
    [
      'a long way back',
      { ORANGE_RETURN_URL: `https://a.example/${'x'.repeat(110)}` },
      'ORANGE_RETURN_URL',
    ],
    [
      'a long address of ours',
      { PUBLIC_URL: `http://127.0.0.1:3000/${'x'.repeat(80)}` },
      'PUBLIC_URL',
    ],
    ['a falling schedule', { ORANGE_POLL_SCHEDULE_S: '30,15' }, 'ORANGE_POLL_SCHEDULE_S'],
    ['a slip of the pen', { ORANGE_MERCHANT_KEYS: 'x' }, 'ORANGE_MERCHANT_KEYS'],
  ])('%s', (_case, env, name) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([name]);
    expect(problems.join()).not.toMatch(/secret-1|merchant-1/);
  });
});
