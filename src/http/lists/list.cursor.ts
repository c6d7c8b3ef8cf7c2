import { invalidField } from '../../common/index.js';

/**
 * A place in a keyset list, seen in the list's own order: rows `after` it, rows `before` it, or rows
 * before it and itself (`upto`, what leads back from an empty page).
 */
export interface Place {
  direction: 'after' | 'before' | 'upto';
  /** As PostgreSQL prints it in UTC, to the microsecond: a JavaScript date would lose digits. */
  createdAt: string;
  id: string;
}

const TEXT = /^(after|before|upto)\|(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)\|(\d{1,19})$/;

export function encodePlace(place: Place): string {
  const text = `${place.direction}|${place.createdAt}|${place.id}`;
  return Buffer.from(text).toString('base64url');
}

/** Null for the empty cursor, which asks for the first page. @throws DomainError naming `cursor`. */
export function decodePlace(cursor: string): Place | null {
  if (cursor === '') return null;
  const match = TEXT.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const [, direction, createdAt, id] = match ?? [];
  if (!direction || !createdAt || !id || !isMoment(createdAt) || BigInt(id) > 2n ** 63n - 1n) {
    throw invalidField('cursor', 'take it from next or previous of the page before, unchanged');
  }
  return { direction: direction as Place['direction'], createdAt, id };
}

function isMoment(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10));
}
