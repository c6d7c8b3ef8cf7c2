import { ConfigError } from './config.error.js';
import type { Environment } from './environment.reader.js';
import { loadConfig, loadStorage } from './load-config.js';
import type { SettingsSection } from './settings.js';

interface ToyGateway {
  key: string;
  baseUrl: string;
}
const toyGateway: SettingsSection<ToyGateway> = {
  key: 'toypay',
  variables: ['TOYPAY_KEY', 'TOYPAY_BASE_URL'],
  read(env, context) {
    const key = env.secret('TOYPAY_KEY', 'toypay-dev-key');
    if (key.startsWith('live_')) env.live('TOYPAY_KEY');
    return {
      key,
      baseUrl: env.url('TOYPAY_BASE_URL', context.sandboxUrl ?? 'https://toypay.test'),
    };
  },
};

const LOCAL_DB = 'postgres://app:pw@127.0.0.1:5432/malipo';
const REMOTE_DB = 'postgres://app:pw@db.internal:5432/malipo';
const SECRET = 'a-secret-of-our-own-that-is-long-enough';
const PRODUCTION: Environment = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  PUBLIC_URL: 'https://pay.example.com',
  DATABASE_URL: REMOTE_DB,
  JWT_SECRET: SECRET,
  TOYPAY_KEY: 'our-own-key',
};

function load(env: Environment) {
  return loadConfig(env, [toyGateway]);
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

describe('with nothing set', () => {
  const config = load({});

  it('is the playground: embedded database, sandbox, demo data, loopback only', () => {
    expect(config).toMatchObject({
      nodeEnv: 'development',
      production: false,
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      database: { url: null, migrationUrl: null },
      redisUrl: null,
      sandbox: { enabled: true, port: 4010, url: 'http://127.0.0.1:4010' },
      demoData: true,
      allowGuestCheckout: true,
      shutdownGraceMs: 25_000,
    });
    expect(config.auth.jwtSecret.length).toBeGreaterThanOrEqual(32);
  });

  it('points a gateway at the sandbox, and tells the sandbox its credentials', () => {
    expect(config.section(toyGateway)).toEqual({
      key: 'toypay-dev-key',
      baseUrl: 'http://127.0.0.1:4010',
    });
    expect(config.sandbox.environment).toEqual({
      TOYPAY_KEY: 'toypay-dev-key',
      TOYPAY_BASE_URL: 'http://127.0.0.1:4010',
    });
  });

  it("hands the sandbox's own durations on where they are set", () => {
    const environment = load({ SANDBOX_HANG_MS: '50' }).sandbox.environment;
    expect(environment).toMatchObject({ SANDBOX_HANG_MS: '50' });
    expect(environment).not.toHaveProperty('SANDBOX_LATE_DELAY_MS');
    expect(problemsOf({ SANDBOX_HANG_MS: 'long' })).toEqual([
      expect.stringMatching(/^SANDBOX_HANG_MS: "long" will not do/),
    ]);
  });

  it('refuses to hand out a section it never read', () => {
    expect(() => config.section({ ...toyGateway, key: 'other' })).toThrow('other');
  });
});

describe('defaults that depend on the rest', () => {
  it.each<[string, Environment, { sandbox: boolean; demo: boolean; production: boolean }]>([
    ['embedded', {}, { sandbox: true, demo: true, production: false }],
    [
      'local database',
      { DATABASE_URL: LOCAL_DB },
      { sandbox: false, demo: false, production: false },
    ],
    [
      'local database with the sandbox asked for',
      { DATABASE_URL: LOCAL_DB, SANDBOX: 'on', DEMO_DATA: 'on' },
      { sandbox: true, demo: true, production: false },
    ],
    [
      'unix socket',
      { DATABASE_URL: 'postgres:///malipo?host=/run/postgresql', SANDBOX: 'on' },
      { sandbox: true, demo: false, production: false },
    ],
    ['switched off', { SANDBOX: 'off' }, { sandbox: false, demo: true, production: false }],
    ['production', PRODUCTION, { sandbox: false, demo: false, production: true }],
    [
      'production on the embedded database',
      { ...PRODUCTION, DATABASE_URL: '' },
      { sandbox: false, demo: false, production: true },
    ],
  ])('%s', (_, env, expected) => {
    const config = load(env);
    expect({
      sandbox: config.sandbox.enabled,
      demo: config.demoData,
      production: config.production,
    }).toEqual(expected);
  });

  it('keeps the gateway away from the sandbox where there is none', () => {
    const config = load(PRODUCTION);
    expect(config.section(toyGateway).baseUrl).toBe('https://toypay.test');
    expect(config.sandbox.environment).toEqual({});
  });

  it('limits prompts where phones ring for real', () => {
    expect(load({}).limits.promptsPerPayerPer10Min).toBeGreaterThan(1_000);
    expect(load(PRODUCTION).limits.promptsPerPayerPer10Min).toBe(5);
  });
});

describe('safe by construction', () => {
  const own = { JWT_SECRET: SECRET, TOYPAY_KEY: 'own', PUBLIC_URL: 'https://pay.example.com' };

  it.each<[string, Environment, string]>([
    ['NODE_ENV', { NODE_ENV: 'production' }, 'NODE_ENV is production'],
    ['a public host', { HOST: '0.0.0.0' }, 'HOST 0.0.0.0 is reachable from elsewhere'],
    ['a public IPv6 host', { HOST: '::' }, 'HOST :: is reachable from elsewhere'],
    ['a remote database', { DATABASE_URL: REMOTE_DB }, 'DATABASE_URL is not on this machine'],
    [
      'a remote host in the query of the database address',
      { DATABASE_URL: `${LOCAL_DB}?host=db.internal` },
      'DATABASE_URL is not on this machine',
    ],
    [
      'a database wherever PGHOST says',
      { DATABASE_URL: 'postgres:///malipo', PGHOST: 'db.internal' },
      'DATABASE_URL is not on this machine',
    ],
    [
      'a remote owner connection',
      { DATABASE_URL: LOCAL_DB, MIGRATION_DATABASE_URL: REMOTE_DB },
      'MIGRATION_DATABASE_URL is not on this machine',
    ],
    ['a live key', { TOYPAY_KEY: 'live_123' }, 'TOYPAY_KEY looks live'],
  ])('%s makes it production: whatever is unsafe is named', (_, cause, reason) => {
    const unsafe = {
      ...cause,
      SANDBOX: 'on',
      DEMO_DATA: 'on',
      PUBLIC_URL: 'http://pay.example.com',
    };
    const problems = problemsOf(unsafe);
    const names = problems.map((problem) => problem.slice(0, problem.indexOf(':'))).sort();
    const key = cause.TOYPAY_KEY ? [] : ['TOYPAY_KEY'];
    expect(names).toEqual(['DEMO_DATA', 'JWT_SECRET', 'PUBLIC_URL', 'SANDBOX', ...key].sort());
    expect(() => load(unsafe)).toThrow(reason);
    expect(load({ ...own, ...cause }).production).toBe(true);
  });

  it.each<[string, Environment]>([
    ['localhost', { HOST: 'localhost' }],
    ['IPv6 loopback', { HOST: '::1' }],
    ['another address of 127/8', { HOST: '127.0.0.2' }],
  ])('%s stays a playground', (_, env) => {
    expect(load(env)).toMatchObject({ production: false, sandbox: { enabled: true } });
  });

  it('refuses default secrets in production', () => {
    const known = { JWT_SECRET: load({}).auth.jwtSecret, TOYPAY_KEY: 'toypay-dev-key' };
    expect(problemsOf({ ...PRODUCTION, ...known })).toEqual([
      expect.stringMatching(/^JWT_SECRET: still the default/),
      expect.stringMatching(/^TOYPAY_KEY: still the default/),
    ]);
  });

  it('signs receipts with the log-in secret unless they have their own', () => {
    const own = 'another-secret-of-our-own-for-receipts';
    expect(load(PRODUCTION).receiptSecret).toBe(SECRET);
    expect(load({ ...PRODUCTION, RECEIPT_SECRET: own }).receiptSecret).toBe(own);
    expect(load({}).receiptSecret).toBe(load({}).auth.jwtSecret);
    expect(problemsOf({ ...PRODUCTION, RECEIPT_SECRET: 'short' })).toEqual([
      expect.stringMatching(/^RECEIPT_SECRET: shorter than 32/),
    ]);
  });

  it('needs no log-in secret where another identity provider signs, but one for receipts', () => {
    const jwks = {
      ...PRODUCTION,
      JWT_SECRET: undefined,
      RECEIPT_SECRET: SECRET,
      JWT_JWKS_URL: 'https://id.example.com/keys',
      JWT_ISSUER: 'https://id.example.com',
      JWT_AUDIENCE: 'malipo',
    };
    expect(load(jwks).auth).toMatchObject({ jwtSecret: '', jwks: { defaultRole: null } });
    expect(problemsOf({ ...jwks, JWT_ISSUER: '', JWT_AUDIENCE: '' })).toEqual([
      expect.stringMatching(/^JWT_ISSUER: missing/),
      expect.stringMatching(/^JWT_AUDIENCE: missing/),
    ]);
    expect(problemsOf({ ...jwks, JWT_JWKS_URL: 'http://id.example.com/keys' })).toEqual([
      expect.stringMatching(/^JWT_JWKS_URL: must be https/),
    ]);
    expect(problemsOf({ ...jwks, RECEIPT_SECRET: undefined })).toEqual([
      expect.stringMatching(/^RECEIPT_SECRET: missing/),
    ]);
  });
});

describe('problems', () => {
  it.each<[string, Environment, RegExp]>([
    [
      'not a number',
      { PORT: 'abc' },
      /^PORT: "abc" will not do; use a whole number from 1 to 65535/,
    ],
    ['out of range', { PORT: '70000' }, /^PORT: "70000" will not do/],
    ['a fraction', { JOBS_SWEEP_MS: '1.5' }, /^JOBS_SWEEP_MS: "1.5" will not do; .* at least 50/],
    ['unknown choice', { ROLE: 'boss' }, /^ROLE: "boss" is unknown; use one of all, api, worker/],
    ['unknown environment', { NODE_ENV: 'prod' }, /^NODE_ENV: "prod" is unknown/],
    ['not a flag', { SANDBOX: 'perhaps' }, /^SANDBOX: "perhaps" is neither on nor off/],
    ['not an address', { PUBLIC_URL: 'pay.example.com' }, /^PUBLIC_URL: not an address; use http:/],
    [
      'wrong scheme',
      { DATABASE_URL: 'mysql://127.0.0.1/x' },
      /^DATABASE_URL: not an address; use po/,
    ],
    ['relative return URL', { RETURN_URL_ALLOWLIST: '/done' }, /^RETURN_URL_ALLOWLIST: "\/done"/],
    [
      'an origin with a path',
      { CORS_ORIGINS: 'https://a.test/x' },
      /^CORS_ORIGINS: "https:\/\/a.test/,
    ],
    ['short secret', { JWT_SECRET: 'short' }, /^JWT_SECRET: shorter than 32 characters/],
    [
      'owner without database',
      { MIGRATION_DATABASE_URL: LOCAL_DB },
      /^MIGRATION_DATABASE_URL: set w/,
    ],
    ['api without database', { ROLE: 'api' }, /^DATABASE_URL: missing, and ROLE=api needs it/],
    [
      'worker without database',
      { ROLE: 'worker' },
      /^DATABASE_URL: missing, and ROLE=worker needs/,
    ],
    [
      'mail without a sender of its own',
      { ...PRODUCTION, SMTP_URL: 'smtps://mail.example.com' },
      /^MAIL_FROM: missing, and SMTP_URL needs it/,
    ],
    ['a list of senders', { MAIL_FROM: 'a@b.example, c@d.example' }, /^MAIL_FROM: is no address/],
    ['a sender of two lines', { MAIL_FROM: 'A\nBcc: <c@d.example>' }, /^MAIL_FROM: is no address/],
    ['two on one port', { SANDBOX_PORT: '3000' }, /^SANDBOX_PORT: 3000 is PORT as well/],
    [
      'a misspelt setting',
      { JWT_SECRT: 'x' },
      /^JWT_SECRT: unknown setting; did you mean JWT_SECRET/,
    ],
    [
      'of a section',
      { TOYPAY_KYE: 'x' },
      /^TOYPAY_KYE: unknown setting; did you mean TOYPAY_KEY\?/,
    ],
    ['a slip without a family', { PUBLIC_ULR: 'x' }, /^PUBLIC_ULR: unknown .* PUBLIC_URL\?/],
    ['even an empty one', { SMTP_HOST: '' }, /^SMTP_HOST: unknown setting; did you mean SMTP_URL/],
  ])('%s', (_, env, expected) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, Environment]>([
    [
      'what belongs to others',
      { PATH: '/bin', HOME: '/root', NODE_OPTIONS: '', LOG_DIR: 'x', TZ: 'UTC' },
    ],
    [
      "an orchestrator's service links",
      {
        REDIS_PORT: 'tcp://10.0.0.1:6379',
        REDIS_SERVICE_HOST: '10.0.0.1',
        REDIS_PORT_6379_TCP: 'x',
      },
    ],
    ['a sender with a name', { MAIL_FROM: 'Travel App <noreply@travelapp.com>' }],
    ['set but empty', { PORT: '', JWT_SECRET: ' ', DATABASE_URL: '' }],
  ])('accepts %s', (_, env) => {
    expect(problemsOf(env)).toEqual([]);
  });

  it('lists all of them in one message, without secrets', () => {
    const env = { PORT: '0', SANDBOX_PROT: '1', JWT_SECRET: 'hunter2', REDIS_URL: 'hunter2@host' };
    expect(problemsOf(env)).toHaveLength(4);
    expect(() => load(env)).toThrow(/^4 settings need attention:\n {2}PORT/);
    expect(() => load(env)).not.toThrow('hunter2');
  });
});

describe('loadStorage', () => {
  it('needs the database alone, also in production', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: LOCAL_DB,
      MIGRATION_DATABASE_URL: REMOTE_DB,
    };
    expect(loadStorage(env).database).toMatchObject({ url: LOCAL_DB, migrationUrl: REMOTE_DB });
  });

  it('lists what is wrong with it', () => {
    const load = () => loadStorage({ DATABASE_URL: 'mysql://x', DATABASE_POOL_SIZE: '0' });
    expect(load).toThrow(/^2 settings need attention/);
  });
});
