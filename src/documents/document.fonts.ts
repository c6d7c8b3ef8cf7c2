import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Weight = 'regular' | 'bold';

/** One font file under the name that it has inside a document. */
export interface FontFile {
  name: string;
  /** As a module is named, so that it is found wherever packages are installed. */
  file: string;
}

/**
 * DejaVu Sans draws Latin, Greek, Cyrillic, Arabic and Hebrew, Noto Sans Ethiopic what DejaVu lacks. Both
 * are free to embed, and come as packages, so a production install has them.
 */
const DEJAVU = 'dejavu-fonts-ttf/ttf';
const NOTO = '@expo-google-fonts/noto-sans-ethiopic';
const FONTS: Record<Weight, { ethiopic: FontFile; others: FontFile }> = {
  regular: {
    ethiopic: { name: 'Ethiopic', file: `${NOTO}/400Regular/NotoSansEthiopic_400Regular.ttf` },
    others: { name: 'Sans', file: `${DEJAVU}/DejaVuSans.ttf` },
  },
  bold: {
    ethiopic: { name: 'Ethiopic-Bold', file: `${NOTO}/700Bold/NotoSansEthiopic_700Bold.ttf` },
    others: { name: 'Sans-Bold', file: `${DEJAVU}/DejaVuSans-Bold.ttf` },
  },
};

/** Blocks Ethiopic, its supplement and its extensions. */
const ETHIOPIC: readonly (readonly [number, number])[] = [
  [0x1200, 0x139f],
  [0x2d80, 0x2ddf],
  [0xab00, 0xab2f],
];

/** Which font draws a character. What neither has is drawn as DejaVu's box, so that it is seen to be missing. */
export function fontFor(codePoint: number, weight: Weight): FontFile {
  const { ethiopic, others } = FONTS[weight];
  return ETHIOPIC.some(([first, last]) => codePoint >= first && codePoint <= last)
    ? ethiopic
    : others;
}

const read = new Map<string, Buffer>();

/** The bytes of a font, read once per process. */
export function fontBytes({ file }: FontFile): Buffer {
  const known = read.get(file);
  if (known) return known;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(file));
  read.set(file, bytes);
  return bytes;
}
