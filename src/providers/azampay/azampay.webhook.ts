import { constants, createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type { WebhookEvent } from '../port/provider.port.js';
import { callbackState, failureOf, parseAmount, readAmountText } from './azampay.mapper.js';
import type { AzamPayCallback } from './azampay.types.js';

/**
 * Reads a callback's bytes. Null: not AzamPay's (not JSON, no reference, no status, or a signed field
 * of a wrong type). All other fields may be absent: older payloads lack several.
 */
export function readCallback(rawBody: Buffer): AzamPayCallback | null {
  const body = parseJson(rawBody);
  if (!body) return null;
  const utilityref = identifier(body.utilityref);
  const transactionstatus = signedText(body.transactionstatus);
  const externalreference = signedText(body.externalreference ?? '');
  const operator = signedText(body.operator ?? '');
  const signature = body.signature ?? '';
  if (typeof body.utilityref !== 'string' || utilityref === null || !transactionstatus) return null;
  if (externalreference === null || operator === null || typeof signature !== 'string') return null;
  return {
    utilityref,
    transactionstatus,
    externalreference,
    operator,
    amount: readAmountText(body.amount),
    transid: identifier(body.transid),
    reference: identifier(body.reference),
    message: printable(body.message),
    user: typeof body.user === 'string' ? body.user : null,
    password: typeof body.password === 'string' ? body.password : null,
    signature: signature.trim() === '' ? null : signature,
  };
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

/** A signed field must be kept to the letter, so one that could not be stored as it is is refused. */
function signedText(value: unknown): string | null {
  const bounded = typeof value === 'string' && value.length <= 128;
  return bounded && !/[\p{Cc}\p{Cs}]/u.test(value) ? value : null;
}

/**
 * RSA, SHA-256, PKCS#1 v1.5 over utilityref + externalreference + transactionstatus + operator. The short
 * form leaves out the last two, so it does not protect the status. Amount, payer and time are never signed.
 */
export function hasValidSignature(
  callback: AzamPayCallback,
  key: KeyObject,
  acceptShort: boolean,
): boolean {
  const signature = decodeBase64(callback.signature ?? '');
  if (!signature) return false;
  const { utilityref, externalreference, transactionstatus, operator } = callback;
  const short = utilityref + externalreference;
  const texts = [short + transactionstatus + operator, ...(acceptShort ? [short] : [])];
  return texts.some((text) =>
    verify(
      'sha256',
      Buffer.from(text, 'utf8'),
      { key, padding: constants.RSA_PKCS1_PADDING },
      signature,
    ),
  );
}

/** Strict: Buffer would skip what is not base64, and so let an altered signature pass as the same one. */
function decodeBase64(text: string): Buffer | null {
  const compact = text.replaceAll(/\s/g, '');
  const bytes = Buffer.from(compact, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === compact ? bytes : null;
}

/** Compares a secret without telling by the time taken how much of it was right. */
export function sameSecret(given: string | null, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected)) && given !== null;
}

/**
 * Translates. The key of a verified event names what happened: a copy with another amount, which is not
 * signed, gets another key and cannot stand in the genuine one's way. Unproven copies are known by their
 * bytes under a prefix of their own.
 */
export function toEvent(
  callback: AzamPayCallback,
  proof: 'verified' | 'undecided' | 'unsigned',
  rawBody: Buffer,
): WebhookEvent {
  const { utilityref, externalreference, transactionstatus, transid, reference } = callback;
  const amount = parseAmount(callback.amount);
  const said = callbackState(transactionstatus);
  // Money only moves on an amount that can be compared with ours.
  const state = said === 'paid' && amount === null ? 'unknown' : said;
  const gatewayTransactionId = identifier(externalreference) ?? transid ?? reference;
  const happened = [
    utilityref,
    externalreference || transid || '',
    transactionstatus.trim().toLowerCase(),
    amount?.toString() ?? callback.amount ?? '',
  ].join('|');
  return {
    reference: utilityref,
    dedupeKey:
      proof === 'verified'
        ? `verified:${happened.length <= 200 ? happened : digest(happened)}`
        : `${proof}:${digest(rawBody)}`,
    state,
    gatewayTransactionId,
    amount,
    failure: failureOf(state, callback.message),
    wireStatus: transactionstatus.slice(0, 64),
  };
}

function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
