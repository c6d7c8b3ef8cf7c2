import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './azampay.types.js';

const LIFETIME_MS = 3_600_000;

/** Access tokens, in real time: the product's cache does not follow the test clock. */
export class Tokens {
  readonly #expiresAt = new Map<string, number>();

  constructor(private readonly credentials: Credentials) {}

  /** Null when name, id or secret is wrong. */
  issue(asked: {
    appName: string;
    clientId: string;
    clientSecret: string;
  }): { accessToken: string; expire: string } | null {
    const { appName, clientId, clientSecret } = this.credentials;
    const known =
      same(asked.appName, appName) &&
      same(asked.clientId, clientId) &&
      same(asked.clientSecret, clientSecret);
    if (!known) return null;
    const accessToken = randomBytes(48).toString('base64url');
    const expiresAt = Date.now() + LIFETIME_MS;
    this.#expiresAt.set(accessToken, expiresAt);
    // AzamPay prints whole seconds.
    const expire = new Date(expiresAt).toISOString().replace(/\.\d{3}Z$/, 'Z');
    return { accessToken, expire };
  }

  /** Does this `Authorization` header (and API key, where one is configured) open the door? */
  accepts(authorization: string | undefined, apiKey: string | string[] | undefined): boolean {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    if ((this.#expiresAt.get(token) ?? 0) <= Date.now()) return false;
    const expected = this.credentials.apiKey;
    return expected === null || (typeof apiKey === 'string' && same(apiKey, expected));
  }

  /** Every token handed out so far answers 401 from now on. */
  revokeAll(): void {
    this.#expiresAt.clear();
  }
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
