import { invalidField } from '../../common/index.js';

const SHOWN_DIGITS = 4;

/**
 * A reference as it is compared: banks, statements and payers write the same one with other spaces,
 * hyphens and capitals.
 * @throws DomainError that names `field` when nothing is left to compare.
 */
export function referenceKey(reference: string, field: string): string {
  const key = reference
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (key === '') throw invalidField(field, 'must hold letters or digits');
  return key;
}

/** An account or wallet number with all but its end hidden; null stays null. Only this is kept. */
export function maskAccount(number: string | null | undefined): string | null {
  const text = (number ?? '').replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (text === '') return null;
  const shown = text.length > 2 * SHOWN_DIGITS ? text.slice(-SHOWN_DIGITS) : '';
  return '*'.repeat(Math.min(text.length - shown.length, 12)) + shown;
}
