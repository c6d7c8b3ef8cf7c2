import { MEDIA_TYPES, type MediaType } from './file.types.js';

/**
 * How files of each type begin. The detector also looks behind an ID3 tag, where a browser or a viewer
 * would not.
 */
const BEGINNINGS: Record<MediaType, Buffer> = {
  'application/pdf': Buffer.from('%PDF-'),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  'image/webp': Buffer.from('RIFF'),
};

/** The type that the bytes themselves show; null when it is none of ours. Names and labels do not count. */
export async function detectMediaType(bytes: Buffer): Promise<MediaType | null> {
  // The first upload loads the detector, not every start.
  const { fileTypeFromBuffer } = await import('file-type/core');
  const mediaType = (await fileTypeFromBuffer(bytes))?.mime;
  if (!isOurs(mediaType)) return null;
  const beginning = BEGINNINGS[mediaType];
  return bytes.subarray(0, beginning.length).equals(beginning) ? mediaType : null;
}

function isOurs(mediaType: string | undefined): mediaType is MediaType {
  return mediaType !== undefined && Object.hasOwn(MEDIA_TYPES, mediaType);
}
