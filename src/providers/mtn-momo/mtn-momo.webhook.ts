import { createHash } from 'node:crypto';
import { isRecord } from '../http/wire.reader.js';
import type { WebhookEvent } from '../port/provider.port.js';
import { readResource, toStatus } from './mtn-momo.mapper.js';

/**
 * Reads a callback, by POST or PUT: the shape of a status answer, without signature and X-Reference-Id, so
 * it names the attempt by `externalId` and is at most a hint to ask. Known by its bytes. Null for what is none.
 */
export function readCallback(rawBody: Buffer): WebhookEvent | null {
  const resource = readResource(parseJson(rawBody));
  const reference = resource?.externalId ?? null;
  if (!resource || reference === null) return null;
  const digest = createHash('sha256').update(rawBody).digest('hex');
  return { reference, dedupeKey: `unsigned:${digest}`, ...toStatus(resource, reference) };
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
