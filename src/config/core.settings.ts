import { join, resolve } from 'node:path';
import { readApprovalLimits } from './approval.limits.js';
import type { Config } from './config.types.js';
import type { EnvironmentReader } from './environment.reader.js';

/** Known to everybody who reads this file, and so refused in production. */
const DEV_JWT_SECRET = 'malipo-development-secret-not-for-production';
const POSTGRES = ['postgres:', 'postgresql:'];
/** A phone that rings for real is protected from prompts; the sandbox's virtual phone needs none of it. */
const SANDBOX_LIMIT = 60_000;

/** Everything but the sections declared elsewhere. */
export type CoreConfig = Omit<Config, 'section'>;

export function readCore(env: EnvironmentReader, production: boolean): CoreConfig {
  const role = env.choice('ROLE', ['all', 'api', 'worker'], 'all');
  const database = readDatabase(env);
  const playground = database.url === null && !production;
  const sandbox = readSandbox(env, playground);
  return {
    nodeEnv: env.choice('NODE_ENV', ['development', 'test', 'production'], 'development'),
    production,
    role,
    ...readAddress(env, production),
    logLevel: env.choice(
      'LOG_LEVEL',
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
    ),
    dataDir: readDataDir(env),
    database,
    redisUrl: env.address('REDIS_URL', ['redis:', 'rediss:']),
    sandbox,
    demoData: env.flag('DEMO_DATA', playground),
    ...readKeys(env, production),
    limits: readLimits(env, sandbox.enabled),
    trustedProxies: env.integer('TRUSTED_PROXIES', 0, { max: 10 }),
    uploadMaxBytes: env.integer('UPLOAD_MAX_BYTES', 5_242_880, { min: 1024, max: 52_428_800 }),
    corsOrigins: readOrigins(env),
    webhookMaxBodyBytes: env.integer('WEBHOOK_MAX_BODY_BYTES', 262_144, { min: 1024 }),
    jobs: readJobs(env),
    approvalLimits: readApprovalLimits(env, 'APPROVAL_LIMITS'),
    expenses: { approvalLimits: readApprovalLimits(env, 'EXPENSE_APPROVAL_LIMITS') },
    orders: {
      unpaidLifetimeS: env.integer('ORDERS_UNPAID_LIFETIME_S', 86_400, { min: 1 }),
    },
    invoices: {
      dueDays: env.integer('INVOICE_DUE_DAYS', 14, { max: 365 }),
      remindBeforeDays: env.integer('INVOICE_REMIND_BEFORE_DAYS', 3, { max: 90 }),
      remindAfterDays: env.integer('INVOICE_REMIND_AFTER_DAYS', 7, { max: 365 }),
    },
    reconciliation: {
      daily: env.flag('RECONCILIATION_DAILY', true),
      lookbackDays: env.integer('RECONCILIATION_LOOKBACK_DAYS', 3, { min: 1, max: 90 }),
      manualDays: env.integer('RECONCILIATION_MANUAL_DAYS', 5, { min: 1, max: 90 }),
    },
    ...readClosing(env),
    idempotency: {
      retentionHours: env.integer('IDEMPOTENCY_RETENTION_HOURS', 24, { min: 1 }),
      lockS: env.integer('IDEMPOTENCY_LOCK_S', 60, { min: 1 }),
    },
    visitAccessHours: env.integer('VISIT_ACCESS_HOURS', 72, { min: 1, max: 8_760 }),
    gateway: {
      connectTimeoutMs: env.integer('GATEWAY_CONNECT_TIMEOUT_MS', 3_000, { min: 50 }),
      totalTimeoutMs: env.integer('GATEWAY_TOTAL_TIMEOUT_MS', 20_000, { min: 100, max: 29_000 }),
      maxConcurrent: env.integer('GATEWAY_MAX_CONCURRENT', 64, { min: 1, max: 10_000 }),
      maxWaitMs: env.integer('GATEWAY_MAX_WAIT_MS', 3_000, { min: 0, max: 8_000 }),
    },
    shutdownGraceMs: env.integer('SHUTDOWN_GRACE_MS', 25_000, { min: 100 }),
    shutdownProbeMs: env.integer('SHUTDOWN_PROBE_MS', production ? 3_000 : 0),
    metricsToken:
      env.secret('METRICS_TOKEN', '', { minLength: production ? 16 : 1, required: false }) || null,
    ...readMail(env, production),
    returnUrlAllowlist: readReturnUrls(env),
    allowGuestCheckout: env.flag('ALLOW_GUEST_CHECKOUT', !production),
  };
}

/** All that migrating takes: a job that has no other secrets can do it. */
export function readStorage(env: EnvironmentReader): Pick<Config, 'dataDir' | 'database'> {
  return { dataDir: readDataDir(env), database: readDatabase(env) };
}

/** Where heads of the audit chain are appended, outside the database. */
export function readAnchorFile(env: EnvironmentReader): string {
  return resolve(env.text('AUDIT_ANCHOR_FILE', join(readDataDir(env), 'audit-anchors.log')));
}

function readClosing(env: EnvironmentReader): Pick<Config, 'dayClose' | 'auditAnchor'> {
  return {
    dayClose: { automatic: env.flag('DAY_CLOSE_AUTOMATIC', true) },
    auditAnchor: {
      file: readAnchorFile(env),
      everyS: env.integer('AUDIT_ANCHOR_EVERY_S', 600, { max: 86_400 }),
    },
  };
}

function readAddress(env: EnvironmentReader, production: boolean) {
  const host = env.text('HOST', '127.0.0.1');
  const port = env.integer('PORT', 3000, { min: 1, max: 65_535 });
  const own = `http://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${port}`;
  const publicUrl = env.url('PUBLIC_URL', own);
  if (production && !publicUrl.startsWith('https://')) {
    env.problem('PUBLIC_URL', 'must be https in production; set the address that clients use');
  }
  return { host, port, publicUrl };
}

function readDataDir(env: EnvironmentReader): string {
  return resolve(env.text('DATA_DIR', '.data'));
}

function readDatabase(env: EnvironmentReader): Config['database'] {
  const url = env.address('DATABASE_URL', POSTGRES);
  const owner = env.address('MIGRATION_DATABASE_URL', POSTGRES);
  if (owner !== null && url === null) {
    env.problem('MIGRATION_DATABASE_URL', 'set without DATABASE_URL; set both or neither');
  }
  return {
    url,
    migrationUrl: owner ?? url,
    poolSize: env.integer('DATABASE_POOL_SIZE', 10, { min: 2, max: 500 }),
    lockTimeoutMs: env.integer('DATABASE_LOCK_TIMEOUT_MS', 2_000, { min: 1 }),
    statementTimeoutMs: env.integer('DATABASE_STATEMENT_TIMEOUT_MS', 5_000, { min: 1 }),
    idleInTransactionTimeoutMs: env.integer('DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS', 10_000, {
      min: 1,
    }),
  };
}

/** Durations of the sandbox, which is a program of its own: checked here, and handed on where set. */
const SANDBOX_TIMINGS = [
  'SANDBOX_PROMPT_LIFETIME_MS',
  'SANDBOX_CALLBACK_DELAY_MS',
  'SANDBOX_AUTO_ANSWER_DELAY_MS',
  'SANDBOX_LATE_DELAY_MS',
  'SANDBOX_HANG_MS',
  'SANDBOX_CALLBACK_TIMEOUT_MS',
  'SANDBOX_REFUND_DELAY_MS',
];

function readSandbox(env: EnvironmentReader, playground: boolean): Config['sandbox'] {
  const port = env.integer('SANDBOX_PORT', 4010, { min: 1, max: 65_535 });
  const environment: Record<string, string> = {};
  for (const name of SANDBOX_TIMINGS) {
    const unset = env.optional(name) === null;
    const durationMs = env.integer(name, 0, { max: 86_400_000 });
    if (!unset) environment[name] = String(durationMs);
  }
  const journalFile = env.optional('SANDBOX_JOURNAL_FILE');
  if (journalFile !== null) environment['SANDBOX_JOURNAL_FILE'] = resolve(journalFile);
  return {
    enabled: env.flag('SANDBOX', playground),
    port,
    url: `http://127.0.0.1:${port}`,
    environment,
  };
}

function readAuth(env: EnvironmentReader, production: boolean): Config['auth'] {
  const jwksUrl = env.address('JWT_JWKS_URL', ['http:', 'https:']);
  const claims = {
    username: env.text('JWT_CLAIM_USERNAME', 'preferred_username'),
    email: env.text('JWT_CLAIM_EMAIL', 'email'),
    name: env.text('JWT_CLAIM_NAME', 'name'),
    role: env.text('JWT_CLAIM_ROLE', 'role'),
    account: env.text('JWT_CLAIM_ACCOUNT', 'account'),
    phone: env.text('JWT_CLAIM_PHONE', 'phone_number'),
  };
  const defaultRole = env.choice('JWT_DEFAULT_ROLE', ['none', 'customer'], 'none');
  if (jwksUrl !== null) {
    if (production && !jwksUrl.startsWith('https://')) {
      env.problem('JWT_JWKS_URL', 'must be https in production; a plain one can be forged');
    }
    for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE']) {
      if (env.optional(name) === null) {
        env.problem(
          name,
          'missing, and JWT_JWKS_URL needs it; set what the provider puts in tokens',
        );
      }
    }
  }
  return {
    jwtSecret: env.secret('JWT_SECRET', DEV_JWT_SECRET, {
      minLength: 32,
      required: jwksUrl === null,
    }),
    issuer: env.text('JWT_ISSUER', 'malipo'),
    audience: env.text('JWT_AUDIENCE', 'malipo'),
    accessTtlS: env.integer('JWT_ACCESS_TTL_S', 900, { min: 1 }),
    refreshTtlS: env.integer('JWT_REFRESH_TTL_S', 2_592_000, { min: 1 }),
    jwks:
      jwksUrl === null
        ? null
        : { url: jwksUrl, claims, defaultRole: defaultRole === 'customer' ? 'customer' : null },
  };
}

/** How log-ins and receipts are signed; one secret does for both, each under a key of its own. */
function readKeys(env: EnvironmentReader, production: boolean) {
  const auth = readAuth(env, production);
  const options = { minLength: 32, required: false };
  const receiptSecret = env.secret('RECEIPT_SECRET', '', options) || auth.jwtSecret;
  if (production && receiptSecret === '' && auth.jwks !== null) {
    env.problem(
      'RECEIPT_SECRET',
      'missing, and without JWT_SECRET nothing stands in for it; set a long random value of your own',
    );
  }
  return { auth, receiptSecret };
}

function readLimits(env: EnvironmentReader, sandbox: boolean): Config['limits'] {
  const positive = { min: 1 };
  return {
    perCallerPerMinute: env.integer('LIMIT_REQUESTS_PER_MINUTE', sandbox ? SANDBOX_LIMIT : 1_200, {
      min: 60,
    }),
    loginPerAccount: env.integer('LIMIT_LOGINS_PER_ACCOUNT', 5, positive),
    loginPerAddress: env.integer('LIMIT_LOGINS_PER_ADDRESS', 50, positive),
    verifyPerAddressPerMinute: env.integer('LIMIT_VERIFY_PER_MINUTE', 60, positive),
    guestPerAddressPerMinute: env.integer('LIMIT_GUEST_PER_MINUTE', 60, positive),
    promptsPerPayerPer10Min: env.integer(
      'LIMIT_PROMPTS_PER_PAYER',
      sandbox ? SANDBOX_LIMIT : 5,
      positive,
    ),
    promptsPerPaymentPer10Min: env.integer(
      'LIMIT_PROMPTS_PER_PAYMENT',
      sandbox ? SANDBOX_LIMIT : 3,
      positive,
    ),
    webhooksPerAddressPerMinute: env.integer('LIMIT_WEBHOOKS_PER_MINUTE', 6_000, positive),
  };
}

function readJobs(env: EnvironmentReader): Config['jobs'] {
  return {
    sweepMs: env.integer('JOBS_SWEEP_MS', 5_000, { min: 50 }),
    batchSize: env.integer('JOBS_BATCH_SIZE', 50, { min: 1, max: 1_000 }),
    concurrency: env.integer('JOBS_CONCURRENCY', 4, { min: 1, max: 100 }),
    maxAttempts: env.integer('JOBS_MAX_ATTEMPTS', 12, { min: 1 }),
    backoffBaseS: env.integer('JOBS_BACKOFF_BASE_S', 5),
    backoffMaxS: env.integer('JOBS_BACKOFF_MAX_S', 3_600, { min: 1 }),
    recoveryDelayS: env.integer('JOBS_RECOVERY_DELAY_S', 60),
    sealEveryMs: env.integer('JOBS_SEAL_EVERY_MS', 10_000, { min: 50 }),
  };
}

/** A bare address, or a name and an address in angle brackets; never a list, never a second line. */
const SENDER = /^(?:[^\s<>,;:@"]+@[^\s<>,;:@"]+|[^<>,;:@"\p{Cc}]*<[^\s<>,;:@"]+@[^\s<>,;:@"]+>)$/u;

function readMail(env: EnvironmentReader, production: boolean) {
  const smtpUrl = env.address('SMTP_URL', ['smtp:', 'smtps:']);
  if (production && smtpUrl !== null && env.optional('MAIL_FROM') === null) {
    env.problem('MAIL_FROM', 'missing, and SMTP_URL needs it; set the sender of your mail');
  }
  const mailFrom = env.text('MAIL_FROM', 'noreply@travelapp.com');
  if (!SENDER.test(mailFrom)) {
    env.problem('MAIL_FROM', 'is no address; set one such as payments@example.com');
  }
  return { smtpUrl, mailFrom };
}

function readReturnUrls(env: EnvironmentReader): string[] {
  const urls = env.list('RETURN_URL_ALLOWLIST', []);
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      env.problem('RETURN_URL_ALLOWLIST', `"${url}" is not an http(s) address; list absolute URLs`);
    }
  }
  return urls;
}

function readOrigins(env: EnvironmentReader): string[] {
  const origins = env.list('CORS_ORIGINS', []);
  for (const origin of origins) {
    if (origin !== '*' && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
      env.problem('CORS_ORIGINS', `"${origin}" is no origin; list such as https://app.example.com`);
    }
  }
  return origins;
}
