import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Hex HMAC-SHA256 over the time's digits and the body, with nothing between them. */
export function digestOf(secret: string, t: number | string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(String(t)).update(body).digest('hex');
}

/** `t=…,v1=…`, one `v1` per secret; in real time, which the test clock does not move. */
export function signatureHeader(secrets: readonly string[], body: string): string {
  const t = Math.floor(Date.now() / 1000);
  return [`t=${t}`, ...secrets.map((secret) => `v1=${digestOf(secret, t, body)}`)].join(',');
}

const TOLERANCE_S = 300;

/** Is this the `Wave-Signature` of a request, made with the key's own secret? */
export function signs(header: string, secret: string, body: Buffer): boolean {
  const [, t = '', v1 = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const fresh = Math.abs(Date.now() / 1000 - Number(t)) <= TOLERANCE_S;
  return t !== '' && fresh && same(v1, digestOf(secret, t, body));
}

export function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
