import { createHash } from 'node:crypto';

/** Longer than any reference, id or status word of a gateway; an index entry bears it easily. */
const LONGEST = 200;

/** Text from outside as PostgreSQL can hold it: no NUL, no half of a surrogate pair, of bounded length. */
export function storable(text: string): string {
  return wellFormed(text)
    .slice(0, LONGEST)
    .replace(/[\ud800-\udbff]$/, '');
}

/** A key that stays distinct when it is too long to be kept as it is. */
export function storableKey(key: string): string {
  const text = wellFormed(key);
  if (text === key && text.length <= LONGEST) return text;
  return `sha256:${createHash('sha256').update(JSON.stringify(key)).digest('hex')}`;
}

/** JSON that a `jsonb` column takes, whatever texts stand in `value`. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? wellFormed(inner) : inner,
  );
}

function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8');
}
