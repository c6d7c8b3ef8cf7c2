import { generateKeyPairSync } from 'node:crypto';
import { ConfigError, type Environment, loadConfig } from '../../config/index.js';
import { azamPaySettings } from './azampay.config.js';

const CREDENTIALS = {
  AZAMPAY_APP_NAME: 'coral-beach',
  AZAMPAY_CLIENT_ID: 'our-id',
  AZAMPAY_CLIENT_SECRET: 'our-secret',
};
const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const TEST_HOSTS = {
  AZAMPAY_AUTH_URL: 'https://authenticator-sandbox.azampay.co.tz',
  AZAMPAY_CHECKOUT_URL: 'https://sandbox.azampay.co.tz',
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/malipo',
  JWT_SECRET: 'a-secret-of-our-own-that-is-long-enough',
};

function load(env: Environment) {
  return loadConfig(env, [azamPaySettings]);
}

function settingsOf(env: Environment) {
  const settings = load(env).section(azamPaySettings);
  if (!settings) throw new Error('AzamPay is off');
  return settings;
}

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
  it('everything points there, with the credentials that it knows, and the status query on', () => {
    expect(settingsOf({})).toMatchObject({
      appName: 'malipo-sandbox',
      clientId: 'sandbox-client-id',
      clientSecret: 'sandbox-client-secret',
      apiKey: null,
      authUrl: 'http://127.0.0.1:4010/azampay',
      checkoutUrl: 'http://127.0.0.1:4010/azampay',
      standIn: true,
      checkoutPath: '/azampay/mno/checkout',
      amountFormat: 'number',
      acceptShortSignature: false,
      unsignedCallbacks: 'query',
      statusQuery: true,
      promptLifetimeS: 900,
      pollScheduleS: [15, 30, 60, 180, 300, 420, 540, 660, 780, 900],
    });
  });

  it('the sandbox is told the credentials in use', () => {
    expect(load(CREDENTIALS).sandbox.environment).toMatchObject(CREDENTIALS);
    expect(load({}).sandbox.environment).toMatchObject({ AZAMPAY_APP_NAME: 'malipo-sandbox' });
  });

  it("the gateway's own test hosts need its own credentials", () => {
    expect(problemsOf(TEST_HOSTS)).toHaveLength(3);
    expect(settingsOf({ ...TEST_HOSTS, ...CREDENTIALS })).toMatchObject({
      standIn: false,
      statusQuery: false,
      pollScheduleS: [],
    });
  });
});

describe('without the sandbox', () => {
  it('is off while nothing of it is set', () => {
    expect(load(OUTSIDE).section(azamPaySettings)).toBeNull();
  });

  it('makes the deployment production by default, for those are the live hosts', () => {
    expect(() => load({ ...OUTSIDE, ...CREDENTIALS })).toThrow(/AZAMPAY_CHECKOUT_URL looks live/);
  });

  it('runs against the live hosts with the status query off', () => {
    expect(settingsOf({ ...PRODUCTION, ...CREDENTIALS })).toMatchObject({
      authUrl: 'https://authenticator.azampay.co.tz',
      checkoutUrl: 'https://checkout.azampay.co.tz',
      publicKeyUrls: [
        'https://checkout.azampay.co.tz/azampay/v1/public-key?format=Pem',
        'https://authenticator.azampay.co.tz/api/Token/PublicKey',
      ],
      standIn: false,
      statusQuery: false,
      pollScheduleS: [],
    });
  });

  it('takes what is configured', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const settings = settingsOf({
      ...OUTSIDE,
      ...CREDENTIALS,
      ...TEST_HOSTS,
      AZAMPAY_API_KEY: 'dashboard-token',
      AZAMPAY_CHECKOUT_PATH: '/api/v1/checkout/checkoutmno',
      AZAMPAY_AMOUNT_FORMAT: 'string',
      AZAMPAY_PUBLIC_KEY: pem.replaceAll('\n', String.raw`\n`),
      AZAMPAY_PUBLIC_KEY_URL: 'https://keys.example.com/azampay.pem',
      AZAMPAY_ACCEPT_SHORT_SIGNATURE: 'on',
      AZAMPAY_UNSIGNED_CALLBACKS: 'reject',
      AZAMPAY_STATUS_QUERY: 'on',
      AZAMPAY_POLL_SCHEDULE_S: '1, 2,5',
      AZAMPAY_PROMPT_LIFETIME_S: '60',
      AZAMPAY_CALLBACK_USER: 'azam',
      AZAMPAY_CALLBACK_PASSWORD: 'pass',
    });
    expect(settings).toMatchObject({
      apiKey: 'dashboard-token',
      checkoutPath: '/api/v1/checkout/checkoutmno',
      amountFormat: 'string',
      publicKeyUrls: ['https://keys.example.com/azampay.pem'],
      acceptShortSignature: true,
      unsignedCallbacks: 'reject',
      statusQuery: true,
      pollScheduleS: [1, 2, 5],
      promptLifetimeS: 60,
      callbackUser: 'azam',
      callbackPassword: 'pass',
    });
    expect(settings.pinnedKey?.equals(publicKey)).toBe(true);
  });
});

describe('a problem names the variable and the fix', () => {
  const base = { ...OUTSIDE, ...CREDENTIALS, ...TEST_HOSTS };
  it.each([
    [
      'half the credentials',
      { ...base, AZAMPAY_CLIENT_SECRET: '' },
      /^AZAMPAY_CLIENT_SECRET: missing/,
    ],
    ['one credential', { AZAMPAY_CLIENT_ID: 'a' }, /^AZAMPAY_APP_NAME: missing/],
    ['an address alone', { ...OUTSIDE, ...TEST_HOSTS }, /^AZAMPAY_APP_NAME: missing/],
    [
      'hosts of two environments',
      { ...base, AZAMPAY_AUTH_URL: 'https://authenticator.azampay.co.tz' },
      /^AZAMPAY_CHECKOUT_URL: another environment .* use https:/,
    ],
    [
      'an unencrypted host',
      { ...base, AZAMPAY_AUTH_URL: 'http://a.example', AZAMPAY_CHECKOUT_URL: 'http://a.example' },
      /^AZAMPAY_AUTH_URL: unencrypted; use an https address$/,
    ],
    [
      'an unencrypted key address',
      { ...base, AZAMPAY_PUBLIC_KEY_URL: 'http://a.example/key' },
      /^AZAMPAY_PUBLIC_KEY_URL: unencrypted/,
    ],
    [
      'no path',
      { ...base, AZAMPAY_CHECKOUT_PATH: 'checkout' },
      /^AZAMPAY_CHECKOUT_PATH: .* not a path/,
    ],
    [
      'no key',
      { ...base, AZAMPAY_PUBLIC_KEY: 'abc' },
      /^AZAMPAY_PUBLIC_KEY: not an RSA public key/,
    ],
    [
      'a falling schedule',
      { ...base, AZAMPAY_POLL_SCHEDULE_S: '30,15' },
      /^AZAMPAY_POLL_SCHEDULE_S: /,
    ],
    [
      'words in the schedule',
      { ...base, AZAMPAY_POLL_SCHEDULE_S: 'soon' },
      /^AZAMPAY_POLL_SCHEDULE_S: /,
    ],
    [
      'an unknown policy',
      { ...base, AZAMPAY_UNSIGNED_CALLBACKS: 'trust' },
      /^AZAMPAY_UNSIGNED_CALLBACKS: /,
    ],
    ['a slip', { ...base, AZAMPAY_CLIENT_SECERT: 'x' }, /^AZAMPAY_CLIENT_SECERT: unknown setting/],
    [
      'the default secret in production',
      { ...PRODUCTION, ...CREDENTIALS, AZAMPAY_CLIENT_SECRET: 'sandbox-client-secret' },
      /^AZAMPAY_CLIENT_SECRET: still the default/,
    ],
  ])('%s', (_case, env, problem) => {
    expect(problemsOf(env).some((text) => problem.test(text))).toBe(true);
  });

  it('no problem repeats a secret', () => {
    const env = { ...base, AZAMPAY_APP_NAME: '', AZAMPAY_PUBLIC_KEY: 'abc' };
    expect(problemsOf(env).join('\n')).not.toContain('our-secret');
  });
});
