import { CURRENCIES } from '../../common/index.js';
import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';
import type { UgxDecimals } from './stripe.amounts.js';

export interface StripeSettings {
  secretKey: string;
  /** What `livemode` must say in answers and events: test and live keys open the same host. */
  live: boolean;
  /** Without version, no trailing slash. */
  baseUrl: string;
  /** The current one first; two while one replaces the other. */
  webhookSecrets: readonly string[];
  /** How far a signature's time may be from ours, either way. */
  webhookToleranceS: number;
  currencies: readonly string[];
  ugxDecimals: UgxDecimals;
  /** Major units. Stripe's own limits depend on currency and account; it refuses by itself. */
  minAmount: number;
  maxAmount: number;
  /** Empty: what the dashboard switches on. */
  paymentMethodTypes: readonly string[];
  /** Where the payer goes when nobody named a place; null: our page that tells how the payment stands. */
  returnUrl: string | null;
  publicUrl: string;
  /** How long an attempt is waited for; a page itself is open for 24 hours. */
  lifetimeS: number;
  pollScheduleS: readonly number[];
}

const LIVE_URL = 'https://api.stripe.com';
const SANDBOX = { secretKey: 'sk_test_malipo_sandbox', webhookSecret: 'whsec_malipo_sandbox' };
const DAY_S = 86_400;
const MAX_AMOUNT = 999_999_999_999;
/** Until Stripe was asked about a currency, for this account: others by setting. */
const DEFAULT_CURRENCIES = ['USD', 'EUR', 'GBP'];

/** 1, 2 and 5 minutes, then every 15 until 5 minutes after the page's end. */
const POLL_SCHEDULE_S = [
  60,
  120,
  300,
  ...Array.from({ length: 96 }, (_, i) => (i + 1) * 900),
  DAY_S + 300,
];

/** Stripe's settings; null when nothing of it is configured and no sandbox stands in. */
export const stripeSettings: SettingsSection<StripeSettings | null> = {
  key: 'stripe',
  variables: [
    'STRIPE_SECRET_KEY',
    'STRIPE_WEBHOOK_SECRET',
    'STRIPE_WEBHOOK_SECRET_PREVIOUS',
    'STRIPE_WEBHOOK_TOLERANCE_S',
    'STRIPE_BASE_URL',
    'STRIPE_CURRENCIES',
    'STRIPE_UGX_DECIMALS',
    'STRIPE_MIN_AMOUNT',
    'STRIPE_MAX_AMOUNT',
    'STRIPE_PAYMENT_METHOD_TYPES',
    'STRIPE_RETURN_URL',
    'STRIPE_LIFETIME_S',
    'STRIPE_POLL_SCHEDULE_S',
  ],
  read(env, context) {
    const standInUrl = context.sandboxUrl === null ? null : `${context.sandboxUrl}/stripe`;
    const baseUrl = env.url('STRIPE_BASE_URL', standInUrl ?? LIVE_URL);
    const credentials = readCredentials(env, context, baseUrl === standInUrl);
    const settings = {
      baseUrl,
      publicUrl: context.publicUrl,
      ...readAmounts(env),
      webhookToleranceS: env.integer('STRIPE_WEBHOOK_TOLERANCE_S', 300, { min: 1, max: DAY_S }),
      paymentMethodTypes: readMethods(env),
      returnUrl: readReturnUrl(env),
      lifetimeS: env.integer('STRIPE_LIFETIME_S', DAY_S + 600, { min: 60, max: 30 * DAY_S }),
      pollScheduleS: readSchedule(env),
    };
    if (!credentials) return null;
    if (baseUrl.startsWith('http:') && !isLoopback(new URL(baseUrl).hostname)) {
      env.problem('STRIPE_BASE_URL', 'unencrypted; use an https address');
    }
    return { ...settings, ...credentials };
  },
};

type Credentials = Pick<StripeSettings, 'secretKey' | 'live' | 'webhookSecrets'>;

function readCredentials(
  env: SettingReader,
  { production }: SectionContext,
  standIn: boolean,
): Credentials | null {
  const names = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const;
  const addressed = env.optional('STRIPE_BASE_URL') !== null && !standIn;
  const previous = env.optional('STRIPE_WEBHOOK_SECRET_PREVIOUS');
  const started = addressed || names.some((name) => env.optional(name) !== null);
  if (!started && !standIn) return null;
  const read = (name: string, known: string): string => {
    const value = env.optional(name);
    if (value === null && !standIn) {
      env.problem(name, 'missing; Stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET');
    }
    if (production && value === known) {
      env.problem(name, 'still the default that everybody knows; set what Stripe gave you');
    }
    return env.text(name, standIn ? known : '');
  };
  const secretKey = read('STRIPE_SECRET_KEY', SANDBOX.secretKey);
  const webhookSecret = read('STRIPE_WEBHOOK_SECRET', SANDBOX.webhookSecret);
  const [, mode] = /^[sr]k_(test|live)_[!-~]+$/.exec(secretKey) ?? [];
  if (secretKey !== '' && mode === undefined) {
    env.problem('STRIPE_SECRET_KEY', 'not a secret key; use one such as sk_test_… or rk_live_…');
  }
  if (mode === 'live') env.live('STRIPE_SECRET_KEY');
  checkWebhookSecret(env, 'STRIPE_WEBHOOK_SECRET', webhookSecret);
  checkWebhookSecret(env, 'STRIPE_WEBHOOK_SECRET_PREVIOUS', previous ?? '');
  const webhookSecrets = previous === null ? [webhookSecret] : [webhookSecret, previous];
  return { secretKey, live: mode === 'live', webhookSecrets };
}

/** An API key in its place shows only when the first notification comes. */
function checkWebhookSecret(env: SettingReader, name: string, value: string): void {
  if (value !== '' && !/^whsec_[!-~]+$/.test(value)) {
    env.problem(name, "not a webhook endpoint's secret; use the one with whsec_ in front");
  }
}

function readAmounts(
  env: SettingReader,
): Pick<StripeSettings, 'currencies' | 'ugxDecimals' | 'minAmount' | 'maxAmount'> {
  const name = 'STRIPE_CURRENCIES';
  const currencies = env.list(name, DEFAULT_CURRENCIES).map((code) => code.toUpperCase());
  const strange = currencies.find((code) => !CURRENCIES.has(code));
  if (currencies.length === 0 || strange !== undefined) {
    env.problem(name, `"${strange ?? ''}" is no currency we know; use a list such as USD,EUR`);
  }
  const ugx = env.optional('STRIPE_UGX_DECIMALS');
  const decimals = env.choice('STRIPE_UGX_DECIMALS', ['0', '2'], '2');
  if (currencies.includes('UGX') && ugx === null) {
    env.problem(
      'STRIPE_UGX_DECIMALS',
      "unset, and Stripe's pages disagree about UGX; try it with a test key, then set 0 or 2",
    );
  }
  const minAmount = env.integer('STRIPE_MIN_AMOUNT', 0, { min: 0, max: MAX_AMOUNT });
  const maxAmount = env.integer('STRIPE_MAX_AMOUNT', MAX_AMOUNT, { min: 1, max: MAX_AMOUNT });
  if (maxAmount < minAmount) {
    env.problem('STRIPE_MAX_AMOUNT', `${maxAmount} is below STRIPE_MIN_AMOUNT; raise it`);
  }
  return { currencies, ugxDecimals: decimals === '0' ? 0 : 2, minAmount, maxAmount };
}

function readMethods(env: SettingReader): readonly string[] {
  const name = 'STRIPE_PAYMENT_METHOD_TYPES';
  const words = env.list(name, ['card']);
  if (words.length === 1 && words[0] === 'dashboard') return [];
  const strange = words.find((word) => !/^[a-z0-9_]{1,40}$/.test(word));
  if (strange !== undefined) env.problem(name, `"${strange}" is no method; use card or dashboard`);
  return words;
}

function readReturnUrl(env: SettingReader): string | null {
  return env.optional('STRIPE_RETURN_URL') === null ? null : env.url('STRIPE_RETURN_URL', LIVE_URL);
}

function readSchedule(env: SettingReader): readonly number[] {
  const name = 'STRIPE_POLL_SCHEDULE_S';
  if (env.optional(name) === null) return POLL_SCHEDULE_S;
  const seconds = env
    .list(name, [])
    .map((word) => (/^[1-9]\d{0,6}$/.test(word) ? Number(word) : 0));
  if (seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) return seconds;
  env.problem(name, 'must be rising whole seconds; use a list such as 60,120,300');
  return POLL_SCHEDULE_S;
}
