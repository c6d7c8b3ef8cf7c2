import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../common/index.js';
import { invalidAccessToken } from '../identity.errors.js';
import { TOKEN_VERIFIER, type TokenVerifier, type VerifiedToken } from './token-verifier.port.js';

/** About 10 MB at most. */
const MAX_REMEMBERED = 10_000;
const MAX_TOKEN_LENGTH = 8192;

/**
 * Tells who calls. A client sends the same token until it expires, and checking a signature costs more
 * than the framework's part of a request (about 80 µs, on the thread pool), so a token is checked once
 * and then remembered while it is valid. Only good tokens are remembered: garbage pushes none out.
 */
@Injectable()
export class Callers {
  private readonly verified = new Map<string, VerifiedToken>();
  private readonly pending = new Map<string, Promise<VerifiedToken>>();

  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier) {}

  /**
   * @param authorization the request's `Authorization` header
   * @returns null when it holds no bearer token
   * @throws DomainError `invalid_token`, and what else the verifier throws.
   */
  async identify(authorization: string | undefined): Promise<Principal | null> {
    const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (!token) return null;
    if (token.length > MAX_TOKEN_LENGTH) throw invalidAccessToken();
    const known = this.verified.get(token);
    if (known && known.validUntilMs > Date.now()) return known.principal;
    return (await this.verifyOnce(token)).principal;
  }

  /** Requests that arrive together with the same new token share one verification. */
  private verifyOnce(token: string): Promise<VerifiedToken> {
    const running = this.pending.get(token);
    if (running) return running;
    const work = this.verifier
      .verify(token)
      .then((verified) => {
        this.remember(token, verified);
        return verified;
      })
      .finally(() => this.pending.delete(token));
    this.pending.set(token, work);
    return work;
  }

  private remember(token: string, verified: VerifiedToken): void {
    this.verified.delete(token);
    this.verified.set(token, verified);
    if (this.verified.size <= MAX_REMEMBERED) return;
    for (const oldest of this.verified.keys()) {
      this.verified.delete(oldest);
      return;
    }
  }
}
