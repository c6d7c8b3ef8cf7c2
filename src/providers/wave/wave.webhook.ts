import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { identifier, isRecord } from '../http/wire.reader.js';
import type { WebhookEvent } from '../port/provider.port.js';
import { amountOf, readSession, toStatus, wireStatusOf } from './wave.mapper.js';
import type { WaveEvent, WaveSession } from './wave.types.js';

export type Proof = 'proven' | 'absent' | 'wrong';

/**
 * `Wave-Signature: t=<unix>,v1=<hex>[,v1=<hex>…]`: HMAC-SHA256 keyed with the whole secret, over the time's
 * digits and the raw body with nothing between them. Any one of several may match.
 * @param nowS seconds since 1970; the signed time may be `toleranceS` away from it, either way
 */
export function checkSignature(
  header: string | undefined,
  rawBody: Buffer,
  secrets: readonly string[],
  { nowS, toleranceS }: { nowS: number; toleranceS: number },
): Proof {
  if (header === undefined || header.trim() === '') return 'absent';
  const parts = header.split(',').map((part) => part.trim().split('='));
  const times = parts.filter(([name]) => name === 't').map(([, ...rest]) => rest.join('='));
  const [t] = times;
  if (times.length !== 1 || t === undefined || !/^\d{1,12}$/.test(t)) return 'wrong';
  if (Math.abs(nowS - Number(t)) > toleranceS) return 'wrong';
  const given = parts
    .filter(([name, value]) => name === 'v1' && /^[0-9a-f]{64}$/.test(value ?? ''))
    .map(([, value]) => Buffer.from(value ?? '', 'hex'));
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(t, 'ascii').update(rawBody).digest(),
  );
  const matches = given.filter((one) => expected.some((other) => timingSafeEqual(one, other)));
  return matches.length > 0 ? 'proven' : 'wrong';
}

/** `Authorization: Bearer <secret>`, compared without telling by the time taken how much was right. */
export function checkSharedSecret(header: string | undefined, secrets: readonly string[]): Proof {
  if (header === undefined || header.trim() === '') return 'absent';
  const given = /^Bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '';
  const matches = secrets.filter((secret) => timingSafeEqual(digestOf(given), digestOf(secret)));
  return given !== '' && matches.length > 0 ? 'proven' : 'wrong';
}

/** Reads a notification's bytes; null for what is none. */
export function readEvent(rawBody: Buffer): WaveEvent | null {
  const body = parseJson(rawBody);
  const type = typeof body?.type === 'string' ? identifier(body.type) : null;
  if (!body || type === null) return null;
  return {
    id: typeof body.id === 'string' ? identifier(body.id) : null,
    type,
    session: TYPES.has(type) ? readSession(body.data) : null,
  };
}

const COMPLETED = 'checkout.session.completed';
const FAILED_TRY = 'checkout.session.payment_failed';
/** All others (payments without a session, transfers, tests, what is not documented) are none of ours. */
const TYPES: ReadonlySet<string> = new Set([COMPLETED, FAILED_TRY]);

export function isAboutSessions({ type }: WaveEvent): boolean {
  return TYPES.has(type);
}

/**
 * Translates. A failed try leaves the session open, whatever `payment_status` the event shows: payers try
 * again. An unproven copy is known by its bytes under a prefix of its own.
 */
export function toEvent(
  { id, type }: WaveEvent,
  session: WaveSession,
  reference: string,
  proof: 'verified' | 'unsigned',
  rawBody: Buffer,
): WebhookEvent {
  const name = proof === 'verified' && id !== null ? id : digestOf(rawBody).toString('hex');
  const dedupeKey = `${proof}:${name}`;
  if (type === FAILED_TRY) {
    return {
      reference,
      dedupeKey,
      state: 'pending',
      gatewayTransactionId: session.id,
      amount: amountOf(session),
      failure: null,
      wireStatus: wireStatusOf(session),
    };
  }
  return { reference, dedupeKey, ...toStatus(session, reference) };
}

function parseJson(rawBody: Buffer): Record<string, unknown> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(rawBody);
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null; // truncated, not UTF-8, not JSON, or nested beyond what the parser bears
  }
}

function digestOf(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
