import { deflateSync } from 'node:zlib';
import { PNG } from '../../../test/support/forms.js';
import { isWholePng } from './logo.check.js';

const chunk = (type: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  // Nobody looks at the check sum.
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
};
const header = (width: number, height: number, ...rest: number[]): Buffer => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set(rest, 8);
  return chunk('IHDR', data);
};
const png = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([PNG.subarray(0, 8), ...chunks, chunk('IEND', Buffer.alloc(0))]);
const rows = (bytes: number): Buffer => chunk('IDAT', deflateSync(Buffer.alloc(bytes)));

describe('a PNG', () => {
  it.each([
    ['of one pixel', PNG],
    ['with transparency', png(header(3, 2, 8, 6, 0, 0, 0), rows(13 * 2))],
    ['of grey bits', png(header(9, 2, 1, 0, 0, 0, 0), rows(3 * 2))],
    [
      'of a palette',
      png(header(4, 4, 2, 3, 0, 0, 0), chunk('PLTE', Buffer.alloc(12)), rows(2 * 4)),
    ],
    [
      'in parts',
      png(
        header(1, 1, 8, 2, 0, 0, 0),
        chunk('IDAT', deflateSync(Buffer.alloc(4)).subarray(0, 3)),
        chunk('IDAT', deflateSync(Buffer.alloc(4)).subarray(3)),
      ),
    ],
  ])('%s is taken', (_what, bytes) => {
    expect(isWholePng(bytes)).toBe(true);
  });

  const broken = Buffer.from(PNG);
  broken.fill(0xff, broken.indexOf('IDAT') + 4, broken.indexOf('IDAT') + 12);
  it.each([
    ['with broken rows', broken],
    ['cut off', PNG.subarray(0, PNG.length - 20)],
    ['without an end', PNG.subarray(0, PNG.length - 12)],
    ['with too few rows', png(header(3, 3, 8, 6, 0, 0, 0), rows(13 * 2))],
    ['with more rows than it says', png(header(3, 1, 8, 6, 0, 0, 0), rows(13 * 2))],
    ['that unpacks to far more than it says', png(header(1, 1, 8, 6, 0, 0, 0), rows(50_000_000))],
    ['larger than any logo', png(header(60_000, 60_000, 8, 6, 0, 0, 0), rows(10))],
    ['of no width', png(header(0, 1, 8, 6, 0, 0, 0), rows(1))],
    ['interlaced', png(header(1, 1, 8, 6, 0, 0, 1), rows(5))],
    ['of an unknown colour type', png(header(1, 1, 8, 5, 0, 0, 0), rows(5))],
    ['without its palette', png(header(4, 4, 2, 3, 0, 0, 0), rows(8))],
    ['without rows', png(header(1, 1, 8, 6, 0, 0, 0))],
    ['that is none', Buffer.from('x'.repeat(100))],
    ['of a chunk beyond the end', Buffer.concat([PNG.subarray(0, 8), Buffer.alloc(12, 0xff)])],
  ])('%s is refused', (_what, bytes) => {
    expect(isWholePng(bytes)).toBe(false);
  });
});
