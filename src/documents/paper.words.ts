import { formatMinor } from '../common/index.js';

/** An amount as papers show it: `1,180,000.00 TZS`, which no line break parts. */
export function paperAmount(minor: bigint | string, currency: string): string {
  const [whole = '', fraction] = formatMinor(minor, currency).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`}\u00a0${currency}`;
}

/** `2 February 2026`, in UTC: a month in words is read alike everywhere. */
export function paperDay(at: Date): string {
  return at.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** `2 February 2026, 05:12 UTC`. */
export function paperTime(at: Date): string {
  return `${paperDay(at)}, ${at.toISOString().slice(11, 16)} UTC`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name for the eyes of strangers: the first letter of each word, whatever its length, so that whose name
 * it is recognises it and nobody else learns it. `A••• J•••`
 */
export function maskedName(name: string | null): string {
  const words = (name ?? '').split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, 4)
    .map((word) => `${[...graphemes.segment(word)][0]?.segment ?? ''}•••`)
    .join(' ');
}
