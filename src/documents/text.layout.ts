import { fontFor, type FontFile, type Weight } from './document.fonts.js';
import { isRightToLeft, piecesOf } from './text.direction.js';

/** How wide a text is in a font, in points. */
export type Measure = (font: FontFile, size: number, text: string) => number;

export interface Style {
  size: number;
  weight: Weight;
}

/** A piece of a line in one font; its place is counted in points from the line's left edge. */
export interface Fragment {
  text: string;
  font: FontFile;
  x: number;
  width: number;
}

export interface Line {
  fragments: Fragment[];
  width: number;
  /** Of its paragraph. */
  rightToLeft: boolean;
}

/** Controls and explicit directions: a name must not be able to turn around what stands beside it. */
const UNSEEN = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const LATIN = /^[\u0020-\u024f]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text as lines no wider than `width` points. A word that is wider than that is broken. */
export function layOut(text: string, style: Style, width: number, measure: Measure): Line[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((raw) => {
    const paragraph = raw.replaceAll(/\t/g, ' ').replaceAll(UNSEEN, '').normalize('NFC').trim();
    const rightToLeft = isRightToLeft(paragraph);
    return broken(paragraph, width, (part) => widthOf(part, style, measure)).map((line) =>
      placed(line, rightToLeft, style, measure),
    );
  });
}

/** Splits a text wherever another font has to draw it. */
function byFont(text: string, weight: Weight): { text: string; font: FontFile }[] {
  // Most text is plain, and taking graphemes apart is slow.
  if (LATIN.test(text)) return [{ text, font: fontFor(0x20, weight) }];
  const parts: { text: string; font: FontFile }[] = [];
  for (const { segment } of graphemes.segment(text)) {
    const font = fontFor(segment.codePointAt(0) ?? 0, weight);
    const last = parts.at(-1);
    // A space is in every font, so it need not interrupt one.
    if (last && (last.font === font || segment === ' ')) last.text += segment;
    else parts.push({ text: segment, font });
  }
  return parts;
}

function widthOf(text: string, { size, weight }: Style, measure: Measure): number {
  return byFont(text, weight).reduce((sum, part) => sum + measure(part.font, size, part.text), 0);
}

/** Lines in reading order: words as long as they fit, then the next line. */
function broken(paragraph: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = widthOf(word) <= width ? [word] : choppedUp(word, width, widthOf);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

function choppedUp(word: string, width: number, widthOf: (text: string) => number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && widthOf(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

function placed(text: string, rightToLeft: boolean, style: Style, measure: Measure): Line {
  const fragments: Fragment[] = [];
  let x = 0;
  for (const piece of piecesOf(text, rightToLeft)) {
    for (const part of byFont(piece.text, style.weight)) {
      const width = measure(part.font, style.size, part.text);
      fragments.push({ ...part, x, width });
      x += width;
    }
  }
  return { fragments, width: x, rightToLeft };
}
