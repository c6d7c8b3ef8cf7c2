import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './orange-money.types.js';

/** Access tokens, in real time: the product's cache does not follow the test clock. */
export class Tokens {
  readonly #expiresAt = new Map<string, number>();

  constructor(private readonly credentials: Credentials) {}

  /** Is this `Authorization: Basic …` that of the client? */
  knows(authorization: string | undefined): boolean {
    const { clientId, clientSecret } = this.credentials;
    const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const given = Buffer.from(encoded, 'base64').toString('utf8');
    return same(given, `${clientId}:${clientSecret}`);
  }

  issue(expiresIn: number | string): string {
    const token = randomBytes(24).toString('base64url');
    this.#expiresAt.set(token, Date.now() + Number(expiresIn) * 1000);
    return token;
  }

  /** Whether a call may go on; else the code of Orange's refusal. */
  judge(authorization: string | undefined): 'accepted' | 40 | 41 | 42 {
    if (!authorization) return 40;
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    const expiresAt = this.#expiresAt.get(token);
    if (expiresAt === undefined) return 41;
    return expiresAt > Date.now() ? 'accepted' : 42;
  }

  /** Every token handed out so far has expired. */
  revokeAll(): void {
    for (const token of this.#expiresAt.keys()) this.#expiresAt.set(token, 0);
  }
}

export function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
