import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';
import { CURRENCIES } from '../../common/index.js';

/** What one product (Collections, Disbursements) is entered with. */
export interface MtnCredentials {
  subscriptionKey: string;
  apiUser: string;
  apiKey: string;
}

export interface MtnMomoSettings {
  collection: MtnCredentials;
  /** Pays refunds out; null where the product is not subscribed to. */
  disbursement: MtnCredentials | null;
  /** No trailing slash. */
  baseUrl: string;
  /** Our own sandbox answers in MTN's place. */
  standIn: boolean;
  /** `sandbox`, or the code of a country. */
  targetEnvironment: string;
  currencies: readonly string[];
  countries: readonly string[];
  /** Major units. */
  minAmount: number;
  maxAmount: number;
  decimals: boolean;
  /** Names our notification address with each order. */
  callbacks: boolean;
  partialRefunds: boolean;
  refundVersion: 'v1_0' | 'v2_0';
  promptLifetimeS: number;
  pollScheduleS: readonly number[];
}

/** Live environments: the country of each and the currency of its wallets. */
export const MTN_ENVIRONMENTS = {
  mtnuganda: { country: 'UG', currency: 'UGX' },
  mtnghana: { country: 'GH', currency: 'GHS' },
  mtnivorycoast: { country: 'CI', currency: 'XOF' },
  mtnzambia: { country: 'ZM', currency: 'ZMW' },
  mtncameroon: { country: 'CM', currency: 'XAF' },
  mtnbenin: { country: 'BJ', currency: 'XOF' },
  mtncongo: { country: 'CG', currency: 'XAF' },
  mtnswaziland: { country: 'SZ', currency: 'SZL' },
  mtnguineaconakry: { country: 'GN', currency: 'GNF' },
  mtnsouthafrica: { country: 'ZA', currency: 'ZAR' },
  mtnliberia: { country: 'LR', currency: 'LRD' },
  mtnsouthsudan: { country: 'SS', currency: 'SSP' },
  mtnnigeria: { country: 'NG', currency: 'NGN' },
  mtnrwanda: { country: 'RW', currency: 'RWF' },
} as const;
type LiveEnvironment = keyof typeof MTN_ENVIRONMENTS;
const TARGETS = ['sandbox', ...Object.keys(MTN_ENVIRONMENTS)] as ('sandbox' | LiveEnvironment)[];

const SANDBOX_URL = 'https://sandbox.momodeveloper.mtn.com';
const COLLECTION = ['MTN_SUBSCRIPTION_KEY', 'MTN_API_USER', 'MTN_API_KEY'] as const;
const DISBURSEMENT = [
  'MTN_DISBURSEMENT_SUBSCRIPTION_KEY',
  'MTN_DISBURSEMENT_API_USER',
  'MTN_DISBURSEMENT_API_KEY',
] as const;
/** The stand-in's: MTN's API users are UUIDs, its keys 32 hex digits. */
const STAND_IN = {
  collection: {
    subscriptionKey: 'malipo-sandbox-collection',
    apiUser: '5a1e0c5e-0000-4000-8000-00000000c011',
    apiKey: 'sandbox-collection-api-key',
  },
  disbursement: {
    subscriptionKey: 'malipo-sandbox-disbursement',
    apiUser: '5a1e0c5e-0000-4000-8000-00000000d15b',
    apiKey: 'sandbox-disbursement-api-key',
  },
} as const satisfies Record<string, MtnCredentials>;
const DEFAULTS: ReadonlySet<string> = new Set(
  Object.values(STAND_IN).flatMap((credentials) => Object.values(credentials)),
);

const DAY_S = 86_400;
/** More than this fits no amount of ours; MTN's limits differ by market and are not published. */
const MAX_AMOUNT = 999_999_999_999;

/** 5, 10, 20, 30, 60 s, then every minute to 6 minutes, then every 10 minutes to the end of a day. */
const POLL_SCHEDULE_S = [
  5,
  10,
  20,
  30,
  60,
  ...Array.from({ length: 5 }, (_, i) => (i + 2) * 60),
  ...Array.from({ length: 143 }, (_, i) => (i + 1) * 600),
  DAY_S,
];

/** MTN MoMo's settings; null when nothing of it is configured and no sandbox stands in. */
export const mtnMomoSettings: SettingsSection<MtnMomoSettings | null> = {
  key: 'mtn_momo',
  variables: [
    ...COLLECTION,
    'MTN_TARGET_ENVIRONMENT',
    'MTN_BASE_URL',
    ...DISBURSEMENT,
    'MTN_CURRENCY',
    'MTN_MIN_AMOUNT',
    'MTN_MAX_AMOUNT',
    'MTN_DECIMALS',
    'MTN_CALLBACKS',
    'MTN_PARTIAL_REFUNDS',
    'MTN_REFUND_VERSION',
    'MTN_PROMPT_LIFETIME_S',
    'MTN_POLL_SCHEDULE_S',
  ],
  read(env, context) {
    const target = env.choice('MTN_TARGET_ENVIRONMENT', TARGETS, 'sandbox');
    if (target !== 'sandbox') env.live('MTN_TARGET_ENVIRONMENT');
    const host = readHost(env, context, target);
    const collection = readCredentials(env, context, host, 'collection');
    const disbursement = readCredentials(env, context, host, 'disbursement');
    const settings = {
      ...host,
      targetEnvironment: target,
      ...readMarket(env, host, target),
      ...readAmounts(env),
      callbacks: env.flag('MTN_CALLBACKS', host.standIn || target !== 'sandbox'),
      partialRefunds: env.flag('MTN_PARTIAL_REFUNDS', false),
      refundVersion: env.choice('MTN_REFUND_VERSION', ['v1_0', 'v2_0'], 'v1_0'),
      promptLifetimeS: env.integer('MTN_PROMPT_LIFETIME_S', DAY_S, { min: 1, max: 7 * DAY_S }),
      pollScheduleS: readSchedule(env),
    };
    if (!collection) {
      if (disbursement) {
        env.problem('MTN_SUBSCRIPTION_KEY', `missing; MTN MoMo needs ${COLLECTION.join(', ')}`);
      }
      return null;
    }
    checkHost(env, settings);
    return { ...settings, collection, disbursement };
  },
};

type Host = Pick<MtnMomoSettings, 'baseUrl' | 'standIn'>;
type Target = (typeof TARGETS)[number];

/** MTN tells the live host of a country at go-live only, so there is no default for it. */
function readHost(env: SettingReader, { sandboxUrl }: SectionContext, target: Target): Host {
  const standInUrl = sandboxUrl === null ? null : `${sandboxUrl}/mtn_momo`;
  const baseUrl = env.url('MTN_BASE_URL', standInUrl ?? (target === 'sandbox' ? SANDBOX_URL : ''));
  return { baseUrl, standIn: baseUrl === standInUrl };
}

function readCredentials(
  env: SettingReader,
  { production }: SectionContext,
  { standIn }: Host,
  product: keyof typeof STAND_IN,
): MtnCredentials | null {
  const names = product === 'collection' ? COLLECTION : DISBURSEMENT;
  const fallback = STAND_IN[product];
  const fallbacks = [fallback.subscriptionKey, fallback.apiUser, fallback.apiKey];
  const given = names.map((name) => env.optional(name));
  const started = given.some((value) => value !== null);
  const [subscriptionKey = '', apiUser = '', apiKey = ''] = names.map((name, i) => {
    const value = given[i] ?? null;
    if (started && value === null) {
      env.problem(name, `missing; MTN's ${product} needs all of ${names.join(', ')}`);
    }
    if (production && value !== null && DEFAULTS.has(value)) {
      env.problem(name, 'still the default that everybody knows; set what MTN gave you');
    }
    if (value !== null && !/^[!-~]+$/.test(value)) {
      env.problem(name, 'holds characters that no key has; copy it anew');
    }
    return env.text(name, started || !standIn ? '' : (fallbacks[i] ?? ''));
  });
  return started || standIn ? { subscriptionKey, apiUser, apiKey } : null;
}

/**
 * Each live environment has one currency; MTN's sandbox knows EUR only. Our stand-in also takes all live
 * currencies, so that a price in any of them can be paid without an account.
 */
function readMarket(
  env: SettingReader,
  { standIn }: Host,
  target: Target,
): Pick<MtnMomoSettings, 'currencies' | 'countries'> {
  const own = env.optional('MTN_CURRENCY')?.toUpperCase() ?? null;
  if (own !== null && !CURRENCIES.has(own)) {
    env.problem('MTN_CURRENCY', `"${own}" is no currency known here; use an ISO 4217 code`);
  }
  if (target === 'sandbox') {
    const markets = standIn ? Object.values(MTN_ENVIRONMENTS) : [];
    const known = markets.map(({ currency }) => currency).filter((code) => CURRENCIES.has(code));
    return {
      currencies: own === null ? ['EUR', ...new Set(known)] : [own],
      countries: markets.map(({ country }) => country),
    };
  }
  const { country, currency } = MTN_ENVIRONMENTS[target];
  if (own === null && !CURRENCIES.has(currency)) {
    env.problem('MTN_TARGET_ENVIRONMENT', `${target} pays in ${currency}, which is not known here`);
  }
  return { currencies: [own ?? currency], countries: [country] };
}

function readAmounts(
  env: SettingReader,
): Pick<MtnMomoSettings, 'minAmount' | 'maxAmount' | 'decimals'> {
  const minAmount = env.integer('MTN_MIN_AMOUNT', 1, { min: 1, max: MAX_AMOUNT });
  const maxAmount = env.integer('MTN_MAX_AMOUNT', MAX_AMOUNT, { min: 1, max: MAX_AMOUNT });
  if (maxAmount < minAmount) {
    env.problem('MTN_MAX_AMOUNT', `${maxAmount} is below MTN_MIN_AMOUNT; raise it`);
  }
  return { minAmount, maxAmount, decimals: env.flag('MTN_DECIMALS', false) };
}

function readSchedule(env: SettingReader): readonly number[] {
  const name = 'MTN_POLL_SCHEDULE_S';
  if (env.optional(name) === null) return POLL_SCHEDULE_S;
  const seconds = env
    .list(name, [])
    .map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  if (seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) return seconds;
  env.problem(name, 'must be rising whole seconds; use a list such as 5,10,20');
  return POLL_SCHEDULE_S;
}

function checkHost(
  env: SettingReader,
  { baseUrl, targetEnvironment }: Pick<MtnMomoSettings, 'baseUrl' | 'targetEnvironment'>,
): void {
  if (baseUrl === '') {
    env.problem('MTN_BASE_URL', 'missing; set the live host that MTN gave you at go-live');
    return;
  }
  const { hostname } = new URL(baseUrl);
  if (baseUrl.startsWith('http:') && !isLoopback(hostname)) {
    env.problem('MTN_BASE_URL', 'unencrypted; use an https address');
  }
  const testHost = hostname === new URL(SANDBOX_URL).hostname;
  if (testHost && targetEnvironment !== 'sandbox') {
    env.problem(
      'MTN_BASE_URL',
      `MTN's sandbox, while MTN_TARGET_ENVIRONMENT is ${targetEnvironment}; use the live host`,
    );
  }
  if (!testHost && !isLoopback(hostname) && targetEnvironment === 'sandbox') {
    env.problem(
      'MTN_TARGET_ENVIRONMENT',
      `sandbox, while MTN_BASE_URL is ${hostname}; name the country of that host, such as mtnghana`,
    );
  }
}
