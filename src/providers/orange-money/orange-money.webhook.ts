import { createHash } from 'node:crypto';
import { identifier, isRecord, printable } from '../http/wire.reader.js';
import type { WebhookEvent } from '../port/provider.port.js';
import { stateOf } from './orange-money.mapper.js';
import type { OrangeMoneyNotification } from './orange-money.types.js';

/** Reads a notification's bytes; null for what is none. One source hyphenates the names: both are read. */
export function readNotification(rawBody: Buffer): OrangeMoneyNotification | null {
  const body = parseJson(rawBody);
  if (!body) return null;
  const token = body.notif_token ?? body['notif-token'];
  const status = printable(body.status);
  // 32 hexadecimal digits in all that was seen.
  if (typeof token !== 'string' || !/^[\w-]{8,128}$/.test(token) || status === null) return null;
  return {
    status: status.slice(0, 64),
    notifToken: token,
    transactionId: identifier(body.txnid ?? body['txn-id']),
  };
}

/**
 * Translates. A notification names no order and no amount: the token that came with the order is all that
 * names the attempt. Repeats of one (token, status) are one event.
 */
export function toEvent({
  status,
  notifToken,
  transactionId,
}: OrangeMoneyNotification): WebhookEvent {
  const digest = createHash('sha256').update(`${notifToken}\n${status}`).digest('hex');
  return {
    ...stateOf(status),
    reference: notifToken,
    dedupeKey: `unsigned:${digest}`,
    gatewayTransactionId: transactionId,
    amount: null,
    wireStatus: status,
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
