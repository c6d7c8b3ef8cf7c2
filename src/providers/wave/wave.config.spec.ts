import { ConfigError, type Environment, loadConfig } from '../../config/index.js';
import { waveSettings } from './wave.config.js';

const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const KEYS = { WAVE_API_KEY: 'wave_sn_prod_1', WAVE_WEBHOOK_SECRET: 'wave_sn_WHS_1' };
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/malipo',
  JWT_SECRET: 'a-secret-of-our-own-that-is-long-enough',
};

const load = (env: Environment) => loadConfig(env, [waveSettings]);
const settingsOf = (env: Environment) => {
  const settings = load(env).section(waveSettings);
  if (!settings) throw new Error('Wave is off');
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
  it('everything points there, with the secrets that it knows', () => {
    expect(settingsOf({})).toMatchObject({
      apiKey: 'wave_sn_sandbox_malipo',
      requestSigningSecret: null,
      baseUrl: 'http://127.0.0.1:4010/wave',
      standIn: true,
      webhookMode: 'signature',
      webhookSecrets: ['wave_sn_WHS_malipo-sandbox'],
      webhookToleranceS: 300,
      currency: 'XOF',
      minAmount: 1,
      returnUrl: 'http://127.0.0.1:3000',
      restrictPayer: false,
      aggregatedMerchantId: null,
      sessionLifetimeS: 86_400,
    });
  });

  it('the sandbox is told what is in use', () => {
    const env = {
      WAVE_WEBHOOK_MODE: 'shared_secret',
      WAVE_WEBHOOK_SECRET: 'ours',
      WAVE_SESSION_LIFETIME_S: '1800',
    };
    expect(load(env).sandbox.environment).toMatchObject(env);
  });

  it('polls on the schedule of its documentation until a day is over', () => {
    const { pollScheduleS } = settingsOf({});
    expect(pollScheduleS.slice(0, 5)).toEqual([15, 30, 60, 120, 240]);
    expect(pollScheduleS).toEqual(expect.arrayContaining([1_800, 2_700, 86_400]));
    expect(pollScheduleS.at(-1)).toBe(86_400);
    expect(pollScheduleS).toEqual([...new Set(pollScheduleS)].sort((a, b) => a - b));
  });
});

describe('without the sandbox', () => {
  it('is off while nothing of it is set', () => {
    expect(load(OUTSIDE).section(waveSettings)).toBeNull();
  });

  it.each([
    ['a live key', KEYS, 'WAVE_API_KEY looks live'],
    ['the live host', { ...KEYS, WAVE_API_KEY: 'wave_sn_1' }, 'WAVE_BASE_URL looks live'],
  ])('%s makes the deployment production', (_case, env, reason) => {
    expect(() => load({ ...OUTSIDE, ...env })).toThrow(reason);
    expect(load({ ...PRODUCTION, ...env }).production).toBe(true);
  });

  it('takes what is configured', () => {
    expect(
      settingsOf({
        ...PRODUCTION,
        ...KEYS,
        WAVE_REQUEST_SIGNING_SECRET: 'wave_sn_AKS_1',
        WAVE_WEBHOOK_SECRET_PREVIOUS: 'wave_sn_WHS_0',
        WAVE_CURRENCY: 'gmd',
        WAVE_MIN_AMOUNT: '10',
        WAVE_MAX_AMOUNT: '50000',
        WAVE_AGGREGATED_MERCHANT_ID: 'am-7lks22ap113t4',
        WAVE_POLL_SCHEDULE_S: '1, 2,5',
      }),
    ).toMatchObject({
      baseUrl: 'https://api.wave.com',
      standIn: false,
      requestSigningSecret: 'wave_sn_AKS_1',
      webhookSecrets: ['wave_sn_WHS_1', 'wave_sn_WHS_0'],
      currency: 'GMD',
      minAmount: 10,
      maxAmount: 50_000,
      returnUrl: 'https://pay.example.com',
      aggregatedMerchantId: 'am-7lks22ap113t4',
      pollScheduleS: [1, 2, 5],
    });
  });
});

describe('refuses, naming the setting,', () => {
  const live = { ...PRODUCTION, ...KEYS };
  it.each<[string, Environment, string]>([
    ['a key without a webhook secret', { ...live, WAVE_WEBHOOK_SECRET: '' }, 'WAVE_WEBHOOK_SECRET'],
    ['a webhook secret without a key', { ...live, WAVE_API_KEY: '' }, 'WAVE_API_KEY'],
    ["the sandbox's key", { ...live, WAVE_API_KEY: 'wave_sn_sandbox_malipo' }, 'WAVE_API_KEY'],
    [
      "the sandbox's secret",
      { ...live, WAVE_WEBHOOK_SECRET: 'wave_sn_WHS_malipo-sandbox' },
      'WAVE_WEBHOOK_SECRET',
    ],
    ['a key that is no header', { ...live, WAVE_API_KEY: 'wave sn' }, 'WAVE_API_KEY'],
    [
      'a signing secret as webhook secret',
      { ...live, WAVE_WEBHOOK_SECRET: 'wave_sn_AKS_1' },
      'WAVE_WEBHOOK_SECRET',
    ],
    [
      'the key as webhook secret',
      { ...live, WAVE_WEBHOOK_SECRET: KEYS.WAVE_API_KEY },
      'WAVE_WEBHOOK_SECRET',
    ],
    [
      'a webhook secret as signing secret',
      { ...live, WAVE_REQUEST_SIGNING_SECRET: 'wave_sn_WHS_1' },
      'WAVE_REQUEST_SIGNING_SECRET',
    ],
    ['plain HTTP', { ...live, WAVE_BASE_URL: 'http://api.example.com' }, 'WAVE_BASE_URL'],
    [
      'a plain way back',
      { ...live, WAVE_RETURN_URL: 'http://shop.example.com' },
      'WAVE_RETURN_URL',
    ],
    ['limits upside down', { WAVE_MIN_AMOUNT: '10', WAVE_MAX_AMOUNT: '9' }, 'WAVE_MAX_AMOUNT'],
    ['another currency', { WAVE_CURRENCY: 'USD' }, 'WAVE_CURRENCY'],
    ['no merchant', { WAVE_AGGREGATED_MERCHANT_ID: 'x' }, 'WAVE_AGGREGATED_MERCHANT_ID'],
    ['a falling schedule', { WAVE_POLL_SCHEDULE_S: '30,15' }, 'WAVE_POLL_SCHEDULE_S'],
    ['an unknown mode', { WAVE_WEBHOOK_MODE: 'none' }, 'WAVE_WEBHOOK_MODE'],
    ['a slip of the pen', { WAVE_WEBHOOK_SECRETT: 'x' }, 'WAVE_WEBHOOK_SECRETT'],
  ])('%s', (_case, env, name) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([name]);
    expect(problems.join()).not.toMatch(/wave_sn_prod_1|wave_sn_WHS_1|wave_sn_AKS_1/);
  });
});
