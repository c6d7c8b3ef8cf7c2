import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';
import { CURRENCIES } from '../../common/index.js';

export interface OrangeMoneySettings {
  clientId: string;
  clientSecret: string;
  /** One per merchant and country. */
  merchantKey: string;
  /** The segment of the address, in lower case: a country, or `dev` for tests. */
  country: string;
  /** No trailing slash. */
  baseUrl: string;
  /** Before `/webpayment` and `/transactionstatus`; no trailing slash. */
  webpayPath: string;
  /** Our own sandbox answers in Orange's place. */
  standIn: boolean;
  /** What is collected here; on the segment `dev` the wire says `OUV` instead. */
  currency: string;
  amountUnit: 'major' | 'hundredths';
  lang: 'fr' | 'en';
  /** The merchant's name as the payer sees it; null: none is sent. */
  shownName: string | null;
  /** Major units. */
  minAmount: number;
  maxAmount: number;
  /** Where the payer goes when nobody named a place. */
  returnUrl: string;
  /** Where notifications go when the order names no place. */
  notifyUrl: string;
  lifetimeS: number;
  pollScheduleS: readonly number[];
}

/** Currency of each country that Orange's own lists name. */
export const ORANGE_MONEY_CURRENCIES: Readonly<Record<string, string>> = {
  ci: 'XOF',
  ml: 'XOF',
  sn: 'XOF',
  bf: 'XOF',
  gw: 'XOF',
  cm: 'XAF',
  cf: 'XAF',
  gn: 'GNF',
  mg: 'MGA',
  bw: 'BWP',
  sl: 'SLE',
  lr: 'LRD',
  cd: 'CDF',
  eg: 'EGP',
  // Pretend money: whatever is collected here goes over the wire as OUV.
  dev: 'XOF',
};

/** The longest address that Orange takes. */
export const MAX_URL = 120;

const CREDENTIALS = ['ORANGE_CLIENT_ID', 'ORANGE_CLIENT_SECRET', 'ORANGE_MERCHANT_KEY'] as const;
const SANDBOX_CREDENTIALS = [
  'sandbox-orange-client',
  'sandbox-orange-secret',
  'sandbox-orange-merchant',
];
const LIVE_URL = 'https://api.orange.com';
const NOTIFY_PATH = '/api/payments/webhooks/orange/';
/** Orange publishes no limit; the wire's hundredths of this are still exact. */
const MAX_AMOUNT = 9_999_999_999_999;

/** 10, 20, 40 s, then every minute to 12 minutes, then every 15 minutes to the end of a day. */
const POLL_SCHEDULE_S = [
  10,
  20,
  40,
  ...Array.from({ length: 12 }, (_, i) => (i + 1) * 60),
  ...Array.from({ length: 96 }, (_, i) => (i + 1) * 900),
];

/** Orange Money's settings; null when nothing of it is configured and no sandbox stands in. */
export const orangeMoneySettings: SettingsSection<OrangeMoneySettings | null> = {
  key: 'orange_money',
  variables: [
    ...CREDENTIALS,
    'ORANGE_COUNTRY',
    'ORANGE_BASE_URL',
    'ORANGE_WEBPAY_PATH',
    'ORANGE_CURRENCY',
    'ORANGE_AMOUNT_UNIT',
    'ORANGE_LANG',
    'ORANGE_SHOWN_NAME',
    'ORANGE_MIN_AMOUNT',
    'ORANGE_MAX_AMOUNT',
    'ORANGE_RETURN_URL',
    'ORANGE_LIFETIME_S',
    'ORANGE_POLL_SCHEDULE_S',
  ],
  read(env, context) {
    const host = readHost(env, context);
    const credentials = readCredentials(env, context, host.standIn);
    const place = readPlace(env, credentials !== null, host.standIn);
    const settings = {
      ...host,
      ...place,
      ...readAmounts(env),
      amountUnit: env.choice('ORANGE_AMOUNT_UNIT', ['major', 'hundredths'], 'major'),
      lang: env.choice('ORANGE_LANG', ['fr', 'en'], 'fr'),
      shownName: readShownName(env),
      returnUrl: env.url('ORANGE_RETURN_URL', context.publicUrl),
      notifyUrl: context.publicUrl + NOTIFY_PATH,
      lifetimeS: env.integer('ORANGE_LIFETIME_S', 600, { min: 60, max: 86_400 }),
      pollScheduleS: readSchedule(env),
    };
    if (!credentials) return null;
    checkAddresses(env, settings);
    return { ...settings, ...credentials };
  },
};

function readHost(
  env: SettingReader,
  { sandboxUrl }: SectionContext,
): Pick<OrangeMoneySettings, 'baseUrl' | 'standIn'> {
  const standInUrl = sandboxUrl === null ? null : `${sandboxUrl}/orange_money`;
  const baseUrl = env.url('ORANGE_BASE_URL', standInUrl ?? LIVE_URL);
  return { baseUrl, standIn: baseUrl === standInUrl };
}

function readCredentials(
  env: SettingReader,
  { production }: SectionContext,
  standIn: boolean,
): Pick<OrangeMoneySettings, 'clientId' | 'clientSecret' | 'merchantKey'> | null {
  const given = CREDENTIALS.map((name) => env.optional(name));
  const addressed = env.optional('ORANGE_BASE_URL') !== null && !standIn;
  const started = addressed || given.some((value) => value !== null);
  if (!started && !standIn) return null;
  const [clientId = '', clientSecret = '', merchantKey = ''] = CREDENTIALS.map((name, i) => {
    const value = given[i] ?? null;
    const known = SANDBOX_CREDENTIALS[i] ?? '';
    if (value === null && !standIn) {
      env.problem(name, `missing; Orange Money needs ${CREDENTIALS.join(', ')}`);
    }
    if (production && value === known) {
      env.problem(name, 'still the default that everybody knows; set what Orange gave you');
    }
    if (value !== null && !/^[!-~]+$/.test(value)) {
      env.problem(name, 'holds characters that none of them has; copy it anew');
    }
    return env.text(name, standIn ? known : '');
  });
  if (clientId.includes(':')) {
    env.problem('ORANGE_CLIENT_ID', 'holds a colon, and no id does; leave out the secret');
  }
  return { clientId, clientSecret, merchantKey };
}

/** The country decides the address and the currency, unless those are named. */
function readPlace(
  env: SettingReader,
  enabled: boolean,
  standIn: boolean,
): Pick<OrangeMoneySettings, 'country' | 'webpayPath' | 'currency'> {
  const given = env.optional('ORANGE_COUNTRY')?.toLowerCase() ?? null;
  const countries = Object.keys(ORANGE_MONEY_CURRENCIES);
  if (enabled && given === null && !standIn) {
    env.problem('ORANGE_COUNTRY', `missing; use one of ${countries.join(', ')}`);
  }
  const country = env.text('ORANGE_COUNTRY', 'ci').toLowerCase();
  if (given !== null && !countries.includes(given)) {
    env.problem('ORANGE_COUNTRY', `"${given}" is unknown; use one of ${countries.join(', ')}`);
  }
  const webpayPath = env
    .text('ORANGE_WEBPAY_PATH', `/orange-money-webpay/${country}/v1`)
    .replace(/\/+$/, '');
  if (!/^(\/[\w.-]+)+$/.test(webpayPath)) {
    env.problem('ORANGE_WEBPAY_PATH', 'not a path; use one such as /orange-money-webpay/ci/v1');
  }
  const usual = ORANGE_MONEY_CURRENCIES[country] ?? 'XOF';
  const currency = env.text('ORANGE_CURRENCY', usual).toUpperCase();
  if (!CURRENCIES.has(currency)) {
    env.problem('ORANGE_CURRENCY', `"${currency}" is unknown; use a code such as ${usual}`);
  }
  return { country, webpayPath, currency };
}

function readAmounts(env: SettingReader): Pick<OrangeMoneySettings, 'minAmount' | 'maxAmount'> {
  const limits = { min: 1, max: MAX_AMOUNT };
  const minAmount = env.integer('ORANGE_MIN_AMOUNT', 1, limits);
  const maxAmount = env.integer('ORANGE_MAX_AMOUNT', 999_999_999_999, limits);
  if (maxAmount < minAmount) {
    env.problem('ORANGE_MAX_AMOUNT', `${maxAmount} is below ORANGE_MIN_AMOUNT; raise it`);
  }
  return { minAmount, maxAmount };
}

function readShownName(env: SettingReader): string | null {
  const name = env.optional('ORANGE_SHOWN_NAME');
  if (name !== null && name.length > 30) {
    env.problem('ORANGE_SHOWN_NAME', 'longer than the 30 characters that Orange takes; cut it');
  }
  return name;
}

function readSchedule(env: SettingReader): readonly number[] {
  const name = 'ORANGE_POLL_SCHEDULE_S';
  if (env.optional(name) === null) return POLL_SCHEDULE_S;
  const seconds = env
    .list(name, [])
    .map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  if (seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) return seconds;
  env.problem(name, 'must be rising whole seconds; use a list such as 10,20,40');
  return POLL_SCHEDULE_S;
}

function checkAddresses(
  env: SettingReader,
  {
    baseUrl,
    webpayPath,
    returnUrl,
    notifyUrl,
  }: Pick<OrangeMoneySettings, 'baseUrl' | 'webpayPath' | 'returnUrl' | 'notifyUrl'>,
): void {
  const { hostname } = new URL(baseUrl);
  // Tests and money share the host: only the segment tells them apart.
  if (hostname === new URL(LIVE_URL).hostname && !webpayPath.split('/').includes('dev')) {
    env.live(env.optional('ORANGE_COUNTRY') === null ? 'ORANGE_BASE_URL' : 'ORANGE_COUNTRY');
  }
  if (baseUrl.startsWith('http:') && !isLoopback(hostname)) {
    env.problem('ORANGE_BASE_URL', 'unencrypted; use an https address');
  }
  if (returnUrl.length > MAX_URL) {
    env.problem('ORANGE_RETURN_URL', `longer than the ${MAX_URL} characters that Orange takes`);
  }
  if (notifyUrl.length > MAX_URL) {
    const most = MAX_URL - NOTIFY_PATH.length;
    env.problem(
      'PUBLIC_URL',
      `too long for Orange's notifications; use at most ${most} characters`,
    );
  }
}
