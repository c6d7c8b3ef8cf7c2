import { inflateSync } from 'node:zlib';

/** A page as a reader would select it: its lines from top to bottom, each from left to right. */
export interface PdfPage {
  lines: string[];
  text: string;
}

interface PdfObject {
  dictionary: string;
  stream: Buffer | null;
}

interface Placed {
  x: number;
  y: number;
  text: string;
}

/** Reads what createPdf writes: pages in order, with their texts by way of the fonts' own tables. */
export function readPdf(bytes: Buffer): PdfPage[] {
  const objects = objectsOf(bytes);
  const fonts = fontsOf(objects);
  const pages = [...objects.values()].find(({ dictionary }) => /\/Type \/Pages/.test(dictionary));
  const kids = /\/Kids \[([^\]]*)\]/.exec(pages?.dictionary ?? '')?.[1] ?? '';
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, id]) => {
    const page = objects.get(Number(id))?.dictionary ?? '';
    const content = objects.get(Number(/\/Contents (\d+) 0 R/.exec(page)?.[1]))?.stream;
    return pageOf(placedTexts(content?.toString('latin1') ?? '', fonts));
  });
}

/** Addresses that a click on the document opens. */
export function linksOf(bytes: Buffer): string[] {
  return [...bytes.toString('latin1').matchAll(/\/URI \(([^)]*)\)/g)].map(([, url = '']) => url);
}

function objectsOf(bytes: Buffer): Map<number, PdfObject> {
  const text = bytes.toString('latin1');
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([^]*?)\nendobj/g)) {
    const body = match[2] ?? '';
    const mark = body.indexOf('stream\n');
    const dictionary = mark < 0 ? body : body.slice(0, mark);
    const raw = mark < 0 ? null : body.slice(mark + 7, body.lastIndexOf('\nendstream'));
    const packed = raw === null ? null : Buffer.from(raw, 'latin1');
    const stream = packed && /FlateDecode/.test(dictionary) ? inflateSync(packed) : packed;
    objects.set(Number(match[1]), { dictionary, stream });
  }
  return objects;
}

/** For each font name, what its glyphs mean. */
function fontsOf(objects: Map<number, PdfObject>): Map<string, string[]> {
  const fonts = new Map<string, string[]>();
  for (const { dictionary } of objects.values()) {
    for (const [, name = '', id] of dictionary.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const font = objects.get(Number(id))?.dictionary ?? '';
      const table = objects.get(Number(/\/ToUnicode (\d+) 0 R/.exec(font)?.[1]))?.stream;
      const ranges = [
        ...(table?.toString('latin1') ?? '').matchAll(/<[0-9a-f]+> <[0-9a-f]+> \[([^\]]*)\]/g),
      ];
      const glyphs = ranges.flatMap(([, list = '']) => [...list.matchAll(/<([^>]*)>/g)]);
      fonts.set(
        name,
        glyphs.map(([, hex = '']) =>
          hex
            .split(' ')
            .filter(Boolean)
            .map((unit) => String.fromCharCode(parseInt(unit, 16)))
            .join(''),
        ),
      );
    }
  }
  return fonts;
}

function placedTexts(content: string, fonts: Map<string, string[]>): Placed[] {
  const placed: Placed[] = [];
  let [x, y, font] = [0, 0, ''];
  const operators = /1 0 0 1 ([\d.-]+) ([\d.-]+) Tm|\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g;
  for (const [, left, top, name, shown] of content.matchAll(operators)) {
    if (left !== undefined) [x, y] = [Number(left), Number(top)];
    else if (name !== undefined) font = name;
    else {
      const glyphs = [...(shown ?? '').matchAll(/<([0-9a-f]*)>/g)].flatMap(
        ([, hex = '']) => hex.match(/.{4}/g) ?? [],
      );
      const text = glyphs.map((glyph) => fonts.get(font)?.[parseInt(glyph, 16)] ?? '?').join('');
      placed.push({ x, y, text });
    }
  }
  return placed;
}

function pageOf(placed: Placed[]): PdfPage {
  const rows = new Map<number, Placed[]>();
  for (const part of placed) {
    const row = Math.round(part.y * 10);
    rows.set(row, [...(rows.get(row) ?? []), part]);
  }
  const lines = [...rows.entries()]
    .toSorted(([a], [b]) => b - a)
    .map(([, parts]) =>
      parts
        .toSorted((a, b) => a.x - b.x)
        .map(({ text }) => text.trim())
        .filter(Boolean)
        .join(' '),
    );
  return { lines, text: lines.join('\n') };
}
