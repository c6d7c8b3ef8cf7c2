import { ConfigError, type Environment, loadConfig } from '../../config/index.js';
import { chapaSettings } from './chapa.config.js';

const KEYS = { CHAPA_SECRET_KEY: 'CHASECK_TEST-1', CHAPA_WEBHOOK_SECRET: 'hash' };
const OUTSIDE = { SANDBOX: 'off', DEMO_DATA: 'off' };
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: 'postgres://app:pw@127.0.0.1:5432/malipo',
  JWT_SECRET: 'a-secret-of-our-own-that-is-long-enough',
};

const load = (env: Environment) => loadConfig(env, [chapaSettings]);
const settingsOf = (env: Environment) => load(env).section(chapaSettings);

function problemsOf(env: Environment): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('chapaSettings', () => {
  it('meets the sandbox where nothing is set', () => {
    expect(settingsOf({})).toMatchObject({
      baseUrl: 'http://127.0.0.1:4010/chapa/v1',
      secretKey: 'CHASECK_TEST-malipo-sandbox',
      mode: 'test',
      partialRefunds: true,
      refundBy: 'reference',
    });
    expect(settingsOf(KEYS)).toMatchObject({
      baseUrl: 'http://127.0.0.1:4010/chapa/v1',
      secretKey: 'CHASECK_TEST-1',
      webhookSecret: 'hash',
    });
  });

  it('is off without sandbox and settings, and meets Chapa with them', () => {
    expect(settingsOf(OUTSIDE)).toBeNull();
    expect(settingsOf({ ...OUTSIDE, ...KEYS })?.baseUrl).toBe('https://api.chapa.co/v1');
  });

  it.each([
    [{ CHAPA_SECRET_KEY: 'CHASECK_TEST-1' }, 'CHAPA_WEBHOOK_SECRET'],
    [{ CHAPA_WEBHOOK_SECRET: 'hash' }, 'CHAPA_SECRET_KEY'],
  ])('asks for the other one besides %j', (given, missing) => {
    expect(problemsOf({ ...OUTSIDE, ...given })).toEqual([
      expect.stringContaining(`${missing}: missing; Chapa needs both`),
    ]);
  });

  it('takes a live key for production, where the sandbox must not be', () => {
    const live = { ...KEYS, CHAPA_SECRET_KEY: 'CHASECK-1' };
    expect(problemsOf({ ...live, SANDBOX: 'on' })).toContain(
      'SANDBOX: on, which production must not be; set SANDBOX=off',
    );
    const { production } = load({ ...PRODUCTION, ...OUTSIDE, ...live });
    expect(production).toBe(true);
    expect(settingsOf({ ...PRODUCTION, ...OUTSIDE, ...live })?.mode).toBe('live');
  });

  it('knows no mode of a key of another form', () => {
    expect(settingsOf({ ...OUTSIDE, ...KEYS, CHAPA_SECRET_KEY: 'key-1' })?.mode).toBeNull();
  });

  it('refuses what everybody knows in production', () => {
    const known = {
      CHAPA_SECRET_KEY: 'CHASECK_TEST-malipo-sandbox',
      CHAPA_WEBHOOK_SECRET: 'sandbox-chapa-webhook-secret',
    };
    expect(problemsOf({ ...PRODUCTION, ...OUTSIDE, ...known })).toEqual([
      expect.stringMatching(/^CHAPA_SECRET_KEY: still the default/),
      expect.stringMatching(/^CHAPA_WEBHOOK_SECRET: still the default/),
    ]);
  });

  it.each([
    [{ CHAPA_BASE_URL: 'http://api.chapa.co/v1' }, /CHAPA_BASE_URL: unencrypted/],
    [{ CHAPA_REFUND_BY: 'id' }, /CHAPA_REFUND_BY/],
    [{ CHAPA_MAX_AMOUNT: '0' }, /CHAPA_MAX_AMOUNT/],
    [{ CHAPA_POLL_SCHEDULE_S: '30,15' }, /CHAPA_POLL_SCHEDULE_S: must be rising/],
    [{ CHAPA_KEY: 'x' }, /CHAPA_KEY: unknown setting/],
  ])('says what is wrong with %j', (env, problem) => {
    expect(problemsOf({ ...KEYS, ...env })).toEqual([expect.stringMatching(problem)]);
  });

  it('asks until five minutes after the page is over', () => {
    const schedule = settingsOf({})?.pollScheduleS ?? [];
    expect(schedule.slice(0, 6)).toEqual([15, 30, 60, 180, 300, 420]);
    expect(schedule.slice(-2)).toEqual([3_780, 3_900]);
    expect(settingsOf({ CHAPA_LINK_LIFETIME_S: '10' })?.pollScheduleS).toEqual([
      15, 30, 60, 180, 300, 310,
    ]);
    expect(settingsOf({ CHAPA_POLL_SCHEDULE_S: '1,2' })?.pollScheduleS).toEqual([1, 2]);
  });
});
