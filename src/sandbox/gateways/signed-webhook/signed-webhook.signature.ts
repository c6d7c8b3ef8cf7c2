import { createHmac } from 'node:crypto';

/** Hex HMAC-SHA256 of the body, keyed with the secret as it is written. */
export function hexSignature(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** `v1,<base64>` of Standard Webhooks, over `id.timestamp.body`. */
export function standardSignature(secret: string, id: string, t: number, body: string): string {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : null;
  const key = encoded === null ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${t}.${body}`).digest('base64')}`;
}
