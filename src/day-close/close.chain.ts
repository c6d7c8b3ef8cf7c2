import { createHash } from 'node:crypto';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON without spaces whose keys stand in the order of their code units, so that a content has one text only. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value as Json));
}

function inOrder(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(inOrder);
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key] ?? null)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** SHA-256, in hex, of the hash before (nothing for the first), a line feed, the text. */
export function chainedHash(previousHash: string | null, text: string): string {
  return createHash('sha256')
    .update(`${previousHash ?? ''}\n${text}`, 'utf8')
    .digest('hex');
}

/** The digest of a day's journals: their hashes in the order of their ids, chained to the day before. */
export function journalDigest(previous: string | null, hashes: readonly string[]): string {
  return chainedHash(previous, hashes.join('\n'));
}

/** A day close as it is stored. */
export interface CloseLink {
  number: number;
  date: string;
  previous_hash: string | null;
  hash: string;
  content: string;
}

/** What is wrong with a close that follows `previous`, in words; null when nothing is. */
export function flawOf(link: CloseLink, previous: CloseLink | null): string | null {
  if (link.number !== (previous?.number ?? 0) + 1) return 'a close is missing before it';
  if (previous && link.date !== dayAfter(previous.date)) return 'it is not of the day after';
  if (link.previous_hash !== (previous?.hash ?? null)) return 'it does not name the close before';
  if (link.hash !== chainedHash(link.previous_hash, link.content)) return 'its content was changed';
  return null;
}

/** `yyyy-mm-dd` in, `yyyy-mm-dd` out. */
export function dayAfter(date: string): string {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
