import type { FastifyReply } from 'fastify';

/** Also of a page that a browser is talked into opening: nothing in it may run, load or frame. */
const SANDBOXED = "default-src 'none'; sandbox; frame-ancestors 'none'";

/**
 * `attachment` with the file's name: as RFC 6266 wants it, in ASCII for old clients, and in UTF-8 (RFC 8187)
 * for all others.
 */
export function contentDisposition(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|["%\\]/g, '_');
  const encoded = encodeURIComponent(filename.replaceAll(/\p{Cs}/gu, '_')).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Answers a file to be saved. It is never shown inline, whatever its type: uploads are other people's. */
export function sendAttachment(
  reply: FastifyReply,
  file: { filename: string; mediaType: string },
  bytes: Buffer,
): void {
  void reply
    .header('content-disposition', contentDisposition(file.filename))
    .header('content-security-policy', SANDBOXED)
    .header('x-content-type-options', 'nosniff')
    .type(file.mediaType)
    .send(bytes);
}
