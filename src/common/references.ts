import { randomBytes, randomUUID } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** `bytes` random bytes in Crockford's base 32, lower case: 10 bytes (80 bits) give 16 characters. */
export function randomToken(bytes = 10): string {
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of randomBytes(bytes)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? out + ALPHABET[(value << (5 - bits)) & 31] : out;
}

export { randomUUID as newUuid };

/**
 * UUID version 7, the time in ms and 74 random bits, as `ordered_uuid()` of the database makes them: new ones go to the end of
 * an index, and a large one is not read and written all over for each.
 */
export function orderedUuid(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INTEGER = /^[1-9]\d{0,8}$/;

/** A path or body identifier: the integer id or the uuid of an object. */
export type ObjectId = { readonly id: number } | { readonly uuid: string };

/** Null when the text is neither, which callers answer with 404. */
export function parseObjectId(value: string | number): ObjectId | null {
  const text = String(value);
  if (INTEGER.test(text)) return { id: Number(text) };
  return UUID.test(text) ? { uuid: text.toLowerCase() } : null;
}
