/** A piece of a line that is drawn as one: its characters in the order they are read. */
export interface DirectedPiece {
  text: string;
  rightToLeft: boolean;
}

type Kind = 'left' | 'right' | 'number' | 'neutral';
/** 0: left to right, 1: right to left, 2: left to right inside of right to left. */
type Level = 0 | 1 | 2;

const RIGHT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
const DIGIT = /\p{Nd}/u;
/** Between two digits: `12,000.50`, `10/12`. */
const WITHIN_NUMBER = /^[.,:/\u00a0]$/;
/** Beside a digit: `+255`, `-5`, `18%`. */
const BESIDE_NUMBER = /^[+\-\u2212#%$]$/;
const PAIRS = ['()', '[]', '{}', '<>', '«»', '‹›'];
const MIRRORED = new Map(PAIRS.flatMap(([a = '', b = '']) => [[a, b] as const, [b, a] as const]));

/** Whether a paragraph runs from right to left: its first letter decides. */
export function isRightToLeft(text: string): boolean {
  const [first] = Array.from(text).filter((char) => LETTER.test(char));
  return first !== undefined && RIGHT.test(first);
}

/**
 * A line in pieces as they stand on paper, left to right: the Unicode bidirectional algorithm (UAX 9) but for
 * explicit embeddings and paired brackets. Shaping, and the order of letters within a right-to-left piece,
 * are left to the font.
 */
export function piecesOf(line: string, rightToLeft: boolean): DirectedPiece[] {
  if (!rightToLeft && !RIGHT.test(line)) return [{ text: line, rightToLeft: false }];
  const chars = Array.from(line);
  const runs: { text: string; level: Level }[] = [];
  levelsOf(chars, rightToLeft).forEach((level, at) => {
    const last = runs.at(-1);
    if (last?.level === level) last.text += chars[at] ?? '';
    else runs.push({ text: chars[at] ?? '', level });
  });
  return inVisualOrder(runs).flatMap(({ text, level }) =>
    level === 1 ? backwards(text) : [{ text, rightToLeft: false }],
  );
}

function levelsOf(chars: readonly string[], rightToLeft: boolean): Level[] {
  const kinds = kindsOf(chars);
  const base = rightToLeft ? 'right' : 'left';
  let strong: 'left' | 'right' = base;
  // A number after left-to-right letters is part of their text (rule W7).
  const resolved = kinds.map((kind): Kind => {
    if (kind === 'left' || kind === 'right') strong = kind;
    return kind === 'number' && strong === 'left' ? 'left' : kind;
  });
  // Among neighbours a number counts as right to left (rules N1, N2).
  const side = (kind: Kind | undefined): 'left' | 'right' =>
    kind === undefined ? base : kind === 'left' ? 'left' : 'right';
  return resolved.map((kind, at): Level => {
    if (kind === 'number') return 2;
    let settled = kind;
    if (kind === 'neutral') {
      const before = side(resolved.slice(0, at).findLast((one) => one !== 'neutral'));
      const after = side(resolved.slice(at).find((one) => one !== 'neutral'));
      settled = before === after ? before : base;
    }
    if (settled === 'right') return 1;
    return rightToLeft ? 2 : 0;
  });
}

function kindsOf(chars: readonly string[]): Kind[] {
  const kinds: Kind[] = [];
  const digitAt = (at: number): boolean => DIGIT.test(chars[at] ?? '');
  chars.forEach((char, at) => {
    const [before, after] = [digitAt(at - 1), digitAt(at + 1)];
    if (DIGIT.test(char)) kinds.push('number');
    else if (WITHIN_NUMBER.test(char) && before && after) kinds.push('number');
    else if (BESIDE_NUMBER.test(char) && (before || after)) kinds.push('number');
    else if (MARK.test(char)) kinds.push(kinds.at(-1) ?? 'neutral');
    else if (!LETTER.test(char)) kinds.push('neutral');
    else kinds.push(RIGHT.test(char) ? 'right' : 'left');
  });
  return kinds;
}

/** Rule L2: from the highest level down, every stretch of at least that level is turned around. */
function inVisualOrder<Run extends { level: Level }>(runs: readonly Run[]): Run[] {
  let order = [...runs];
  for (const level of [2, 1]) {
    const turned: Run[] = [];
    let stretch: Run[] = [];
    for (const run of order) {
      if (run.level >= level) stretch.unshift(run);
      else {
        turned.push(...stretch, run);
        stretch = [];
      }
    }
    order = [...turned, ...stretch];
  }
  return order;
}

/**
 * A right-to-left stretch in pieces, left to right: fonts turn the letters of a word around, but know
 * nothing of the order of words.
 */
function backwards(text: string): DirectedPiece[] {
  const pieces = text.match(/\s+|\S+/g) ?? [];
  return pieces.toReversed().map((piece) => {
    const mirrored = Array.from(piece, (char) => MIRRORED.get(char) ?? char);
    if (RIGHT.test(piece)) return { text: mirrored.join(''), rightToLeft: true };
    return { text: mirrored.toReversed().join(''), rightToLeft: false };
  });
}
