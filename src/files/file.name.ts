import { MEDIA_TYPES, type MediaType } from './file.types.js';

const MAX_LENGTH = 150;
/** Controls, and what reorders or hides text: `fdp.exe` could read as a PDF. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What some file system or shell takes for more than a letter of a name. */
const FORBIDDEN = /[<>:"|?*]/g;

/**
 * A name that can be stored, shown and saved under anywhere: the last part of a path, without invisible
 * characters, with the ending that its content has, of at most 150 characters.
 */
export function harmlessName(sent: string, mediaType: MediaType): string {
  const last = sent.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const name = last
    .replaceAll(INVISIBLE, '')
    .replaceAll(FORBIDDEN, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/[. ]+$/, '');
  const endings: readonly string[] = MEDIA_TYPES[mediaType];
  const ending = endings.find((one) => name.toLowerCase().endsWith(`.${one}`));
  const whole = ending === undefined ? name : name.slice(0, -(ending.length + 1));
  const stem = whole.replaceAll(/^[. ]+|[. ]+$/g, '');
  const dotted = `.${ending ?? endings[0]}`;
  const kept = Array.from(stem || 'file').slice(0, MAX_LENGTH - dotted.length);
  return kept.join('') + dotted;
}
