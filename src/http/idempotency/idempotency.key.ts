import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalidField } from '../../common/index.js';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/** Reads the bare or the quoted (RFC 8941 string) form; undefined when none was sent. */
export function readKey(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value.trim() : '';
  const quoted = QUOTED.exec(text)?.[1];
  const key = quoted === undefined ? text : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (!PRINTABLE.test(key))
    throw invalidField(field, 'must be 1 to 255 printable ASCII characters');
  return key;
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]));
}

/** SHA-256 over what makes two requests the same: concrete path, sorted query, validated body. */
export function fingerprint(request: Pick<FastifyRequest, 'url'>, body: unknown): Buffer {
  const mark = request.url.indexOf('?');
  const path = (mark < 0 ? request.url : request.url.slice(0, mark)).replace(/\/$/, '');
  const query = new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1));
  query.sort();
  const text = JSON.stringify([path, query.toString(), canonical(body)]);
  return createHash('sha256').update(text).digest();
}
