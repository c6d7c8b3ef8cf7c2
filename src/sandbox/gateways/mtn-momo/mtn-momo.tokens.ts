import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials, Product } from './mtn-momo.types.js';

const LIFETIME_S = 3_600;

/** Access tokens of each product, in real time: the product's cache does not follow the test clock. */
export class MtnTokens {
  readonly #issued = new Map<string, { product: Product; expiresAt: number }>();

  /** API users that were made here, besides those of the settings. */
  readonly #admitted = new Map<Product, { apiUser: string; apiKey: string }[]>();

  constructor(private readonly credentials: Credentials) {}

  admit(product: Product, user: { apiUser: string; apiKey: string }): void {
    const others = (this.#admitted.get(product) ?? []).filter(
      ({ apiUser }) => apiUser !== user.apiUser,
    );
    this.#admitted.set(product, [...others, user]);
  }

  knowsKey(product: Product, subscriptionKey: unknown): boolean {
    return (
      typeof subscriptionKey === 'string' &&
      same(subscriptionKey, this.credentials[product].subscriptionKey)
    );
  }

  /** Null when user or key is wrong. */
  issue(product: Product, authorization: string | undefined): object | null {
    const given = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const text = Buffer.from(given, 'base64').toString('utf8');
    const users = [this.credentials[product], ...(this.#admitted.get(product) ?? [])];
    const known = users.filter(({ apiUser, apiKey }) => same(text, `${apiUser}:${apiKey}`));
    if (known.length === 0) return null;
    const token = randomBytes(48).toString('base64url');
    this.#issued.set(token, { product, expiresAt: Date.now() + LIFETIME_S * 1000 });
    return { access_token: token, token_type: 'access_token', expires_in: LIFETIME_S };
  }

  accepts(product: Product, authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const issued = this.#issued.get(token);
    return issued !== undefined && issued.product === product && issued.expiresAt > Date.now();
  }

  /** Every token handed out so far answers 401 from now on. */
  revokeAll(): void {
    this.#issued.clear();
  }
}

function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
