import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookInput } from '../port/provider.port.js';
import type { SignedWebhookSettings } from './signed-webhook.config.js';

/** `id`: the message's own, where it was part of what was signed. */
export type Proof = { proof: 'proven'; id: string | null } | { proof: 'absent' | 'wrong' };

/**
 * By either scheme; whoever leaves one out gains nothing, for both need the secret.
 * @param nowS seconds since 1970
 */
export function checkSignatures(
  { rawBody, headers }: WebhookInput,
  settings: SignedWebhookSettings,
  nowS: number,
): Proof {
  const { secrets, standardPrefix, signatureHeader } = settings;
  const standard = checkStandard(
    {
      id: headers[`${standardPrefix}-id`],
      timestamp: headers[`${standardPrefix}-timestamp`],
      signature: headers[`${standardPrefix}-signature`],
    },
    rawBody,
    secrets,
    { nowS, toleranceS: settings.toleranceS },
  );
  if (standard.proof === 'proven') return standard;
  const hex = checkHex(headers[signatureHeader], rawBody, secrets);
  return hex.proof === 'absent' ? standard : hex;
}

/** `[sha256=]<hex>`: HMAC-SHA256 of the raw body, keyed with the secret's UTF-8 bytes as it is written. */
export function checkHex(
  header: string | undefined,
  rawBody: Buffer,
  secrets: readonly string[],
): Proof {
  if (header === undefined || header.trim() === '') return { proof: 'absent' };
  const [, hex] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(header.trim()) ?? [];
  if (hex === undefined) return { proof: 'wrong' };
  const given = Buffer.from(hex, 'hex');
  const matches = secrets.filter((secret) =>
    timingSafeEqual(given, createHmac('sha256', secret).update(rawBody).digest()),
  );
  return matches.length > 0 ? { proof: 'proven', id: null } : { proof: 'wrong' };
}

/**
 * Standard Webhooks: base64 HMAC-SHA256 of `id.timestamp.body`, one of a list such as
 * `v1,<base64> v1,<base64> v1a,<base64>`; versions other than v1 are passed over.
 */
export function checkStandard(
  { id, timestamp, signature }: Partial<Record<'id' | 'timestamp' | 'signature', string>>,
  rawBody: Buffer,
  secrets: readonly string[],
  { nowS, toleranceS }: { nowS: number; toleranceS: number },
): Proof {
  if (!signature && !id && !timestamp) return { proof: 'absent' };
  // An id with a dot in it could pass for another id and another time.
  if (!id || !/^[!-\-/-~]{1,128}$/.test(id)) return { proof: 'wrong' };
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) return { proof: 'wrong' };
  if (Math.abs(nowS - Number(timestamp)) > toleranceS) return { proof: 'wrong' };
  const given = (signature ?? '').split(' ').flatMap(readVersionOne);
  const expected = secrets.map((secret) =>
    createHmac('sha256', standardKey(secret))
      .update(`${id}.${timestamp}.`)
      .update(rawBody)
      .digest(),
  );
  const matches = given.filter((one) => expected.some((other) => timingSafeEqual(one, other)));
  return matches.length > 0 ? { proof: 'proven', id } : { proof: 'wrong' };
}

function readVersionOne(entry: string): Buffer[] {
  const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? [];
  return base64 === undefined ? [] : [Buffer.from(base64, 'base64')];
}

/** `whsec_` is followed by the key in base64; any other secret is the key as it is written. */
function standardKey(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
