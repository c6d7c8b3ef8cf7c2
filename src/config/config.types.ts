import type { ApprovalLimits } from './approval.limits.js';
import type { SettingsSection } from './settings.js';

/** Everything the environment says, validated once. Durations carry their unit in the name. */
export interface Config {
  nodeEnv: 'development' | 'test' | 'production';
  /** NODE_ENV=production, a public HOST, a remote database or a live-looking gateway key. */
  production: boolean;
  role: 'all' | 'api' | 'worker';
  host: string;
  port: number;
  /** No trailing slash. */
  publicUrl: string;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  dataDir: string;
  database: {
    /** Null: the embedded PostgreSQL under `dataDir`. Boot fills in both URLs then. */
    url: string | null;
    /** Owner's URL for migrations; the application's own when unset. */
    migrationUrl: string | null;
    poolSize: number;
    lockTimeoutMs: number;
    statementTimeoutMs: number;
    idleInTransactionTimeoutMs: number;
  };
  redisUrl: string | null;
  sandbox: {
    enabled: boolean;
    port: number;
    url: string;
    /** What the gateways' sections read, defaults included: the stand-in must know the same credentials. */
    environment: Record<string, string>;
  };
  demoData: boolean;
  auth: {
    jwtSecret: string;
    issuer: string;
    audience: string;
    accessTtlS: number;
    refreshTtlS: number;
    /** An external identity provider instead of our own tokens. */
    jwks: null | {
      url: string;
      claims: {
        username: string;
        email: string;
        name: string;
        role: string;
        account: string;
        phone: string;
      };
      defaultRole: 'customer' | null;
    };
  };
  /** Signs what receipts' QR codes lead to. */
  receiptSecret: string;
  limits: {
    /** Requests per minute and caller on ordinary routes. */
    perCallerPerMinute: number;
    /** Failed logins per account name and per address in 15 minutes. */
    loginPerAccount: number;
    loginPerAddress: number;
    verifyPerAddressPerMinute: number;
    guestPerAddressPerMinute: number;
    promptsPerPayerPer10Min: number;
    promptsPerPaymentPer10Min: number;
    webhooksPerAddressPerMinute: number;
  };
  /** Number of proxies in front, whose X-Forwarded-For is believed. */
  trustedProxies: number;
  webhookMaxBodyBytes: number;
  /** Largest file that may be uploaded. */
  uploadMaxBytes: number;
  /** Origins whose browsers may read answers; `*` stands for any. */
  corsOrigins: string[];
  jobs: {
    /** Bells that got lost are made good by a look at the outbox this often. */
    sweepMs: number;
    batchSize: number;
    concurrency: number;
    /** Failed work is retried with growing pauses, then parked after this many tries. */
    maxAttempts: number;
    backoffBaseS: number;
    backoffMaxS: number;
    /** An attempt whose caller vanished is looked at after this long. */
    recoveryDelayS: number;
    sealEveryMs: number;
  };
  /** Refunds and unallocated money above these amounts move only with a second person. */
  approvalLimits: ApprovalLimits;
  expenses: {
    /** Expenses above these amounts wait for a second person. */
    approvalLimits: ApprovalLimits;
  };
  /** How long a paid visit opens a house to its visitor. */
  visitAccessHours: number;
  /** Goods of an order that nobody pays are held this long. */
  orders: { unpaidLifetimeS: number };
  invoices: {
    /** Days from issue to the due date where an invoice names none. */
    dueDays: number;
    /** Reminders go out so many days before and after the due date, and on it; 0: not at all. */
    remindBeforeDays: number;
    remindAfterDays: number;
  };
  reconciliation: {
    /** Gateways that can be asked are asked every day about what is open or was decided lately. */
    daily: boolean;
    /** What was decided so many days ago is asked about again. */
    lookbackDays: number;
    /** An approved manual payment that no bank statement shows after so many days is reported. */
    manualDays: number;
  };
  /** Days that are over are closed by themselves, soon after midnight UTC. */
  dayClose: { automatic: boolean };
  auditAnchor: {
    /** Where heads of the audit chain are appended. */
    file: string;
    /** How often; 0: not at all. */
    everyS: number;
  };
  idempotency: { retentionHours: number; lockS: number };
  gateway: {
    connectTimeoutMs: number;
    totalTimeoutMs: number;
    /** Calls to one gateway at a time, per process; one more waits, at most so long. */
    maxConcurrent: number;
    maxWaitMs: number;
  };
  /** After this long an unfinished shutdown is cut off. */
  shutdownGraceMs: number;
  /** How long `/health/ready` answers 503 before connections are refused: one probe period. */
  shutdownProbeMs: number;
  metricsToken: string | null;
  smtpUrl: string | null;
  mailFrom: string;
  returnUrlAllowlist: string[];
  allowGuestCheckout: boolean;
  /** The settings of a section declared elsewhere, e.g. by a gateway. */
  section: <T>(this: void, section: SettingsSection<T>) => T;
}

/** Injection token of the one `Config`. */
export const CONFIG = Symbol('CONFIG');
