import { inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Enough for print at twice the size that papers show. */
const MAX_PIXELS_A_SIDE = 2_000;
/** Samples per pixel and allowed bits per sample, by colour type (ISO/IEC 15948, table 11.1). */
const COLOURS: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/**
 * Whether a PNG is whole. The PDF library unpacks pictures with transparency outside of our call, where
 * what is broken would end the process, so a broken one must not get there.
 */
export function isWholePng(bytes: Buffer): boolean {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  const chunks = chunksOf(bytes);
  const header = chunks?.[0];
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== 13) return false;
  const length = rawLength(header.data);
  const isIndexed = header.data[9] === 3;
  const palette = chunks.find(({ type }) => type === 'PLTE');
  if (length === null || (isIndexed && !isPalette(palette?.data))) return false;
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  try {
    return inflateSync(Buffer.concat(packed), { maxOutputLength: length }).length === length;
  } catch {
    return false;
  }
}

interface Chunk {
  type: string;
  data: Buffer;
}

/** Null when one reaches beyond the end, or the end mark is missing. */
function chunksOf(bytes: Buffer): Chunk[] | null {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length) return null;
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  return null;
}

/** Bytes of the unpacked rows, each with its filter byte; null for what cannot be taken. */
function rawLength(header: Buffer): number | null {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, colour = 0, compression, filter, interlaced] = header.subarray(8);
  const known = COLOURS[colour];
  const fits = [width, height].every((side) => side > 0 && side <= MAX_PIXELS_A_SIDE);
  if (!fits || !known?.depths.includes(depth)) return null;
  if (compression !== 0 || filter !== 0 || interlaced !== 0) return null;
  return (Math.ceil((width * depth * known.samples) / 8) + 1) * height;
}

function isPalette(data: Buffer | undefined): boolean {
  return data !== undefined && data.length > 0 && data.length <= 768 && data.length % 3 === 0;
}
