import { type AccountMethodRow, INSTRUCTION_PLACES } from './method.types.js';

const PLACE = /\{([^{}]*)\}/g;

/** Names in braces that nothing stands for. */
export function unknownPlaces(
  text: string,
  known: readonly string[] = INSTRUCTION_PLACES,
): string[] {
  return [...text.matchAll(PLACE)]
    .map((match) => match[1] ?? '')
    .filter((name) => !known.includes(name));
}

/** The text with its places filled; a place without a value stays as it is. */
export function fillPlaces(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(PLACE, (place, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? place) : place,
  );
}

/** "Invoice {number}" with the invoice's number. */
export function referenceFor(template: string, number: string): string {
  return fillPlaces(template, { number });
}

/**
 * The instructions in `language`, else in the language without its region, else in English, else in the
 * first there is. Without an invoice `{number}` stays for the client to fill.
 */
export function instructionsIn(
  method: Pick<
    AccountMethodRow,
    'instructions' | 'bank_name' | 'account_name' | 'account_number' | 'reference_template'
  >,
  language: string | null,
): { language: string; text: string } | null {
  const texts = new Map(
    Object.entries(method.instructions).map(([tag, text]) => [
      tag.toLowerCase(),
      { language: tag, text },
    ]),
  );
  const wanted = language?.toLowerCase() ?? 'en';
  const found =
    texts.get(wanted) ??
    texts.get(wanted.split('-')[0] ?? '') ??
    texts.get('en') ??
    [...texts.values()][0];
  if (!found) return null;
  return {
    language: found.language,
    text: fillPlaces(found.text, {
      reference: method.reference_template,
      bank_name: method.bank_name,
      account_name: method.account_name,
      account_number: method.account_number,
    }),
  };
}
