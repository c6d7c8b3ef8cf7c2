import type { SectionContext, SettingReader, SettingsSection } from '../../config/index.js';

export interface SignedWebhookSettings {
  /** The current one first; two while one replaces the other. */
  secrets: readonly string[];
  /** How far the time of a Standard Webhooks message may be from ours, either way. */
  toleranceS: number;
  /** Lower case: where the hex signature of the raw body is. */
  signatureHeader: string;
  /** Lower case: the word before `-id`, `-timestamp` and `-signature` of Standard Webhooks. */
  standardPrefix: string;
}

const SANDBOX_SECRET = 'malipo-sandbox-signed-webhook';
/** Shorter ones can be guessed from one signed message. */
const MIN_LENGTH = 16;
const DAY_S = 86_400;

/** Settings of the generic gateway; null when no secret is configured and no sandbox stands in. */
export const signedWebhookSettings: SettingsSection<SignedWebhookSettings | null> = {
  key: 'signed_webhook',
  variables: [
    'SIGNED_WEBHOOK_SECRET',
    'SIGNED_WEBHOOK_SECRET_PREVIOUS',
    'SIGNED_WEBHOOK_TOLERANCE_S',
    'SIGNED_WEBHOOK_HEADER',
    'SIGNED_WEBHOOK_STANDARD_PREFIX',
  ],
  read(env, context) {
    const secrets = readSecrets(env, context);
    const settings = {
      toleranceS: env.integer('SIGNED_WEBHOOK_TOLERANCE_S', 300, { min: 1, max: DAY_S }),
      signatureHeader: readHeader(env, 'SIGNED_WEBHOOK_HEADER', 'X-Webhook-Signature'),
      standardPrefix: readHeader(env, 'SIGNED_WEBHOOK_STANDARD_PREFIX', 'webhook'),
    };
    return secrets && { secrets, ...settings };
  },
};

function readSecrets(
  env: SettingReader,
  { sandboxUrl, production }: SectionContext,
): readonly string[] | null {
  const name = 'SIGNED_WEBHOOK_SECRET';
  const previous = env.optional('SIGNED_WEBHOOK_SECRET_PREVIOUS');
  const given = env.optional(name);
  if (given === null && sandboxUrl === null) {
    if (previous !== null) env.problem(name, 'missing; the previous secret alone enables nothing');
    return null;
  }
  const secret = env.text(name, SANDBOX_SECRET);
  if (production && secret === SANDBOX_SECRET) {
    env.problem(name, 'still the default that everybody knows; set one of your own');
  }
  // Beside the sandbox anything goes: tests have secrets of their own.
  if (production || sandboxUrl === null) {
    checkSecret(env, name, secret);
    if (previous !== null) checkSecret(env, 'SIGNED_WEBHOOK_SECRET_PREVIOUS', previous);
  }
  return previous === null ? [secret] : [secret, previous];
}

function checkSecret(env: SettingReader, name: string, secret: string): void {
  const [, encoded] = /^whsec_(.*)$/s.exec(secret) ?? [];
  if (encoded !== undefined && !isBase64(encoded)) {
    env.problem(name, 'what follows whsec_ is not base64; copy it anew');
  } else if (secret.length < MIN_LENGTH) {
    env.problem(name, `too short; use at least ${MIN_LENGTH} characters`);
  }
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length >= MIN_LENGTH;
}

function readHeader(env: SettingReader, name: string, fallback: string): string {
  const header = env.text(name, fallback);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(header)) {
    env.problem(name, `"${header}" is no name of a header; use one such as ${fallback}`);
  }
  return header.toLowerCase();
}
