import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';

/** Currencies of the countries that Wave names: XOF of four, GMD of the Gambia, UGX of Uganda. */
export const WAVE_CURRENCIES = ['XOF', 'GMD', 'UGX'] as const;

export interface WaveSettings {
  apiKey: string;
  /** Signs our own requests, where the key was made so; null where it was not. */
  requestSigningSecret: string | null;
  /** No trailing slash. */
  baseUrl: string;
  /** Our own sandbox answers in Wave's place. */
  standIn: boolean;
  /** How the webhook was set up at Wave: signed, or with a shared secret as bearer token. */
  webhookMode: 'signature' | 'shared_secret';
  /** The current one first; two while one replaces the other. */
  webhookSecrets: readonly string[];
  /** How far a signature's time may be from ours, either way. */
  webhookToleranceS: number;
  /** One key is one wallet is one currency. */
  currency: (typeof WAVE_CURRENCIES)[number];
  /** Major units. */
  minAmount: number;
  maxAmount: number;
  /** Where the payer goes when nobody named a place. */
  returnUrl: string;
  /** Only the phone that the payer named may pay. */
  restrictPayer: boolean;
  aggregatedMerchantId: string | null;
  sessionLifetimeS: number;
  pollScheduleS: readonly number[];
}

const LIVE_URL = 'https://api.wave.com';
const SANDBOX = { apiKey: 'wave_sn_sandbox_malipo', webhookSecret: 'wave_sn_WHS_malipo-sandbox' };
const DAY_S = 86_400;
/** More than this fits no amount of ours; Wave publishes no limit of its own. */
const MAX_AMOUNT = 999_999_999_999;

/** 15, 30, 60 s, then every 2 minutes to 30 minutes, then every 15 minutes to the end of a day. */
const POLL_SCHEDULE_S = [
  15,
  30,
  60,
  ...Array.from({ length: 15 }, (_, i) => (i + 1) * 120),
  ...Array.from({ length: 94 }, (_, i) => 1_800 + (i + 1) * 900),
];

/** Wave's settings; null when nothing of it is configured and no sandbox stands in. */
export const waveSettings: SettingsSection<WaveSettings | null> = {
  key: 'wave',
  variables: [
    'WAVE_API_KEY',
    'WAVE_REQUEST_SIGNING_SECRET',
    'WAVE_BASE_URL',
    'WAVE_WEBHOOK_MODE',
    'WAVE_WEBHOOK_SECRET',
    'WAVE_WEBHOOK_SECRET_PREVIOUS',
    'WAVE_WEBHOOK_TOLERANCE_S',
    'WAVE_CURRENCY',
    'WAVE_MIN_AMOUNT',
    'WAVE_MAX_AMOUNT',
    'WAVE_RETURN_URL',
    'WAVE_RESTRICT_PAYER',
    'WAVE_AGGREGATED_MERCHANT_ID',
    'WAVE_SESSION_LIFETIME_S',
    'WAVE_POLL_SCHEDULE_S',
  ],
  read(env, context) {
    const host = readHost(env, context);
    const credentials = readCredentials(env, context, host);
    const settings = {
      ...host,
      ...readAmounts(env),
      webhookMode: env.choice('WAVE_WEBHOOK_MODE', ['signature', 'shared_secret'], 'signature'),
      webhookToleranceS: env.integer('WAVE_WEBHOOK_TOLERANCE_S', 300, { min: 1, max: DAY_S }),
      returnUrl: env.url('WAVE_RETURN_URL', context.publicUrl),
      restrictPayer: env.flag('WAVE_RESTRICT_PAYER', false),
      aggregatedMerchantId: readMerchant(env),
      sessionLifetimeS: env.integer('WAVE_SESSION_LIFETIME_S', DAY_S, { min: 60, max: 7 * DAY_S }),
      pollScheduleS: readSchedule(env),
    };
    if (!credentials) return null;
    checkAddresses(env, settings);
    return { ...settings, ...credentials };
  },
};

type Host = Pick<WaveSettings, 'baseUrl' | 'standIn'>;
type Credentials = Pick<WaveSettings, 'apiKey' | 'requestSigningSecret' | 'webhookSecrets'>;

function readHost(env: SettingReader, { sandboxUrl }: SectionContext): Host {
  const standInUrl = sandboxUrl === null ? null : `${sandboxUrl}/wave`;
  const baseUrl = env.url('WAVE_BASE_URL', standInUrl ?? LIVE_URL);
  return { baseUrl, standIn: baseUrl === standInUrl };
}

function readCredentials(
  env: SettingReader,
  { production }: SectionContext,
  { standIn }: Host,
): Credentials | null {
  const given = [env.optional('WAVE_API_KEY'), env.optional('WAVE_WEBHOOK_SECRET')];
  const addressed = env.optional('WAVE_BASE_URL') !== null && !standIn;
  const requestSigningSecret = env.optional('WAVE_REQUEST_SIGNING_SECRET');
  const previous = env.optional('WAVE_WEBHOOK_SECRET_PREVIOUS');
  const started = addressed || given.some((value) => value !== null);
  if (!started && !standIn) return null;
  const apiKey = readSecret(env, 'WAVE_API_KEY', standIn ? SANDBOX.apiKey : '', production);
  const webhookSecret = readSecret(
    env,
    'WAVE_WEBHOOK_SECRET',
    standIn ? SANDBOX.webhookSecret : '',
    production,
  );
  if (apiKey !== '' && !/^[!-~]+$/.test(apiKey)) {
    env.problem('WAVE_API_KEY', 'holds characters that no key has; copy it anew');
  }
  // The three look alike, and a mix-up shows only when the first payment does.
  if (/_AKS_/.test(webhookSecret) || (apiKey !== '' && webhookSecret === apiKey)) {
    env.problem('WAVE_WEBHOOK_SECRET', "not a webhook's secret; use the one with _WHS_ in it");
  }
  if (requestSigningSecret !== null && /_WHS_/.test(requestSigningSecret)) {
    env.problem('WAVE_REQUEST_SIGNING_SECRET', "a webhook's secret; use the one with _AKS_ in it");
  }
  // Wave has no test environment: its keys all move money, and say so.
  if (/_prod_/.test(apiKey)) env.live('WAVE_API_KEY');
  return {
    apiKey,
    requestSigningSecret,
    webhookSecrets: previous === null ? [webhookSecret] : [webhookSecret, previous],
  };
}

/** Required wherever Wave is set up, also outside production: unlike a log-in secret it cannot be made up. */
function readSecret(
  env: SettingReader,
  name: string,
  sandboxDefault: string,
  production: boolean,
): string {
  const value = env.optional(name);
  if (value === null && sandboxDefault === '') {
    env.problem(name, 'missing; Wave needs WAVE_API_KEY and WAVE_WEBHOOK_SECRET');
  }
  if (production && (value === SANDBOX.apiKey || value === SANDBOX.webhookSecret)) {
    env.problem(name, 'still the default that everybody knows; set what Wave gave you');
  }
  return env.text(name, sandboxDefault);
}

function readAmounts(
  env: SettingReader,
): Pick<WaveSettings, 'currency' | 'minAmount' | 'maxAmount'> {
  const currency = env.choice('WAVE_CURRENCY', WAVE_CURRENCIES, 'XOF');
  const minAmount = env.integer('WAVE_MIN_AMOUNT', 1, { min: 1, max: MAX_AMOUNT });
  const maxAmount = env.integer('WAVE_MAX_AMOUNT', MAX_AMOUNT, { min: 1, max: MAX_AMOUNT });
  if (maxAmount < minAmount) {
    env.problem('WAVE_MAX_AMOUNT', `${maxAmount} is below WAVE_MIN_AMOUNT; raise it`);
  }
  return { currency, minAmount, maxAmount };
}

function readMerchant(env: SettingReader): string | null {
  const id = env.optional('WAVE_AGGREGATED_MERCHANT_ID');
  if (id !== null && !/^am-[\w-]{1,60}$/.test(id)) {
    env.problem('WAVE_AGGREGATED_MERCHANT_ID', `"${id}" is no merchant; use one such as am-7lks…`);
  }
  return id;
}

function readSchedule(env: SettingReader): readonly number[] {
  const name = 'WAVE_POLL_SCHEDULE_S';
  if (env.optional(name) === null) return POLL_SCHEDULE_S;
  const seconds = env
    .list(name, [])
    .map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  if (seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) return seconds;
  env.problem(name, 'must be rising whole seconds; use a list such as 15,30,60');
  return POLL_SCHEDULE_S;
}

function checkAddresses(
  env: SettingReader,
  { baseUrl, standIn, returnUrl }: Host & Pick<WaveSettings, 'returnUrl'>,
): void {
  const { hostname } = new URL(baseUrl);
  if (hostname === new URL(LIVE_URL).hostname) env.live('WAVE_BASE_URL');
  if (baseUrl.startsWith('http:') && !isLoopback(hostname)) {
    env.problem('WAVE_BASE_URL', 'unencrypted; use an https address');
  }
  if (!standIn && !isLoopback(hostname) && !returnUrl.startsWith('https:')) {
    env.problem(
      'WAVE_RETURN_URL',
      'Wave leads payers back to https addresses only; set it, or an https PUBLIC_URL',
    );
  }
}
