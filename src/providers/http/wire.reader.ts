/** Reading what others sent us: nothing here throws, and what comes out is fit to be stored and shown. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A gateway's id: short printable ASCII (a JSON number becomes its digits), else null. */
export function identifier(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[!-~]{1,128}$/.test(text) ? text : null;
}

/** One line of text of at most 500 characters without control characters; null where there is none. */
export function printable(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  // A lone surrogate, sent or left by the cut, becomes U+FFFD: JSON columns refuse it.
  return line === '' ? null : Buffer.from(line.slice(0, 500), 'utf8').toString('utf8');
}
