import type { KeyObject } from 'node:crypto';
import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';
import { readPublicKey } from './azampay.keys.js';

export interface AzamPaySettings {
  appName: string;
  clientId: string;
  clientSecret: string;
  /** The dashboard's "token"; sources disagree on whether it is needed, so it is sent when set. */
  apiKey: string | null;
  /** No trailing slash. */
  authUrl: string;
  checkoutUrl: string;
  /** Our own sandbox answers in AzamPay's place. */
  standIn: boolean;
  checkoutPath: string;
  statusPath: string;
  amountFormat: 'number' | 'string';
  /** Tried in this order. */
  publicKeyUrls: readonly string[];
  /** Trusted instead of any key fetched. */
  pinnedKey: KeyObject | null;
  /** Also accept a signature over utilityref and externalreference alone: it does not cover the status. */
  acceptShortSignature: boolean;
  /** `query`: ask the gateway; `park`: leave it to a person; `reject`: refuse it like a forgery. */
  unsignedCallbacks: 'query' | 'park' | 'reject';
  /** The status query is undocumented, so it is off unless the sandbox answers it. */
  statusQuery: boolean;
  promptLifetimeS: number;
  pollScheduleS: readonly number[];
  callbackUser: string | null;
  callbackPassword: string | null;
}

const CREDENTIALS = ['AZAMPAY_APP_NAME', 'AZAMPAY_CLIENT_ID', 'AZAMPAY_CLIENT_SECRET'] as const;
const SANDBOX_CREDENTIALS = ['malipo-sandbox', 'sandbox-client-id', 'sandbox-client-secret'];

/** Authenticator and checkout of one environment belong together. */
const HOSTS = {
  live: {
    auth: 'https://authenticator.azampay.co.tz',
    checkout: 'https://checkout.azampay.co.tz',
  },
  test: {
    auth: 'https://authenticator-sandbox.azampay.co.tz',
    checkout: 'https://sandbox.azampay.co.tz',
  },
};

/** Recommended where the status query is on: 15, 30, 60 s, then every 2 minutes up to 15 minutes. */
const POLL_SCHEDULE_S = [15, 30, 60, 180, 300, 420, 540, 660, 780, 900];

/** AzamPay's settings; null when nothing of it is configured and no sandbox stands in. */
export const azamPaySettings: SettingsSection<AzamPaySettings | null> = {
  key: 'azampay',
  variables: [
    ...CREDENTIALS,
    'AZAMPAY_API_KEY',
    'AZAMPAY_AUTH_URL',
    'AZAMPAY_CHECKOUT_URL',
    'AZAMPAY_CHECKOUT_PATH',
    'AZAMPAY_STATUS_PATH',
    'AZAMPAY_AMOUNT_FORMAT',
    'AZAMPAY_PUBLIC_KEY_URL',
    'AZAMPAY_PUBLIC_KEY',
    'AZAMPAY_ACCEPT_SHORT_SIGNATURE',
    'AZAMPAY_UNSIGNED_CALLBACKS',
    'AZAMPAY_STATUS_QUERY',
    'AZAMPAY_PROMPT_LIFETIME_S',
    'AZAMPAY_POLL_SCHEDULE_S',
    'AZAMPAY_CALLBACK_USER',
    'AZAMPAY_CALLBACK_PASSWORD',
  ],
  read(env, context) {
    const hosts = readHosts(env, context);
    const credentials = readCredentials(env, context, hosts);
    const settings = {
      ...hosts,
      apiKey: env.optional('AZAMPAY_API_KEY'),
      ...readWire(env, hosts),
      ...readCallbackRules(env, hosts),
    };
    if (!credentials) return null;
    checkAddresses(env, settings);
    return { ...settings, ...credentials };
  },
};

type Hosts = Pick<AzamPaySettings, 'authUrl' | 'checkoutUrl' | 'standIn'>;
type Credentials = Pick<AzamPaySettings, 'appName' | 'clientId' | 'clientSecret'>;
type CallbackRules = Pick<
  AzamPaySettings,
  | 'publicKeyUrls'
  | 'pinnedKey'
  | 'acceptShortSignature'
  | 'unsignedCallbacks'
  | 'callbackUser'
  | 'callbackPassword'
>;

function readHosts(env: SettingReader, { sandboxUrl }: SectionContext): Hosts {
  const standInUrl = sandboxUrl === null ? null : `${sandboxUrl}/azampay`;
  const authUrl = env.url('AZAMPAY_AUTH_URL', standInUrl ?? HOSTS.live.auth);
  const checkoutUrl = env.url('AZAMPAY_CHECKOUT_URL', standInUrl ?? HOSTS.live.checkout);
  return { authUrl, checkoutUrl, standIn: authUrl === standInUrl && checkoutUrl === standInUrl };
}

function readCredentials(
  env: SettingReader,
  context: SectionContext,
  { standIn }: Hosts,
): Credentials | null {
  const given = CREDENTIALS.map((name) => env.optional(name));
  const addressed = ['AZAMPAY_AUTH_URL', 'AZAMPAY_CHECKOUT_URL'].some((n) => env.optional(n));
  const started = given.some((value) => value !== null) || (addressed && !standIn);
  if (!started && !standIn) return null;
  const [appName = '', clientId = '', clientSecret = ''] = CREDENTIALS.map((name, i) => {
    const value = given[i] ?? null;
    if (started && value === null) {
      env.problem(name, `missing; AzamPay needs all of ${CREDENTIALS.join(', ')}`);
    }
    if (context.production && value === SANDBOX_CREDENTIALS[i]) {
      env.problem(name, 'still the default that everybody knows; set what AzamPay gave you');
    }
    return env.text(name, started ? '' : (SANDBOX_CREDENTIALS[i] ?? ''));
  });
  return { appName, clientId, clientSecret };
}

function readWire(env: SettingReader, { standIn }: Hosts) {
  const statusQuery = env.flag('AZAMPAY_STATUS_QUERY', standIn);
  return {
    checkoutPath: readPath(env, 'AZAMPAY_CHECKOUT_PATH', '/azampay/mno/checkout'),
    statusPath: readPath(env, 'AZAMPAY_STATUS_PATH', '/api/v1/partner/gettransactionstatus'),
    amountFormat: env.choice('AZAMPAY_AMOUNT_FORMAT', ['number', 'string'], 'number'),
    statusQuery,
    promptLifetimeS: env.integer('AZAMPAY_PROMPT_LIFETIME_S', 900, { min: 1, max: 86_400 }),
    pollScheduleS: readSchedule(env, 'AZAMPAY_POLL_SCHEDULE_S', statusQuery),
  };
}

function readCallbackRules(env: SettingReader, { authUrl, checkoutUrl }: Hosts): CallbackRules {
  const keyUrl = env.optional('AZAMPAY_PUBLIC_KEY_URL') && env.url('AZAMPAY_PUBLIC_KEY_URL', '');
  const pinned = env.optional('AZAMPAY_PUBLIC_KEY');
  const pinnedKey = pinned === null ? null : readPublicKey(pinned);
  if (pinned !== null && pinnedKey === null) {
    env.problem(
      'AZAMPAY_PUBLIC_KEY',
      'not an RSA public key; use its PEM, with \\n for line breaks, or leave it unset to fetch the key',
    );
  }
  return {
    // The documentation names the first, the sandbox was seen to answer only the second.
    publicKeyUrls: keyUrl
      ? [keyUrl]
      : [`${checkoutUrl}/azampay/v1/public-key?format=Pem`, `${authUrl}/api/Token/PublicKey`],
    pinnedKey,
    acceptShortSignature: env.flag('AZAMPAY_ACCEPT_SHORT_SIGNATURE', false),
    unsignedCallbacks: env.choice(
      'AZAMPAY_UNSIGNED_CALLBACKS',
      ['query', 'park', 'reject'],
      'query',
    ),
    callbackUser: env.optional('AZAMPAY_CALLBACK_USER'),
    callbackPassword: env.optional('AZAMPAY_CALLBACK_PASSWORD'),
  };
}

function readPath(env: SettingReader, name: string, fallback: string): string {
  const path = env.text(name, fallback);
  if (/^\/[\w./-]+$/.test(path)) return path;
  env.problem(name, `"${path}" is not a path; use one such as ${fallback}`);
  return fallback;
}

function readSchedule(env: SettingReader, name: string, statusQuery: boolean): number[] {
  const words = env.list(name, POLL_SCHEDULE_S.map(String));
  const seconds = words.map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  if (!seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) {
    env.problem(name, 'must be rising whole seconds; use a list such as 15,30,60');
    return POLL_SCHEDULE_S;
  }
  return statusQuery ? seconds : [];
}

function checkAddresses(
  env: SettingReader,
  { authUrl, checkoutUrl, publicKeyUrls }: Hosts & Pick<AzamPaySettings, 'publicKeyUrls'>,
): void {
  const named: [string, string][] = [
    ['AZAMPAY_AUTH_URL', authUrl],
    ['AZAMPAY_CHECKOUT_URL', checkoutUrl],
    ['AZAMPAY_PUBLIC_KEY_URL', publicKeyUrls[0] ?? checkoutUrl],
  ];
  for (const [name, url] of named) {
    if (url.startsWith('http:') && !isLoopback(new URL(url).hostname)) {
      env.problem(name, 'unencrypted; use an https address');
    }
  }
  if (environmentOf(authUrl) === 'live') env.live('AZAMPAY_AUTH_URL');
  if (environmentOf(checkoutUrl) === 'live') env.live('AZAMPAY_CHECKOUT_URL');
  if (environmentOf(authUrl) !== environmentOf(checkoutUrl)) {
    const pairs = Object.values(HOSTS).map(({ auth, checkout }) => `${auth} with ${checkout}`);
    env.problem(
      'AZAMPAY_CHECKOUT_URL',
      `another environment than AZAMPAY_AUTH_URL; use ${pairs.join(', or ')}`,
    );
  }
}

function environmentOf(url: string): 'live' | 'test' | 'other' {
  const { hostname } = new URL(url);
  const owns = ({ auth, checkout }: { auth: string; checkout: string }): boolean =>
    [auth, checkout].some((known) => new URL(known).hostname === hostname);
  if (owns(HOSTS.live)) return 'live';
  return owns(HOSTS.test) ? 'test' : 'other';
}
