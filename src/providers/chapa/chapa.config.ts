import {
  isLoopback,
  type SectionContext,
  type SettingReader,
  type SettingsSection,
} from '../../config/index.js';

export type ChapaMode = 'test' | 'live';

export interface ChapaSettings {
  secretKey: string;
  /** The dashboard's "secret hash", which signs notifications; never the API key. */
  webhookSecret: string;
  /** With its version, no trailing slash. */
  baseUrl: string;
  /** What answers must say in `mode`; null where the key does not tell. */
  mode: ChapaMode | null;
  /** Sources disagree on whether parts of a payment can be refunded. */
  partialRefunds: boolean;
  /** What names the payment in the refund's address: Chapa's reference, or ours. */
  refundBy: 'reference' | 'tx_ref';
  /** Major units, by the kind of account. */
  maxAmount: number;
  /** How long a page can be paid. */
  linkLifetimeS: number;
  pollScheduleS: readonly number[];
}

const CREDENTIALS = ['CHAPA_SECRET_KEY', 'CHAPA_WEBHOOK_SECRET'] as const;
const SANDBOX_CREDENTIALS = ['CHASECK_TEST-malipo-sandbox', 'sandbox-chapa-webhook-secret'];
const LIVE_URL = 'https://api.chapa.co/v1';

/** Test keys and live keys open the same host: only this prefix tells them apart. */
const MODES: readonly [RegExp, ChapaMode][] = [
  [/^CHASECK_TEST-/, 'test'],
  [/^CHASECK-/, 'live'],
];

/** A page is asked about until so long after it cannot be paid any more. */
export const AFTER_LIFETIME_S = 300;

/** Chapa's settings; null when nothing of it is configured and no sandbox stands in. */
export const chapaSettings: SettingsSection<ChapaSettings | null> = {
  key: 'chapa',
  variables: [
    ...CREDENTIALS,
    'CHAPA_BASE_URL',
    'CHAPA_PARTIAL_REFUNDS',
    'CHAPA_REFUND_BY',
    'CHAPA_MAX_AMOUNT',
    'CHAPA_LINK_LIFETIME_S',
    'CHAPA_POLL_SCHEDULE_S',
  ],
  read(env, context) {
    const standInUrl = context.sandboxUrl === null ? null : `${context.sandboxUrl}/chapa/v1`;
    const baseUrl = env.url('CHAPA_BASE_URL', standInUrl ?? LIVE_URL);
    const credentials = readCredentials(env, context, baseUrl === standInUrl);
    const linkLifetimeS = env.integer('CHAPA_LINK_LIFETIME_S', 3_600, { min: 1, max: 86_400 });
    const settings = {
      baseUrl,
      partialRefunds: env.flag('CHAPA_PARTIAL_REFUNDS', true),
      refundBy: env.choice('CHAPA_REFUND_BY', ['reference', 'tx_ref'], 'reference'),
      maxAmount: env.integer('CHAPA_MAX_AMOUNT', 500_000, { min: 1, max: 1_000_000_000 }),
      linkLifetimeS,
      pollScheduleS: readSchedule(env, linkLifetimeS),
    };
    if (!credentials) return null;
    if (baseUrl.startsWith('http:') && !isLoopback(new URL(baseUrl).hostname)) {
      env.problem('CHAPA_BASE_URL', 'unencrypted; use an https address');
    }
    const mode = MODES.find(([form]) => form.test(credentials.secretKey))?.[1] ?? null;
    if (mode === 'live') env.live('CHAPA_SECRET_KEY');
    return { ...settings, ...credentials, mode };
  },
};

function readCredentials(
  env: SettingReader,
  { production }: SectionContext,
  standIn: boolean,
): Pick<ChapaSettings, 'secretKey' | 'webhookSecret'> | null {
  const given = CREDENTIALS.map((name) => env.optional(name));
  const addressed = env.optional('CHAPA_BASE_URL') !== null && !standIn;
  const started = addressed || given.some((value) => value !== null);
  if (!started && !standIn) return null;
  const [secretKey = '', webhookSecret = ''] = CREDENTIALS.map((name, i) => {
    const value = given[i] ?? null;
    if (started && value === null) {
      env.problem(name, `missing; Chapa needs both ${CREDENTIALS.join(' and ')}`);
    }
    if (production && value === SANDBOX_CREDENTIALS[i]) {
      env.problem(name, 'still the default that everybody knows; set what Chapa gave you');
    }
    return value ?? (started ? '' : (SANDBOX_CREDENTIALS[i] ?? ''));
  });
  return { secretKey, webhookSecret };
}

/** Recommended: 15, 30, 60 s, then every 2 minutes until the page is over, and a last look after it. */
function recommendedSchedule(linkLifetimeS: number): number[] {
  const endS = linkLifetimeS + AFTER_LIFETIME_S;
  const steps = [15, 30, 60];
  for (let at = 180; at < endS; at += 120) steps.push(at);
  return [...steps.filter((at) => at < endS), endS];
}

function readSchedule(env: SettingReader, linkLifetimeS: number): number[] {
  const recommended = recommendedSchedule(linkLifetimeS);
  const words = env.list('CHAPA_POLL_SCHEDULE_S', recommended.map(String));
  const seconds = words.map((word) => (/^[1-9]\d{0,5}$/.test(word) ? Number(word) : 0));
  if (seconds.every((second, i) => second > (seconds[i - 1] ?? 0))) return seconds;
  env.problem('CHAPA_POLL_SCHEDULE_S', 'must be rising whole seconds; use a list such as 15,30,60');
  return recommended;
}
